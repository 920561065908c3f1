"""What a gym runs beside its broker and its database: collector, fleet, simulated devices."""
