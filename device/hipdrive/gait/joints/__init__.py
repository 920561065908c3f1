"""Which joints belong to whom: sides, legs, trunk."""
