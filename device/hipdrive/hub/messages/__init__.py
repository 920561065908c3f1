"""The messages: their keys, how they are built, and how they are encoded."""
