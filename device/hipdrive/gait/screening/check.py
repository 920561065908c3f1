"""How a check of strides is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hipdrive.gait.events.stride_finder import StrideCandidate
    from hipdrive.gait.screening.leg_history import LegHistory
    from hipdrive.gait.screening.surroundings import Surroundings
    from hipdrive.types.stride import Rejection


class StrideEvidence(NamedTuple):
    """What a stride is judged by.

    Attributes:
        stride: what may be one.
        history: what the strides of this leg are usually like.
        around: what went on meanwhile.
    """

    stride: StrideCandidate
    history: LegHistory
    around: Surroundings


class Check(NamedTuple):
    """One check.

    Attributes:
        reason: what is given as the reason.
        rejects: whether the evidence speaks against the stride.
    """

    reason: Rejection
    rejects: Callable[[StrideEvidence], bool]


def first_reason(checks: Iterable[Check], evidence: StrideEvidence) -> Rejection | None:
    """The reason of the first check that rejects; None: a sound stride."""
    for check in checks:
        if check.rejects(evidence):
            return check.reason
    return None
