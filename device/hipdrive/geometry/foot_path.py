"""The path of the foot on the belt during one contact, as it is followed in the pictures.

While the shoe lies flat it goes with the belt. The heel comes down before and rises after; both
tilt the path that the foot seems to take. The foot goes at the belt's pace for longer than it lies
flat, and lies flat in the middle of that: this gives the time of it, where the contact itself is
known to 10 or 20 ms only.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.geometry.contact_path import STEEPEST, ContactPath
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


class FootDisplacement(NamedTuple):
    """How far the foot went from one picture to the next, backwards and down, Q16.16 px."""

    start_ns: int
    end_ns: int
    back: int
    down: int

    @property
    def pace(self) -> int:
        """Backwards, Q16.16 px/s."""
        return self.back * NS_PER_S // (self.end_ns - self.start_ns)


def foot_path(
    poses: Sequence[Pose], strike_ns: int, toe_off_ns: int, forward: int
) -> ContactPath | None:
    """The path of a foot that lies flat on the belt.

    Args:
        poses: of at least the contact, oldest first.
        strike_ns: when the contact begins.
        toe_off_ns: when it ends.
        forward: 1 for a runner who faces right, -1 for one who faces left.

    Returns:
        None where it was not seen in the middle of the contact.
    """
    contact_ns = toe_off_ns - strike_ns
    steps = _at_pace(list(_steps(poses, strike_ns, toe_off_ns, forward)))
    if not steps:
        return None
    middle_ns = (steps[0].start_ns + steps[-1].end_ns) // 2
    from_expected_ns = abs(middle_ns - strike_ns - contact_ns * MIDDLE_PERCENT // 100)
    if 100 * from_expected_ns > OFF_PERCENT * contact_ns:
        return None
    flat = [step for step in steps if _lies_flat(step, middle_ns, contact_ns)]
    return ContactPath(
        xx=sum(step.back * step.back for step in flat),
        xy=-sum(step.back * step.down for step in flat),
        tt=sum((step.end_ns - step.start_ns) ** 2 for step in flat),
        tx=-sum(step.back * (step.end_ns - step.start_ns) for step in flat),
    )


def _steps(
    poses: Sequence[Pose], strike_ns: int, toe_off_ns: int, forward: int
) -> Iterable[FootDisplacement]:
    """Those about the contact that go backwards as a belt does."""
    contact_ns = toe_off_ns - strike_ns
    first_ns = strike_ns - contact_ns * BEFORE_PERCENT // 100
    for pose in poses:
        if pose.foot is None:
            continue
        elapsed_ns, x, down = pose.foot
        back = -forward * x
        short = 100 * elapsed_ns <= LONGEST_STEP_PERCENT * contact_ns
        about = first_ns <= pose.t_ns - elapsed_ns // 2 <= toe_off_ns
        if short and about and STEEPEST * abs(down) < back:
            yield FootDisplacement(pose.t_ns - elapsed_ns, pose.t_ns, back, down)


def _at_pace(steps: Sequence[FootDisplacement]) -> Sequence[FootDisplacement]:
    """The longest time at the belt's pace, step upon step."""
    if not steps:
        return steps
    pace = sorted(step.pace for step in steps)[len(steps) // 2] * AT_PACE_PERCENT // 100
    fast = [step for step in steps if step.pace >= pace]
    breaks = [n for n, (a, b) in enumerate(pairwise(fast), 1) if a.end_ns != b.start_ns]
    runs = [fast[start:end] for start, end in pairwise([0, *breaks, len(fast)])]
    return max(runs, key=lambda run: run[-1].end_ns - run[0].start_ns)


def _lies_flat(step: FootDisplacement, middle_ns: int, contact_ns: int) -> bool:
    from_middle_ns = abs((step.start_ns + step.end_ns) // 2 - middle_ns)
    lasts_ns = step.end_ns - step.start_ns
    return from_middle_ns <= max(contact_ns * FLAT_PERCENT // 100, lasts_ns // 2)
