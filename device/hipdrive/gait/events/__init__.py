"""What happens in a stride: peaks, foot contacts."""
