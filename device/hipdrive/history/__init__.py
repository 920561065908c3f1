"""Earlier sessions side by side: which can be compared, and what changed."""
