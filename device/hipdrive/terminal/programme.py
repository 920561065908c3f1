"""Where the runner is in the programme, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.programme import SESSIONS
from hipdrive.types.programme import BlockKind, CoachMode
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.types.programme import ProgrammeStatus

BLOCKS = {
    BlockKind.PROBE: "measured without feedback",
    BlockKind.FEEDBACK: "feedback",
    BlockKind.OFF: "without feedback",
}


def clock(elapsed_ns: int) -> str:
    """A time in minutes and seconds."""
    minutes, seconds = divmod(elapsed_ns // NS_PER_S, 60)
    return f"{minutes}:{seconds:02}"


def programme_line(programme: ProgrammeStatus, left_ns: int | None) -> str:
    """Session, block, and the time to the next change."""
    session = f"session {programme.session}"
    if programme.mode is CoachMode.PROGRAMME:
        session = f"session {programme.session} of {SESSIONS}"
    block = programme.block
    if block is None:
        return f"{session}, not begun"
    told = BLOCKS[block.kind]
    if left_ns is None:
        return f"{session}, {told} to the end"
    return f"{session}, {told} for {clock(left_ns)}"
