"""What the device is told from outside, and how it stands."""
