"""From a picture to key points: the model, what runs it, and where it looks."""
