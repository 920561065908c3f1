"""When which light and sound is due: cues and the time go in, a state of the panel comes out. Pure.

The limits for what a runner sees and hears are kept here, whatever a rule or a configuration asks
for: lights change at most `MOST_CHANGES` times in a second, sounds are short and far between.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.cues.outputs import DARK, PanelState
from hipdrive.cues.patterns import (
    EVENT_OF_CUE,
    MOST_CHANGES,
    MOST_PATTERN_CHANGES,
    PASSING,
    PanelEvent,
    Pattern,
    PatternStep,
)
from hipdrive.types.cue import CueKind
from hipdrive.types.time import NS_PER_MS, NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.cues.outputs import Colour
    from hipdrive.types.cue import Cue

LONGEST_SOUND_NS = 100 * NS_PER_MS
LEAST_SOUND_GAP_NS = 4 * NS_PER_S
"""Less than the eight strides that the coach keeps between two, of the fastest runner measured."""
_DARK_PATTERN = Pattern((PatternStep(None),))


class PanelTimeline:
    """What the panel should show.

    Args:
        patterns: of every event.
        sound_ns: length of a buzz, ns; cut to `LONGEST_SOUND_NS`.

    Attributes:
        fault: True while a part of the device does not work; shown where nothing is claimed.
        letting_go: True while letting go of the button begins or ends a session; shown before all.
    """

    def __init__(self, patterns: Mapping[PanelEvent, Pattern], sound_ns: int) -> None:
        self._patterns = patterns
        self._sound_ns = min(sound_ns, LONGEST_SOUND_NS)
        self.fault = False
        self.letting_go = False
        self._state = DARK
        self._held: PanelEvent | None = None
        self._passing: PanelEvent | None = None
        self._runner_number = 1
        self._playing: PanelEvent | None = None
        self._step = 0
        self._ends_ns: int | None = None
        self._light_cue: Cue | None = None
        self._restart = False
        self._changes_ns: deque[int] = deque(maxlen=MOST_CHANGES)
        self._sound_cue: Cue | None = None
        self._sound_ends_ns: int | None = None
        self._sounded_ns: int | None = None

    def show(self, event: PanelEvent) -> None:
        """Show once what is no cue."""
        self._passing, self._restart = event, True

    def show_runner(self, number: int) -> None:
        """Show the number of a runner, from 1."""
        self._runner_number = number
        self.show(PanelEvent.RUNNER)

    def take(self, cue: Cue, now_ns: int) -> None:
        """Take a cue in; of two for the lights the newer one holds."""
        if cue.kind is CueKind.BUZZ:
            last_ns = self._sounded_ns
            if last_ns is None or now_ns - last_ns >= LEAST_SOUND_GAP_NS:
                self._sound_cue = cue
            return
        event = EVENT_OF_CUE.get(cue.kind)
        if event in PASSING:
            self._passing = event
        else:
            self._held, self._passing = event, None
        self._light_cue, self._restart = cue, True

    def due(self, now_ns: int) -> tuple[PanelState, tuple[Cue, ...]]:
        """What the panel is to show now, and the cues that begin with it.

        Args:
            now_ns: not before the last time.
        """
        begun: list[Cue] = []
        sounding = self._sound(now_ns, begun)
        colour = self._light(now_ns, begun)
        return PanelState(colour, sounding), tuple(begun)

    def shown(self, state: PanelState, at_ns: int) -> None:
        """The panel shows a state, since this time."""
        if state.colour != self._state.colour:
            self._changes_ns.append(at_ns)
        if state.sounding and not self._state.sounding:
            self._sounded_ns, self._sound_ends_ns = at_ns, at_ns + self._sound_ns
        self._state = state

    def lost(self) -> None:
        """The panel shows nothing, since it failed: what it should show begins anew."""
        self._state, self._restart = DARK, True
        self._sound_ends_ns = None

    def next_ns(self, now_ns: int) -> int | None:
        """When to ask again; None: not before another cue."""
        times = [self._sound_ends_ns]
        if self._restart:
            times.append(self._free_ns(MOST_CHANGES, now_ns))
        elif self._ends_ns is not None:
            times.append(max(self._ends_ns, self._free_ns(MOST_PATTERN_CHANGES, now_ns)))
        if self._sound_cue is not None:
            times.append(now_ns)
        return min((each for each in times if each is not None), default=None)

    def _sound(self, now_ns: int, begun: list[Cue]) -> bool:
        if self._sound_ends_ns is not None:
            if now_ns < self._sound_ends_ns:
                return True
            self._sound_ends_ns = None
        cue, self._sound_cue = self._sound_cue, None
        if cue is not None:
            begun.append(cue)
        return cue is not None

    def _light(self, now_ns: int, begun: list[Cue]) -> Colour | None:
        wanted = self._wanted()
        if self._restart or wanted is not self._playing:
            pattern, step, most = self._pattern(wanted), 0, MOST_CHANGES
        elif self._ends_ns is not None and now_ns >= self._ends_ns:
            pattern, step, most = self._pattern(wanted), self._step + 1, MOST_PATTERN_CHANGES
        else:
            return self._state.colour
        if pattern.rounds is not None and step >= pattern.rounds * len(pattern.steps):
            return self._after_rounds(now_ns, begun)
        shown = pattern.steps[step % len(pattern.steps)]
        if shown.colour != self._state.colour and self._free_ns(most, now_ns) > now_ns:
            return self._state.colour
        self._playing, self._step, self._restart = wanted, step, False
        self._ends_ns = None if shown.lasts_ns is None else now_ns + shown.lasts_ns
        if self._light_cue is not None:
            if wanted is not PanelEvent.LETTING_GO:
                begun.append(self._light_cue)
            self._light_cue = None
        return shown.colour

    def _after_rounds(self, now_ns: int, begun: list[Cue]) -> Colour | None:
        """What has been shown as often as it should gives way to what holds, or to the dark."""
        if self._passing is None:
            self._held = None
        self._passing = None
        self._restart = True
        return self._light(now_ns, begun)

    def _wanted(self) -> PanelEvent | None:
        if self.letting_go:
            return PanelEvent.LETTING_GO
        if self._passing is not None:
            return self._passing
        if self.fault and self._held in {None, PanelEvent.LOST}:
            return PanelEvent.FAULT
        return self._held

    def _pattern(self, event: PanelEvent | None) -> Pattern:
        if event is None:
            return _DARK_PATTERN
        pattern = self._patterns[event]
        if event is PanelEvent.RUNNER:
            return replace(pattern, rounds=self._runner_number)
        return pattern

    def _free_ns(self, most: int, now_ns: int) -> int:
        """When the lights may change, so that there are at most so many changes in a second."""
        recent = [at_ns for at_ns in self._changes_ns if now_ns - at_ns < NS_PER_S]
        return now_ns if len(recent) < most else recent[-most] + NS_PER_S
