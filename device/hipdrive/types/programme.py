"""The programme of a runner: how a session's time is shared between feedback and silence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CoachMode(StrEnum):
    """How much feedback a runner gets."""

    FREE = "free"
    """Feedback as long as the session lasts."""
    PROGRAMME = "programme"
    """Eight sessions whose feedback fades."""
    MAINTENANCE = "maintenance"
    """After those: feedback only where the runner has lost what was learnt."""


class BlockKind(StrEnum):
    """What a stretch of a session is for."""

    PROBE = "probe"
    """Silent: what the runner does without feedback is measured."""
    FEEDBACK = "feedback"
    OFF = "off"
    """Silent: what was felt with feedback is tried without."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a session.

    Attributes:
        kind: what it is for.
        number: of the stretch, from 1; those of one kind in a row count as one.
        ends_ns: frame time of the next change; None: there is none.
    """

    kind: BlockKind
    number: int
    ends_ns: int | None

    @property
    def dark(self) -> bool:
        """True while the runner gets no cue."""
        return self.kind is not BlockKind.FEEDBACK


@dataclass(frozen=True, slots=True)
class ProgrammeStatus:
    """Where a runner is in the programme.

    Attributes:
        mode: `PROGRAMME` or `MAINTENANCE`.
        session: which of the runner's sessions this is, from 1.
        feedback_percent: share of the feedback minutes that are given; None: not decided yet.
        block: the present one; None before the first usable stride.
    """

    mode: CoachMode
    session: int
    feedback_percent: int | None
    block: Block | None = None
