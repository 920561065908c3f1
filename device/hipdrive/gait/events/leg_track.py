"""A buffer of one leg's samples over the last stride and a little more."""

from __future__ import annotations

from collections import deque
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from hipdrive.gait.signal import parabola
from hipdrive.gait.signal.resample import PERIOD_NS
from hipdrive.types.fixed_point import ONE, Q30

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hipdrive.gait.joints.samples import LegSample

Value: TypeAlias = "Callable[[LegSample], int | None]"
"""A value that can be read of a sample of a leg (`gait.events.leg_values`); None: missing."""
KEPT_NS = 1_500_000_000
"""Longer than a stride and what follows its peak."""
WIDEST_STEP_NS = 70_000_000
"""One frame lost at 30 frames a second. A contact lasts a fifth of a second: with more of it lost
an instant or a turning point within it cannot be interpolated."""
LEAST_ANKLE_SCORE = ONE * 3 // 10
"""Mean over the samples that are read. In single frames of a fast ankle the score drops lower."""

_span_ns = attrgetter("span_ns")


class Turn(NamedTuple):
    """Where a value turns: the vertex of the parabola through its extreme and the neighbours."""

    t_ns: int
    value: int


class LegTrack:
    """One leg's samples without a hole between them, oldest first, in bounded memory.

    A stretch with too many lost frames in it reads as empty.
    """

    def __init__(self) -> None:
        self._samples: deque[LegSample] = deque(maxlen=KEPT_NS // PERIOD_NS)
        self._next_ns = 0

    def reset(self) -> None:
        """A gap: what was before it does not count."""
        self._samples.clear()

    def add(self, sample: LegSample) -> None:
        """Take the next sample in; after one that is missing the past is dropped."""
        t_ns = sample.t_ns
        if t_ns != self._next_ns:
            self._samples.clear()
        self._next_ns = t_ns + PERIOD_NS
        self._samples.append(sample)

    def snapshot(self, *, ankle: bool) -> LegWindow:
        """A copy to read from; `ankle`: for values that need the ankle."""
        return LegWindow(tuple(self._samples), ankle=ankle)


class LegWindow:
    """Moments one period apart, to be read.

    Args:
        samples: oldest first.
        ankle: whether the ankle must have been seen wherever this is read.
    """

    def __init__(self, samples: Sequence[LegSample], *, ankle: bool) -> None:
        self._samples = samples
        self._ankle = ankle
        # Several metrics rest on the same samples.
        self._between: dict[tuple[int, int], Sequence[LegSample]] = {}
        self._values: dict[tuple[int, int, Value], Sequence[int]] = {}

    @property
    def last_ns(self) -> int | None:
        """Time of the newest sample."""
        return self._samples[-1].t_ns if self._samples else None

    def between(self, first_ns: int, last_ns: int) -> Sequence[LegSample]:
        """The samples from one time to another; none unless all of them are there and sound."""
        asked = first_ns, last_ns
        if asked not in self._between:
            self._between[asked] = self._find(first_ns, last_ns)
        return self._between[asked]

    def _find(self, first_ns: int, last_ns: int) -> Sequence[LegSample]:
        if not self._samples:
            return ()
        first = self._first_from(first_ns)
        last = (last_ns - self._samples[0].t_ns) // PERIOD_NS
        if first < 0 or last >= len(self._samples):
            return ()
        samples = self._samples[first : last + 1]
        return samples if self._sound(samples) else ()

    def _first_from(self, t_ns: int) -> int:
        """Number of the first sample at or after a time; negative before all of them."""
        return -((self._samples[0].t_ns - t_ns) // PERIOD_NS)

    def _sound(self, samples: Sequence[LegSample]) -> bool:
        if max(map(_span_ns, samples), default=0) > WIDEST_STEP_NS:
            return False
        if not self._ankle:
            return True
        scores = [joints.ankle_score for sample in samples if (joints := sample.joints)]
        return sum(scores) >= LEAST_ANKLE_SCORE * len(samples)

    def values(self, first_ns: int, last_ns: int, value: Value) -> Sequence[int]:
        """A value at each of those samples; none unless each of them has it."""
        asked = first_ns, last_ns, value
        if asked not in self._values:
            samples = self.between(first_ns, last_ns)
            known = [found for found in map(value, samples) if found is not None]
            self._values[asked] = known if len(known) == len(samples) else ()
        return self._values[asked]

    def at(self, t_ns: int, value: Value) -> int | None:
        """A value at a time, on the parabola through the three samples around it."""
        if not self._samples:
            return None
        nearest = (t_ns - self._samples[0].t_ns + PERIOD_NS // 2) // PERIOD_NS
        middle_ns = self._samples[0].t_ns + nearest * PERIOD_NS
        around = self.values(middle_ns - PERIOD_NS, middle_ns + PERIOD_NS, value)
        if not around:
            return None
        before, middle, after = around
        return parabola.between(before, middle, after, ((t_ns - middle_ns) << Q30) // PERIOD_NS)

    def highest(self, first_ns: int, last_ns: int, value: Value) -> Turn | None:
        """The highest turning point from one time to another.

        None where the highest sample is at an end: then it is no turning point.
        """
        return self._turn(first_ns, self.values(first_ns, last_ns, value))

    def lowest(self, first_ns: int, last_ns: int, value: Value) -> Turn | None:
        """The lowest turning point, likewise."""
        negative = [-each for each in self.values(first_ns, last_ns, value)]
        turn = self._turn(first_ns, negative)
        return None if turn is None else Turn(turn.t_ns, -turn.value)

    def _turn(self, first_ns: int, values: Sequence[int]) -> Turn | None:
        """Where those of the samples from a time on are highest."""
        top = values.index(max(values)) if values else 0
        if not 0 < top < len(values) - 1:
            return None
        offset, height = parabola.vertex(*values[top - 1 : top + 2])
        top_ns = self._samples[self._first_from(first_ns) + top].t_ns
        return Turn(top_ns + parabola.in_ns(offset), height)
