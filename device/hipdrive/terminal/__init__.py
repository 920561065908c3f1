"""A session on the terminal while it goes on: full screen, or plain lines."""
