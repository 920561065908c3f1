"""Runners' profiles: what the device knows of who runs, kept in the data folder."""
