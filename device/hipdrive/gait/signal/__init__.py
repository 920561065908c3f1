"""Numbers in time: grid, filter, parabola, angles."""
