"""The treadmill's belt: where its speed comes from while somebody runs on it."""
