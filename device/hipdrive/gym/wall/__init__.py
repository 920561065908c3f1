"""The wall: one page for a gym's staff that shows trouble first."""
