"""Left and right."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Left or right: of the runner for a leg, of the image for the direction faced."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Side:
        """Right of left, and left of right."""
        return Side.LEFT if self is Side.RIGHT else Side.RIGHT
