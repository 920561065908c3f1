"""One contact as the foot in the pictures shows it: while the shoe lies flat it goes with the belt.

The heel comes down before and rises after; both tilt the way the foot seems to go. The foot goes at
the belt's pace for longer than it lies flat, and lies flat in the middle of that: this tells when,
where the contact itself is known to 10 or 20 ms only.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.geometry.ankle_path import STEEPEST, Passage
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hipdrive.types.pose import Pose

BEFORE_PERCENT = 15
"""Of the contact: so much earlier than its beginning is thought to be, the foot may be down."""
AT_PACE_PERCENT = 90
"""Of the median step about the contact."""
FLAT_PERCENT = 10
"""Of the contact: so far from the middle the shoe lies flat. The step next to it always counts."""
MIDDLE_PERCENT, OFF_PERCENT = 40, 15
"""Where in the contact the middle is, and how far off it may be: where the picture cuts the feet,
only the last steps of them are seen."""
LONGEST_STEP_PERCENT = 35


class Step(NamedTuple):
    """How far the foot went from one picture to the next, backwards and down, Q16.16 px."""

    start_ns: int
    end_ns: int
    back: int
    down: int

    @property
    def pace(self) -> int:
        """Backwards, Q16.16 px/s."""
        return self.back * NS_PER_S // (self.end_ns - self.start_ns)


def tread(poses: Sequence[Pose], strike_ns: int, off_ns: int, forward: int) -> Passage | None:
    """The way of a foot that lies flat on the belt.

    Args:
        poses: of at least the contact, oldest first.
        strike_ns: when the contact begins.
        off_ns: when it ends.
        forward: 1 for a runner who faces right, -1 for one who faces left.

    Returns:
        None where it was not seen in the middle of the contact.
    """
    contact_ns = off_ns - strike_ns
    steps = _at_pace(list(_steps(poses, strike_ns, off_ns, forward)))
    if not steps:
        return None
    middle_ns = (steps[0].start_ns + steps[-1].end_ns) // 2
    off_ns = abs(middle_ns - strike_ns - contact_ns * MIDDLE_PERCENT // 100)
    if 100 * off_ns > OFF_PERCENT * contact_ns:
        return None
    flat = [step for step in steps if _lies_flat(step, middle_ns, contact_ns)]
    return Passage(
        run=sum(step.back * step.back for step in flat),
        rise=-sum(step.back * step.down for step in flat),
        time=sum((step.end_ns - step.start_ns) ** 2 for step in flat),
        way=-sum(step.back * (step.end_ns - step.start_ns) for step in flat),
    )


def _steps(poses: Sequence[Pose], strike_ns: int, off_ns: int, forward: int) -> Iterable[Step]:
    """Those about the contact that go backwards as a belt does."""
    contact_ns = off_ns - strike_ns
    first_ns = strike_ns - contact_ns * BEFORE_PERCENT // 100
    for pose in poses:
        if pose.foot is None:
            continue
        elapsed_ns, x, down = pose.foot
        back = -forward * x
        short = 100 * elapsed_ns <= LONGEST_STEP_PERCENT * contact_ns
        about = first_ns <= pose.t_ns - elapsed_ns // 2 <= off_ns
        if short and about and STEEPEST * abs(down) < back:
            yield Step(pose.t_ns - elapsed_ns, pose.t_ns, back, down)


def _at_pace(steps: Sequence[Step]) -> Sequence[Step]:
    """The longest time at the belt's pace, step upon step."""
    if not steps:
        return steps
    pace = sorted(step.pace for step in steps)[len(steps) // 2] * AT_PACE_PERCENT // 100
    fast = [step for step in steps if step.pace >= pace]
    breaks = [n for n, (a, b) in enumerate(pairwise(fast), 1) if a.end_ns != b.start_ns]
    runs = [fast[start:end] for start, end in pairwise([0, *breaks, len(fast)])]
    return max(runs, key=lambda run: run[-1].end_ns - run[0].start_ns)


def _lies_flat(step: Step, middle_ns: int, contact_ns: int) -> bool:
    off_ns = abs((step.start_ns + step.end_ns) // 2 - middle_ns)
    lasts_ns = step.end_ns - step.start_ns
    return off_ns <= max(contact_ns * FLAT_PERCENT // 100, lasts_ns // 2)
