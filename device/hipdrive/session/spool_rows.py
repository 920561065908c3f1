"""The rows of a spool: key points as they are collected, one after the other, in a file.

What a row holds is declared in the first line, since it depends on the skeleton:
`hipdrive/spool/2 {"name": ..., "joints": [...]}`. A spool without that line is one of an earlier
version: rows of COCO-17 from the first byte on, without the speed of the belt.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from hipdrive.types.pose import FootShift, Keypoint, Pose
from hipdrive.types.skeleton import COCO_17, Skeleton

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

CROWDED, CUT = 1, 2
"""Bits of a pose's flags."""
BELT_UNKNOWN = -1
_FIRST_LINE = b"hipdrive/spool/2 "
_LIMIT = (1 << 31) - 1


def row_type(skeleton: Skeleton, *, belt: bool = True) -> np.dtype[np.void]:
    """Of a pose; `foot` is all zero where it was not seen."""
    fields: list[tuple[str, str] | tuple[str, str, tuple[int, ...]]] = [
        ("t_ns", "<i8"),
        ("points", "<i4", (len(skeleton), len(Keypoint._fields))),
        ("flags", "u1"),
        ("foot", "<i4", (len(FootShift._fields),)),
    ]
    return np.dtype([*fields, ("belt_mm_per_s", "<i4")] if belt else fields)


def fill(row: npt.NDArray[Any], pose: Pose) -> None:
    """Put a pose into a row of its skeleton, clipped to 32 bits.

    Args:
        row: [1] of `row_type`.
        pose: what to put there.
    """
    row["t_ns"] = pose.t_ns
    row["points"] = np.clip(pose.keypoints, -_LIMIT, _LIMIT)
    row["flags"] = CROWDED * pose.crowded + CUT * pose.cut
    row["foot"] = np.clip(pose.foot or 0, -_LIMIT, _LIMIT)
    belt = pose.belt_mm_per_s
    row["belt_mm_per_s"] = BELT_UNKNOWN if belt is None else min(belt, _LIMIT)


def first_line(skeleton: Skeleton) -> bytes:
    """What a spool begins with."""
    return _FIRST_LINE + json.dumps(asdict(skeleton)).encode() + b"\n"


def read_rows(path: Path) -> tuple[Skeleton, npt.NDArray[Any]]:
    """The rows of a spool and their skeleton; a last row that was cut off is left out.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no spool.
    """
    skeleton, start, belt = COCO_17, 0, False
    with path.open("rb") as file:
        if file.read(len(_FIRST_LINE)) == _FIRST_LINE:
            skeleton, belt = skeleton_of(json.loads(file.readline())), True
            start = file.tell()
    kind = row_type(skeleton, belt=belt)
    count = (path.stat().st_size - start) // kind.itemsize
    if not count:
        return skeleton, np.zeros(0, kind)
    return skeleton, np.memmap(path, kind, "r", start, (count,))


def skeleton_of(values: dict[str, Any]) -> Skeleton:
    """A skeleton as JSON has it.

    Raises:
        KeyError, SkeletonError: it is none.
    """
    named = Skeleton(str(values["name"]), tuple(map(str, values["joints"])))
    return COCO_17 if named == COCO_17 else named
