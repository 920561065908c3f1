"""What Home Assistant is told."""
