"""The rows of a spool: key points as they are collected, one after the other, in a file.

What a row holds is declared in the first line, since it depends on the skeleton:
`hipdrive/spool/3 CRC-32 {"name": ..., "joints": [...], "meta": {...}}`. Each row ends with the
CRC-32 of what is before it: a power cut leaves zeros or noise at the end of a file. Spools of
version 2 have no checksum and no `meta`; one without that line is older still: rows of COCO-17 from
the first byte on, without the speed of the belt.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import FootShift, Keypoint, Pose
from hipdrive.types.skeleton import COCO_17, Skeleton

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

CROWDED, CUT, OFF_CENTRE = 1, 2, 4
"""Bits of a pose's flags."""
BELT_UNKNOWN = -1
_FIRST_LINE = b"hipdrive/spool/%d "
_VERSION = 3
_CHECKSUM_BYTES = 4
_LONGEST_LINE = 100_000
_LIMIT = (1 << 31) - 1


def row_type(skeleton: Skeleton, version: int = _VERSION) -> np.dtype[np.void]:
    """Of a pose; `foot` is all zero where it was not seen. Version 1 has no first line."""
    fields: list[tuple[str, str] | tuple[str, str, tuple[int, ...]]] = [
        ("t_ns", "<i8"),
        ("points", "<i4", (len(skeleton), len(Keypoint._fields))),
        ("flags", "u1"),
        ("foot", "<i4", (len(FootShift._fields),)),
    ]
    if version > 1:
        fields.append(("belt_mm_per_s", "<i4"))
    if version > 2:  # noqa: PLR2004  # see the top
        fields.append(("crc", "<u4"))
    return np.dtype(fields)


def fill(row: npt.NDArray[Any], pose: Pose) -> None:
    """Put a pose into a row of its skeleton, clipped to 32 bits.

    Args:
        row: [1] of `row_type`.
        pose: what to put there.
    """
    row["t_ns"] = pose.t_ns
    row["points"] = np.clip(pose.keypoints, -_LIMIT, _LIMIT)
    sight = CROWDED * pose.crowded + CUT * pose.cut + OFF_CENTRE * pose.off_centre
    row["flags"] = sight
    row["foot"] = np.clip(pose.foot or 0, -_LIMIT, _LIMIT)
    belt = pose.belt_mm_per_s
    row["belt_mm_per_s"] = BELT_UNKNOWN if belt is None else min(belt, _LIMIT)
    row["crc"] = zlib.crc32(row.tobytes()[:-_CHECKSUM_BYTES])


def first_line(skeleton: Skeleton, meta: Mapping[str, object]) -> bytes:
    """What a spool begins with.

    Args:
        skeleton: of its key points.
        meta: what the recording will say of itself.
    """
    text = json.dumps({**asdict(skeleton), "meta": meta}).encode()
    return _FIRST_LINE % _VERSION + b"%08x " % zlib.crc32(text) + text + b"\n"


@dataclass(frozen=True, slots=True)
class SpoolRows:
    """What a spool holds.

    Attributes:
        skeleton: of the key points.
        rows: of `row_type`, from the first on, as far as they are sound.
        damaged: how many more there would be room for.
        meta: what the recording says of itself; None in a spool of an earlier version.
    """

    skeleton: Skeleton
    rows: npt.NDArray[Any]
    damaged: int
    meta: Mapping[str, object] | None


def read_rows(path: Path) -> SpoolRows:
    """The sound rows of a spool; one that was cut off, or is noise, ends them.

    Raises:
        OSError: the file cannot be read.
        ValueError, KeyError, SkeletonError: it is no spool.
    """
    skeleton, start, version, meta = COCO_17, 0, 1, None
    with path.open("rb") as file:
        if _is_cut_off(file.readline(_LONGEST_LINE)):
            return SpoolRows(skeleton, np.zeros(0, row_type(skeleton)), 0, None)
        file.seek(0)
        head = file.read(len(_FIRST_LINE % _VERSION))
        for number in (2, _VERSION):
            if head == _FIRST_LINE % number:
                values = _first_values(file.readline(_LONGEST_LINE), number)
                skeleton, version, meta = skeleton_of(values), number, values.get("meta")
                start = file.tell()
    kind = row_type(skeleton, version)
    rest = path.stat().st_size - start
    count, part = divmod(rest, kind.itemsize)
    if not count:
        return SpoolRows(skeleton, np.zeros(0, kind), int(part > 0), meta)
    rows = np.memmap(path, kind, "r", start, (count,))
    sound = _sound(rows, version)
    return SpoolRows(skeleton, rows[:sound], count - sound, meta)


def _is_cut_off(line: bytes) -> bool:
    """Whether a power cut took the end of the first line, and so all rows: a row is no text."""
    text, begins = line.rstrip(b"\0"), _FIRST_LINE % _VERSION
    is_first = text.startswith(begins) or begins.startswith(text)
    # With an end of line in it, it is not printable.
    return is_first and text.isascii() and text.decode().isprintable()


def _first_values(line: bytes, version: int) -> dict[str, Any]:
    """What the first line says after the version."""
    if version >= _VERSION:
        checksum, _, line = line.partition(b" ")
        if checksum != b"%08x" % zlib.crc32(line.rstrip(b"\n")):
            raise ValueError("its first line is damaged")
    values: dict[str, Any] = json.loads(line)
    return values


def _sound(rows: npt.NDArray[Any], version: int) -> int:
    """How many rows, from the first on, are as they were written."""
    t_ns = rows["t_ns"]
    backwards = np.flatnonzero(t_ns[1:] <= t_ns[:-1])
    count = int(backwards[0]) + 1 if len(backwards) else len(rows)
    if version < _VERSION:
        # Without a checksum: a first line that is damaged must not pass for a pose.
        scores = rows["points"][:, :, 2]
        noise = np.flatnonzero(((scores < 0) | (scores > ONE)).any(axis=1))
        if len(noise) and noise[0] == 0:
            raise ValueError("its beginning is damaged")
        count = min(count, int(noise[0])) if len(noise) else count
        if 2 * count < len(rows):
            raise ValueError(f"out of order: t_ns of pose {count} is {t_ns[count]}")
        return count
    for index in range(count):
        if zlib.crc32(rows[index].tobytes()[:-_CHECKSUM_BYTES]) != rows["crc"][index]:
            return index
    return count


def skeleton_of(values: dict[str, Any]) -> Skeleton:
    """A skeleton as JSON has it.

    Raises:
        KeyError, SkeletonError: it is none.
    """
    named = Skeleton(str(values["name"]), tuple(map(str, values["joints"])))
    return COCO_17 if named == COCO_17 else named
