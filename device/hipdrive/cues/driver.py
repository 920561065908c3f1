"""Puts on the outputs what the timeline says, and keeps on when they fail."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Protocol

from hipdrive.cues.outputs import DARK
from hipdrive.cues.patterns import PanelEvent
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.types.cue import JUDGED, CueKind
from hipdrive.types.time import NS_PER_MS, NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hipdrive.cues.outputs import Outputs, PanelState
    from hipdrive.cues.timeline import PanelTimeline
    from hipdrive.types.cue import Cue

RETRY_NS = 5 * NS_PER_S
"""After a failure the outputs are tried again so often, and with every cue."""
FROM_PEAK_NS = 115 * NS_PER_MS
"""A cue that is decided sooner after its peak waits until then, and so comes nearly always in the
same phase of the stride. A little less than the latest of 20 take at 60 frames a second anyway
(docs/hardware.md): those come no later."""


def failure(error: Exception) -> str:
    """What is wrong when the outputs fail."""
    return f"the LEDs and the buzzer do not work ({error}); check their wires"


class CueLog(Protocol):
    """Learns when a cue was decided and when the outputs changed for it; called by two threads."""

    def decided(self, cue: Cue, at_ns: int) -> None:
        """The coach has given the cue."""
        ...

    def shown(self, cue: Cue, at_ns: int) -> None:
        """The outputs show it."""
        ...


class NoLog:
    """Keeps nothing."""

    def decided(self, cue: Cue, at_ns: int) -> None:
        """Ignore it."""

    def shown(self, cue: Cue, at_ns: int) -> None:
        """Ignore it."""


class Voice(Protocol):
    """Says what a cue means; does not wait, does not raise."""

    def say(self, kind: CueKind) -> None:
        """Begin a sentence, if there is one for that kind of cue."""
        ...

    def tell(self, text: str) -> None:
        """Begin a text that somebody waits for, in place of whatever is said now."""
        ...

    def hush(self) -> None:
        """End it at once."""
        ...


class PanelDriver:
    """Drives the outputs. Not for two threads at a time.

    Args:
        outputs: what to drive.
        timeline: says what is due.
        clock_ns: the time that the timeline runs by, ns.
        parts: told when the outputs fail and when they work again.
        log: told when a cue was decided and shown.
        voice: says what some cues mean; None: nothing is said.

    Attributes:
        broken: True while the outputs fail.
        unseen: cues that nobody saw or heard, although the outputs were thought to work.
        letting_go: to be set while letting go of the button begins or ends a session, by any
            thread.
    """

    def __init__(
        self,
        outputs: Outputs,
        timeline: PanelTimeline,
        clock_ns: Callable[[], int],
        parts: DegradedParts | None = None,
        log: CueLog | None = None,
        voice: Voice | None = None,
    ) -> None:
        self.outputs = outputs
        self._timeline = timeline
        self._clock_ns = clock_ns
        self._parts = parts or DegradedParts()
        self._log = log or NoLog()
        self._voice = voice
        self._state = DARK
        self._retry_ns = 0
        self._to_say: CueKind | None = None
        self._early: deque[tuple[int, Cue]] = deque()
        self.broken = False
        self.letting_go = False
        self.unseen: Counter[CueKind] = Counter()

    def begin(self) -> None:
        """Show that a session begins, with the next `drive`."""
        self._timeline.show(PanelEvent.SESSION_BEGINS)

    def decided(self, cue: Cue) -> None:
        """Note a cue that is to be taken; may be called by another thread."""
        self._log.decided(cue, self._clock_ns())

    def drive(self, cues: Iterable[Cue] = ()) -> None:
        """Take cues in, and have the outputs show what is due now."""
        now_ns = self._clock_ns()
        for cue in cues:
            self._put_off(cue, now_ns)
        while self._early and self._early[0][0] <= now_ns:
            self._timeline.take(self._early.popleft()[1], now_ns)
        self._timeline.fault = bool(self._parts.now)
        self._timeline.letting_go = self.letting_go
        state, begun = self._timeline.due(now_ns)
        try:
            self._show(state)
        except Exception as error:  # noqa: BLE001  # gpiozero, lgpio and the kernel each raise their own
            self._fail(begun, error)
            return
        at_ns = self._clock_ns()
        self._timeline.shown(state, at_ns)
        for cue in begun:
            self._log.shown(cue, at_ns)
        if self.broken:
            self.broken = False
            self._parts.recover(DevicePart.CUES)
        self._say(state, begun)

    def next_ns(self) -> int | None:
        """When to drive again; None: not before another cue."""
        next_ns = self._retry_ns if self.broken else self._timeline.next_ns(self._clock_ns())
        if not self._early:
            return next_ns
        due_ns = self._early[0][0]
        return due_ns if next_ns is None else min(next_ns, due_ns)

    def left_ns(self) -> int | None:
        """How long until then, ns."""
        next_ns = self.next_ns()
        return None if next_ns is None else max(next_ns - self._clock_ns(), 0)

    def _put_off(self, cue: Cue, now_ns: int) -> None:
        """Note when it is due: so long after its peak, and not before one that came earlier."""
        due_ns = now_ns
        if cue.kind in JUDGED and cue.peak_ns is not None:
            due_ns += max(cue.peak_ns + FROM_PEAK_NS - cue.t_ns, 0)
        if self._early:
            due_ns = max(due_ns, self._early[-1][0])
        self._early.append((due_ns, cue))

    def _show(self, state: PanelState) -> None:
        """Write what changes; all of it where it is not known what the outputs show."""
        if self.broken:
            self.outputs.renew()
        if state.sounding and self._voice is not None:
            self._voice.hush()
        if self.broken or state.colour != self._state.colour:
            self.outputs.light(state.colour)
        if self.broken or state.sounding != self._state.sounding:
            self.outputs.sound(on=state.sounding)
        self._state = state

    def _fail(self, begun: Iterable[Cue], error: Exception) -> None:
        """A broken LED must not stop the measurement, so it is told, and tried again."""
        if not self.broken:
            self.unseen.update(cue.kind for cue in begun)
        self.broken = True
        self._parts.degrade(DevicePart.CUES, failure(error))
        # What they still show is out of date.
        self.outputs.off()
        self._state = DARK
        self._timeline.lost()
        self._retry_ns = self._clock_ns() + RETRY_NS

    def _say(self, state: PanelState, begun: Iterable[Cue]) -> None:
        """Say what the newest of the cues means, once there is no sound."""
        for cue in begun:
            self._to_say = cue.kind if cue.kind is not CueKind.BUZZ else self._to_say
        if self._voice is None or state.sounding or self._to_say is None:
            return
        self._voice.say(self._to_say)
        self._to_say = None
