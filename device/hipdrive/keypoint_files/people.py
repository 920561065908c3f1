"""Which of the people in a picture is the runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Person = npt.NDArray[np.float64]
    """float64 [joints, 3]: x, y, score."""

STRANGER_HEIGHTS = 0.5
"""Somebody so much of a height away from where the runner was is somebody else."""


def runner_of(frames: Sequence[Sequence[Person]], joints: int) -> npt.NDArray[np.float64]:
    """The person who is largest when nobody was followed yet, then whoever is nearest to them.

    Args:
        frames: the people in each picture, often one, sometimes none.
        joints: how many key points a person has.

    Returns:
        float64 [frames, joints, 3]; zeros where the runner is not.
    """
    track = np.zeros((len(frames), joints, 3))
    last: Person | None = None
    for number, people in enumerate(frames):
        present = [person for person in people if _seen(person).any()]
        chosen = max(present, key=_height, default=None) if last is None else _same(present, last)
        if chosen is not None:
            last = track[number] = chosen
    return track


def _same(people: Sequence[Person], last: Person) -> Person | None:
    """Whoever is where the runner was."""
    away = [_distance(person, last) for person in people]
    near = bool(away) and min(away) <= STRANGER_HEIGHTS * _height(last)
    return people[away.index(min(away))] if near else None


def _seen(person: Person) -> npt.NDArray[np.bool_]:
    """Which key points are somewhere; not all that is written is a number."""
    seen: npt.NDArray[np.bool_] = np.isfinite(person).all(axis=1) & (person[:, 2] > 0)
    return seen


def _height(person: Person) -> float:
    return float(np.ptp(person[_seen(person), 1]))


def _distance(person: Person, last: Person) -> float:
    """Between the middles of what both show."""
    both = _seen(person) & _seen(last)
    if not both.any():
        return float("inf")
    return float(np.hypot(*(person[both, :2] - last[both, :2]).mean(axis=0)))
