"""What a cue is shown and sounded on, as its player sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Colour = Literal["green", "amber", "blue"]
"""Of a light, and so its position where there are several: amber, green, blue in a row."""


@dataclass(frozen=True, slots=True)
class PanelState:
    """What the outputs show.

    Attributes:
        colour: of the light that is on; None: all are dark.
        sounding: True while there is a sound.
    """

    colour: Colour | None
    sounding: bool


DARK = PanelState(None, sounding=False)


class Outputs(Protocol):
    """Lights and a sound; each call takes well under a millisecond, or raises."""

    def light(self, colour: Colour | None) -> None:
        """Light one colour alone; None: all dark."""
        ...

    def sound(self, *, on: bool) -> None:
        """Start or stop the sound."""
        ...

    def renew(self) -> None:
        """Open the outputs anew after a failure; raises where they still fail."""
        ...

    def off(self) -> None:
        """Switch everything off for now; does not raise."""
        ...

    def close(self) -> None:
        """Switch everything off. Safe to call twice; does not raise."""
        ...
