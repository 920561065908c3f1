"""Five runners who answer cues, each in their own way; none of them is anybody.

They see what the panel shows and nothing else, and act on it `DELAY_STRIDES` later. What they are
like (how much a cue moves them, how much of it stays) is chosen, not measured: what they prove is
what the coach does with such runners, not what runners do with the coach.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from hipdrive.rendered.steered import Motion
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from collections.abc import Callable

DELAY_STRIDES = 2
"""From a light to the first stride that differs for it."""
LIT = {CueKind.LED_IN_BAND, CueKind.LED_BELOW, CueKind.LED_ABOVE}
USUAL = Motion()


class PanelView(NamedTuple):
    """What a runner sees and has heard since the last stride."""

    led: CueKind = CueKind.LED_OFF
    buzz: bool = False

    @property
    def asks_for_more(self) -> bool:
        """True for the amber light and the tone."""
        return self.buzz or self.led is CueKind.LED_BELOW


DARK = PanelView()


class PracticeRunner(Protocol):
    """Somebody who practises.

    Attributes:
        name: of the kind of runner.
        cheats: they pay for what is asked for with something that the coach guards.
        paying: they are doing so in the stride asked for last.
    """

    name: ClassVar[str]
    cheats: ClassVar[bool]

    @property
    def paying(self) -> bool:
        """See above."""
        ...

    def stride(self, seen: PanelView) -> Motion:
        """The next stride of somebody who sees this."""
        ...

    def rest(self) -> None:
        """Days go by between two sessions."""
        ...


@dataclass(slots=True)
class Reaction:
    """What was seen `DELAY_STRIDES` ago."""

    _waiting: deque[PanelView] = field(default_factory=lambda: deque([DARK] * DELAY_STRIDES))

    def to(self, seen: PanelView) -> PanelView:
        """Take what is seen in; what is acted on now."""
        self._waiting.append(seen)
        return self._waiting.popleft()


@dataclass(slots=True)
class GoodResponder:
    """Drives the thigh a little further back with every stride that asks for it, and learns.

    Attributes:
        habit_deg: what they do by now without being asked, above what they began with.
        effort_deg: what they add for the cues.
    """

    name: ClassVar[str] = "good responder"
    cheats: ClassVar[bool] = False
    paying: ClassVar[bool] = False
    STEP_DEG: ClassVar[float] = 0.4
    FADES: ClassVar[float] = 0.985
    """Of the effort, with every stride in the dark."""
    LEARNS: ClassVar[float] = 0.0015
    """Of the effort, with every stride in the light."""
    KEEPS: ClassVar[float] = 0.95
    """Of the habit, from one session to the next."""

    habit_deg: float = 0.0
    effort_deg: float = 0.0
    _reaction: Reaction = field(default_factory=Reaction)

    def stride(self, seen: PanelView) -> Motion:
        """More while asked, less above the band, as before in it."""
        acted_on = self._reaction.to(seen)
        if acted_on.asks_for_more:
            self.effort_deg += self.STEP_DEG
        elif acted_on.led is CueKind.LED_ABOVE:
            self.effort_deg -= self.STEP_DEG
        if acted_on.led in LIT:
            learnt_deg = self.LEARNS * self.effort_deg
            self.habit_deg += learnt_deg
            self.effort_deg -= learnt_deg
        else:
            self.effort_deg *= self.FADES
        return Motion(USUAL.thigh_ext_deg + self.habit_deg + self.effort_deg)

    def rest(self) -> None:
        """Most of the habit stays, nothing of the effort."""
        self.habit_deg *= self.KEEPS
        self.effort_deg = 0.0


@dataclass(slots=True)
class NonResponder:
    """Runs as always."""

    name: ClassVar[str] = "non-responder"
    cheats: ClassVar[bool] = False
    paying: ClassVar[bool] = False

    def stride(self, seen: PanelView) -> Motion:
        """As always."""
        del seen
        return USUAL

    def rest(self) -> None:
        """Nothing changes."""


@dataclass(slots=True)
class OverCorrector:
    """Throws the thigh far back as soon as more is asked for, and takes long to come back."""

    name: ClassVar[str] = "over-corrector"
    cheats: ClassVar[bool] = False
    paying: ClassVar[bool] = False
    STEP_DEG: ClassVar[float] = 3.0
    MOST_DEG: ClassVar[float] = 11.0
    BACK_DEG: ClassVar[float] = 0.5
    FADES: ClassVar[float] = 0.985

    effort_deg: float = 0.0
    _reaction: Reaction = field(default_factory=Reaction)

    def stride(self, seen: PanelView) -> Motion:
        """Much more while asked, a little less above the band."""
        acted_on = self._reaction.to(seen)
        if acted_on.asks_for_more:
            self.effort_deg = min(self.effort_deg + self.STEP_DEG, self.MOST_DEG)
        elif acted_on.led is CueKind.LED_ABOVE:
            self.effort_deg = max(self.effort_deg - self.BACK_DEG, 0.0)
        elif acted_on.led not in LIT:
            self.effort_deg *= self.FADES
        return Motion(USUAL.thigh_ext_deg + self.effort_deg)

    def rest(self) -> None:
        """Nothing stays."""
        self.effort_deg = 0.0


@dataclass(slots=True)
class Cheat:
    """Answers with something else, and keeps it up for `HOLDS` strides after the last cue."""

    name: ClassVar[str]
    INSTEAD: ClassVar[Motion]
    """Their answer."""
    cheats: ClassVar[bool] = True
    HOLDS: ClassVar[int] = 60

    _left: int = 0
    _reaction: Reaction = field(default_factory=Reaction)

    @property
    def paying(self) -> bool:
        """With whatever they do instead."""
        return self._left > 0

    def stride(self, seen: PanelView) -> Motion:
        """The answer, as long as it is kept up."""
        if self._reaction.to(seen).asks_for_more:
            self._left = self.HOLDS
        else:
            self._left = max(self._left - 1, 0)
        return self.INSTEAD if self._left else USUAL

    def rest(self) -> None:
        """They forget."""
        self._left = 0


class Quickener(Cheat):
    """Takes quicker and so shorter steps instead: 10 % more of them."""

    name = "quickens instead"
    INSTEAD = Motion(USUAL.thigh_ext_deg - 1, 1.1 * USUAL.cadence_spm)


class Leaner(Cheat):
    """Leans forward by 6 degrees, which turns the thigh a little further back as well."""

    name = "leans forward"
    INSTEAD = Motion(USUAL.thigh_ext_deg + 1, trunk_lean_deg=USUAL.trunk_lean_deg + 6)


RUNNERS: tuple[Callable[[], PracticeRunner], ...] = (
    GoodResponder,
    NonResponder,
    OverCorrector,
    Quickener,
    Leaner,
)
