"""A switch between the coach and the runner that keeps the cues back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.cue import Cue, CueKind

if TYPE_CHECKING:
    from hipdrive.coach.coach import Coach
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.gait_update import GaitUpdate


class MuteSwitch:
    """Passes a coach's cues on, unless it is muted; a coach to the loop.

    The coach goes on judging meanwhile, so that a baseline is not lost. What is kept from the
    runner is no cue: it is neither counted nor recorded.

    Attributes:
        muted: may be set between any two frames; the LEDs go out with the next frame, and show
            what they should by then once it is False again.
    """

    def __init__(self, coach: Coach, *, muted: bool = False) -> None:
        self.muted = muted
        self._coach = coach
        self._led = CueKind.LED_OFF

    @property
    def status(self) -> CoachStatus:
        """The coach's status, with the LED that the runner sees."""
        status = self._coach.status
        if not self.muted:
            return status
        return replace(status, led=self._led, muted=True, silence=SilenceReason.MUTED)

    def step(self, t_ns: int, update: GaitUpdate) -> tuple[Cue, ...]:
        """Judge what became known with the frame of `t_ns`; the cues to show."""
        cues = self._coach.step(t_ns, update)
        if self.muted:
            return self._switched(CueKind.LED_OFF, t_ns)
        led = self._coach.status.led
        if any(cue.kind is led for cue in cues):
            self._led = led
            return cues
        return *self._switched(led, t_ns), *cues

    def _switched(self, led: CueKind, t_ns: int) -> tuple[Cue, ...]:
        if led is self._led:
            return ()
        self._led = led
        return (Cue(t_ns, led),)
