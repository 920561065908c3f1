"""Values that travel between the stages."""
