"""How the camera hangs and what the belt does."""
