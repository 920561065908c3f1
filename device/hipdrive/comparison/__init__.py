"""Two pose models on one recording, and how far they agree."""
