"""The programme: eight sessions whose feedback fades, then maintenance.

Retraining that lasted was faded over eight sessions (Crowell and Davis 2011, Willy 2012, Noehren
2011: feedback on a full share of the time in the first four, withdrawn step by step in the last
four); feedback in every trial makes runners depend on it (Park 2000). So every session begins with
two silent minutes, the retention probe, and then a minute with feedback alternates with one
without; of the minutes with feedback fewer and fewer are given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hipdrive.types.programme import Block, BlockKind, CoachMode
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.coach.speed_baseline import SpeedBaseline

PROBE_NS = 120 * NS_PER_S
BLOCK_NS = 60 * NS_PER_S
FEEDBACK_PERCENT = (100, 93, 87, 80, 60, 40, 20, 0)
"""Share of the feedback minutes that are given, for each session of the programme."""
SESSIONS = len(FEEDBACK_PERCENT)
MAINTENANCE_PERCENT = 40
"""The same after it, where the probe lies below the band; else none is given. No trial has a figure
for this: it is the share of the sixth session."""


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """How a runner's session is to go.

    Attributes:
        mode: of this session.
        session: which of the runner's sessions it is, from 1.
        named: the runner was named; False for a guest.
        probe: it begins with a retention probe; not in free mode.
        baselines: what is known of the runner, from sessions before.
    """

    mode: CoachMode = CoachMode.FREE
    session: int = 1
    named: bool = False
    probe: bool = True
    baselines: tuple[SpeedBaseline, ...] = ()

    @property
    def feedback_percent(self) -> int | None:
        """Share of the feedback minutes that are given; None: the probe decides."""
        if self.mode is CoachMode.MAINTENANCE:
            return None
        if self.mode is CoachMode.FREE:
            return 100
        return FEEDBACK_PERCENT[min(self.session, SESSIONS) - 1]

    def without_probe(self) -> SessionPlan:
        """The same for a runner who has had feedback in this session already."""
        return replace(self, probe=False)


FREE_PLAN = SessionPlan()
"""A guest, as long as nothing else is configured."""


def plan_for(
    mode: CoachMode, sessions_done: int, baselines: tuple[SpeedBaseline, ...] = ()
) -> SessionPlan:
    """The plan of a named runner's next session.

    Args:
        mode: what the runner wants; a programme that is done becomes maintenance.
        sessions_done: sessions of theirs that counted.
        baselines: from those.
    """
    if mode is CoachMode.PROGRAMME and sessions_done >= SESSIONS:
        mode = CoachMode.MAINTENANCE
    return SessionPlan(mode, sessions_done + 1, named=True, baselines=baselines)


def maintenance_percent(*, retained: bool) -> int:
    """Share of the feedback minutes that are given once the probe is over."""
    return 0 if retained else MAINTENANCE_PERCENT


def block_at(began_ns: int, t_ns: int, feedback_percent: int, *, probe: bool) -> Block:
    """The block of a moment after the probe has been decided on.

    Args:
        began_ns: frame time of the first usable stride.
        t_ns: frame time, not before it.
        feedback_percent: share of the feedback minutes that are given.
        probe: the session begins with one.
    """
    start_ns = began_ns + (PROBE_NS if probe else 0)
    if t_ns < start_ns:
        return Block(BlockKind.PROBE, 1, start_ns)
    minute = (t_ns - start_ns) // BLOCK_NS
    kind = _kind(minute, feedback_percent)
    changes = sum(
        _kind(each, feedback_percent) is not _kind(each - 1, feedback_percent)
        for each in range(1, minute + 1)
    )
    ends_ns = None
    if feedback_percent:
        last = minute
        while _kind(last + 1, feedback_percent) is kind:
            last += 1
        ends_ns = start_ns + (last + 1) * BLOCK_NS
    return Block(kind, probe + 1 + changes, ends_ns)


def _kind(minute: int, feedback_percent: int) -> BlockKind:
    """Every other minute may have feedback; of those the share is given, evenly, the first one."""
    pair, second = divmod(minute, 2)
    if second:
        return BlockKind.OFF
    given = -(-(pair + 1) * feedback_percent // 100) + (-pair * feedback_percent // 100)
    return BlockKind.FEEDBACK if given else BlockKind.OFF
