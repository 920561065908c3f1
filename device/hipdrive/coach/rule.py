"""What a cue rule is: it looks at a stride and decides what the runner should see or hear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.coach.settings import CoachSettings
    from hipdrive.coach.state import CoachState
    from hipdrive.types.coach_status import SilenceReason
    from hipdrive.types.stride import Stride


class CueContext(NamedTuple):
    """What a rule may look at; made for every frame, so a tuple.

    Attributes:
        t_ns: time of the frame, ns.
        stride: the usable stride of the near leg to be judged; None when the rules are asked once
            a frame, before its strides, whether it brought any or not.
        settings: the configuration.
        state: with what the rules before this one have decided.
    """

    t_ns: int
    stride: Stride | None
    settings: CoachSettings
    state: CoachState


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule decided.

    Attributes:
        led: what the LEDs should show from now on; None leaves them as they are.
        event: what the runner should be told once, now; None for nothing.
        buzz: sound the buzzer; left out while the configured gap since the last buzz lasts.
        mean_bam: the mean thigh extension that the cues rest on, BAM; None: no stride.
        silence: why this stride is not judged; None: no reason known to this rule.
        final: True when no later rule may judge this stride.
        state: what to remember instead; None leaves the state as it is.
    """

    led: CueKind | None = None
    event: CueKind | None = None
    buzz: bool = False
    mean_bam: int | None = None
    silence: SilenceReason | None = None
    final: bool = False
    state: CoachState | None = None

    @property
    def asks(self) -> bool:
        """Whether it asks the runner for more."""
        return self.buzz or self.led is CueKind.LED_BELOW

    def without_asking(self, instead: CueKind) -> Decision:
        """The same while a guard is tripped: no buzz, and the guard's cue for amber and for green.

        Green would praise what the runner pays for it. Blue stays: it asks for less.
        """
        led = instead if self.led in {CueKind.LED_BELOW, CueKind.LED_IN_BAND} else self.led
        return replace(self, led=led, buzz=False)


class CueRule(Protocol):
    """One rule of the coach. It looks at nothing but the context: no clock, no randomness."""

    def judge(self, context: CueContext) -> Decision | None:
        """What the rule decides; None when it has nothing to say."""
        ...
