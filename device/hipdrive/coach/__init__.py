"""The coach: strides and time go in, cues come out. Pure."""
