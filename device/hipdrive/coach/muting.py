"""A coach that can be told to be silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.cue import Cue, CueKind

if TYPE_CHECKING:
    from hipdrive.coach.coach import Coach
    from hipdrive.types.gait_update import GaitUpdate


class MutableCoach:
    """Passes on what a coach says, unless it is muted; a coach to the loop.

    The coach goes on judging meanwhile, so that a baseline is not lost. What was kept from the
    runner is no cue: nothing that counts or records cues learns of it.

    Attributes:
        muted: set it at any time; the LEDs go out with the next frame, and come back as they
            should be by then.
    """

    def __init__(self, coach: Coach, *, muted: bool = False) -> None:
        self.muted = muted
        self._coach = coach
        self._led = CueKind.LED_OFF

    def step(self, t_ns: int, update: GaitUpdate) -> tuple[Cue, ...]:
        """Judge what became known with the frame of `t_ns`; the cues to show."""
        said = self._coach.step(t_ns, update)
        if self.muted:
            return self._to(CueKind.LED_OFF, t_ns)
        led = self._coach.state.led
        if any(cue.kind is led for cue in said):
            self._led = led
            return said
        return *self._to(led, t_ns), *said

    def _to(self, led: CueKind, t_ns: int) -> tuple[Cue, ...]:
        if led is self._led:
            return ()
        self._led = led
        return (Cue(t_ns, led),)
