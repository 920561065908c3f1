"""What waits for the broker."""
