"""The MoveNet model."""
