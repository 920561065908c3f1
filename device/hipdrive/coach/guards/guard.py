"""What a guard is: it looks at the runner's latest strides and says whether asking has to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from hipdrive.coach.guards.history import GuardHistory
    from hipdrive.types.cue import CueKind


class Guard(Protocol):
    """One reason to ask for no more. It looks at nothing but its arguments.

    Attributes:
        name: unique; what is shown, published and counted.
        cue: what the LEDs show instead of amber and green; `LED_OFF` where there is nothing to say.
        metrics: names of what has to be kept of every stride (`guards.values`).
    """

    @property
    def name(self) -> str: ...  # noqa: D102  # as above

    @property
    def cue(self) -> CueKind: ...  # noqa: D102  # as above

    @property
    def metrics(self) -> tuple[str, ...]: ...  # noqa: D102  # as above

    def trips(self, history: GuardHistory, *, tripped: bool) -> bool:
        """Whether asking has to stop, after a stride.

        Args:
            history: with that stride.
            tripped: what this said of the stride before, so that it can let go later than it trips.
        """
        ...
