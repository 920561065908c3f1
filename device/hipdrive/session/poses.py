"""`poses.npz`: the key points of a session in whole numbers, written and read.

Replaying them needs no model and no video, and gives the same strides to the last bit. What every
recording has: `meta` (JSON), `t_ns`, `points`, `flags`, `foot`. `skeleton` in `meta` names the key
points where they are not COCO-17, and `belt_mm_per_s` is there where the belt's speed was measured.
"""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from hipdrive.camera.source import ClosedOnExit
from hipdrive.errors import SkeletonError, SourceError
from hipdrive.session.spool_rows import (
    BELT_UNKNOWN,
    CROWDED,
    CUT,
    fill,
    first_line,
    read_rows,
    row_type,
    skeleton_of,
)
from hipdrive.session.summary import PoseInfo
from hipdrive.types.pose import FootShift, Keypoint, Pose, keypoints
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17, Skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

SCHEMA = "hipdrive/poses/1"
SPOOL_NAME = ".poses.partial"
"""The spool in the folder of a session that has not ended, or was cut off."""
_COPY_ROWS = 4096


@dataclass(frozen=True, slots=True)
class PosesMeta:
    """Metadata of a recording.

    Attributes:
        source: what the poses were made from.
        facing: the facing that was given, None when it was detected; a replay does the same.
        pose: the model; None when unknown.
    """

    source: str
    facing: Side | None
    pose: PoseInfo | None


class PosesSpool:
    """Collects rows in a file as the session goes, so that memory stays constant.

    Args:
        path: a file beside the recording to be; made now, deleted once `pack` has all of it. Until
            then `RecordedPoses` reads it too: after a power cut it is what there is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("w+b")
        self._skeleton: Skeleton | None = None
        self._row: npt.NDArray[Any] = np.zeros(1, row_type(COCO_17))

    def add(self, pose: Pose) -> None:
        """Append one pose.

        Raises:
            SkeletonError: its skeleton is not that of the poses before.
        """
        skeleton = pose.skeleton
        if self._skeleton is None:
            self._skeleton, self._row = skeleton, np.zeros(1, row_type(skeleton))
            self._file.write(first_line(skeleton))
        elif skeleton is not self._skeleton and skeleton != self._skeleton:
            raise SkeletonError(
                f"a recording of {self._skeleton.name} cannot take a pose of {skeleton.name}"
            )
        fill(self._row, pose)
        self._file.write(self._row.tobytes())
        # What is still in this process is lost when it is killed.
        self._file.flush()

    def pack(self, path: Path, meta: PosesMeta) -> None:
        """Write the recording from what was collected; the spool is gone afterwards.

        The file appears under its name only when it is whole and on the disk.
        """
        self._file.flush()
        skeleton, rows = read_rows(self._path)
        named = {} if skeleton == COCO_17 else {"skeleton": asdict(skeleton)}
        text = json.dumps({"schema": SCHEMA, **asdict(meta), **named})
        partial = path.with_name(f".{path.name}.partial")
        try:
            with partial.open("wb") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                    _write_member(archive, "meta", np.frombuffer(text.encode(), np.uint8))
                    for name in _members(rows):
                        _write_member(archive, name, rows[name])
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        del rows
        self.close()
        self._path.unlink()

    def close(self) -> None:
        """Close the file, which stays. Safe to call twice."""
        self._file.close()


def _members(rows: npt.NDArray[Any]) -> list[str]:
    """The arrays that a recording has: the belt's speed only where it was ever known."""
    always = ["t_ns", "points", "flags", "foot"]
    known = "belt_mm_per_s" in (rows.dtype.names or ()) and (rows["belt_mm_per_s"] >= 0).any()
    return [*always, "belt_mm_per_s"] if known else always


def _write_member(archive: zipfile.ZipFile, name: str, array: npt.NDArray[Any]) -> None:
    """One array of the .npz, copied in pieces.

    An entry opened by its name has a fixed date, so that equal recordings are equal files.
    """
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        header = {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape}
        np.lib.format.write_array_header_1_0(member, header)
        for start in range(0, len(array), _COPY_ROWS):
            member.write(array[start : start + _COPY_ROWS].tobytes())


class RecordedPoses(ClosedOnExit):
    """A recording as a source of poses; iterates over them, oldest first.

    Args:
        path: a `poses.npz`, or the spool of a session that was cut off.

    Attributes:
        name: the file's name.
        meta: metadata of the recording.
        skeleton: what its key points are called.
        frame_count: number of poses.
        warnings: that the session was cut off, if so.

    Raises:
        SourceError: no file, or not such a recording, or out of order.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = path.name
        self.warnings: list[str] = []
        try:
            if path.name == SPOOL_NAME:
                self._read_spool(path)
            else:
                self._read_archive(path)
        except FileNotFoundError as error:
            raise SourceError(f"{path}: no such file") from error
        except Exception as error:  # numpy, zipfile, zlib and json each raise their own
            raise SourceError(f"{path}: is not a recording of key points ({error})") from error
        self._check(path)
        self.frame_count = len(self._t_ns)

    def _read_archive(self, path: Path) -> None:
        # numpy takes what is no archive for a pickle and advises to trust it.
        zipfile.ZipFile(path).close()
        with np.load(path, allow_pickle=False) as archive:
            text = archive["meta"].tobytes().decode()
            self._t_ns, self._points = archive["t_ns"], archive["points"]
            # Key points from elsewhere need not have any of these.
            self._flags = archive.get("flags", np.zeros(self._t_ns.shape, np.uint8))
            unseen = np.zeros((*self._t_ns.shape, len(FootShift._fields)), np.int32)
            self._foot = archive.get("foot", unseen)
            self._belt = archive.get("belt_mm_per_s", _belt_unknown(self._t_ns))
        values = json.loads(text)
        self.meta = _meta(values)
        self.skeleton = skeleton_of(values["skeleton"]) if "skeleton" in values else COCO_17

    def _read_spool(self, path: Path) -> None:
        self.skeleton, rows = read_rows(path)
        self._t_ns, self._points, self._flags = rows["t_ns"], rows["points"], rows["flags"]
        self._foot, names = rows["foot"], rows.dtype.names or ()
        self._belt = (
            rows["belt_mm_per_s"] if "belt_mm_per_s" in names else _belt_unknown(self._t_ns)
        )
        self.meta = PosesMeta(path.parent.name, None, None)
        self.warnings.append(f"{path.parent.name} was cut off; these are the frames it had")

    def _check(self, path: Path) -> None:
        t_ns, points, flags = self._t_ns, self._points, self._flags
        if t_ns.dtype != np.int64 or t_ns.ndim != 1:
            raise SourceError(f"{path}: t_ns must be int64 [n], not {_kind(t_ns)}")
        wanted = f"int32 [{len(t_ns)}, {len(self.skeleton)}, {len(Keypoint._fields)}]"
        if _kind(points) != wanted:
            raise SourceError(f"{path}: points must be {wanted}, not {_kind(points)}")
        if flags.dtype != np.uint8 or flags.shape != t_ns.shape:
            raise SourceError(f"{path}: flags must be uint8 [{len(t_ns)}], not {_kind(flags)}")
        wanted = f"int32 [{len(t_ns)}, {len(FootShift._fields)}]"
        if _kind(self._foot) != wanted:
            raise SourceError(f"{path}: foot must be {wanted}, not {_kind(self._foot)}")
        if self._belt.dtype != np.int32 or self._belt.shape != t_ns.shape:
            wanted = f"int32 [{len(t_ns)}]"
            raise SourceError(f"{path}: belt_mm_per_s must be {wanted}, not {_kind(self._belt)}")
        backwards = np.flatnonzero(t_ns[1:] <= t_ns[:-1])
        if len(backwards):
            index = int(backwards[0]) + 1
            raise SourceError(
                f"{path}: out of order: t_ns of pose {index} is {t_ns[index]}, "
                f"not after {t_ns[index - 1]}"
            )

    def __iter__(self) -> Iterator[Pose]:
        columns = (self._t_ns, self._points, self._flags, self._foot, self._belt)
        for t_ns, points, flags, foot, belt in zip(*columns, strict=True):
            yield Pose(
                int(t_ns),
                keypoints(points.tolist()),
                crowded=bool(flags & CROWDED),
                cut=bool(flags & CUT),
                foot=FootShift(*foot.tolist()) if foot[0] > 0 else None,
                skeleton=self.skeleton,
                belt_mm_per_s=None if belt < 0 else int(belt),
            )

    def close(self) -> None:
        """Nothing to free."""


def _belt_unknown(t_ns: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    return np.full(t_ns.shape, BELT_UNKNOWN, np.int32)


def _kind(array: npt.NDArray[Any]) -> str:
    return f"{array.dtype} {list(array.shape)}"


def _meta(values: dict[str, Any]) -> PosesMeta:
    if values["schema"] != SCHEMA:
        raise ValueError(f"schema is {values['schema']!r}, not {SCHEMA!r}")
    facing, pose = values["facing"], values["pose"]
    return PosesMeta(
        source=str(values["source"]),
        facing=None if facing is None else Side(facing),
        pose=None if pose is None else _pose_info(pose),
    )


def _pose_info(values: dict[str, Any]) -> PoseInfo:
    named = {name: v is True if name == "stand_in" else str(v) for name, v in values.items()}
    return PoseInfo(**named)  # type: ignore[arg-type]  # other names are a TypeError, as they should
