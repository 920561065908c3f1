"""`poses.npz`: the key points of a session in whole numbers, written and read.

Replaying them needs no model and no video, and gives the same strides to the last bit.
"""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from hipdrive.camera.frame import ClosedOnExit
from hipdrive.errors import SourceError
from hipdrive.session.summary import PoseInfo
from hipdrive.types.pose import FootShift, Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import KEYPOINT_COUNT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt

SCHEMA = "hipdrive/poses/1"
SPOOL_NAME = ".poses.partial"
"""The spool in the folder of a session that has not ended, or was cut off."""
ROW = np.dtype(
    [
        ("t_ns", "<i8"),
        ("points", "<i4", (KEYPOINT_COUNT, 3)),
        ("flags", "u1"),
        ("foot", "<i4", (len(FootShift._fields),)),
    ]
)
"""Of a pose; `foot` is all zero where it was not seen."""
CROWDED, CUT = 1, 2
"""Bits of a pose's flags."""
_LIMIT = (1 << 31) - 1
_COPY_ROWS = 4096


@dataclass(frozen=True, slots=True)
class PosesMeta:
    """What a recording says of itself.

    Attributes:
        source: what the poses were made from.
        facing: the facing that was given, None when it was found out; a replay does the same.
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
        self._row = np.zeros(1, ROW)

    def add(self, pose: Pose) -> None:
        """Append one pose."""
        self._row["t_ns"] = pose.t_ns
        points = np.clip(pose.points, -_LIMIT, _LIMIT).reshape(KEYPOINT_COUNT, 3)
        self._row["points"] = points
        self._row["flags"] = CROWDED * pose.crowded + CUT * pose.cut
        self._row["foot"] = np.clip(pose.foot or 0, -_LIMIT, _LIMIT)
        self._file.write(self._row.tobytes())
        # What is still in this process is lost when it is killed.
        self._file.flush()

    def pack(self, path: Path, meta: PosesMeta) -> None:
        """Write the recording from what was collected; the spool is gone afterwards.

        The file appears under its name only when it is whole and on the disk.
        """
        self._file.flush()
        rows: npt.NDArray[Any] = (
            np.memmap(self._path, ROW, "r") if self._file.tell() else np.zeros(0, ROW)
        )
        text = json.dumps({"schema": SCHEMA, **asdict(meta)})
        partial = path.with_name(f".{path.name}.partial")
        try:
            with partial.open("wb") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                    _write_member(archive, "meta", np.frombuffer(text.encode(), np.uint8))
                    _write_member(archive, "t_ns", rows["t_ns"])
                    _write_member(archive, "points", rows["points"])
                    _write_member(archive, "flags", rows["flags"])
                    _write_member(archive, "foot", rows["foot"])
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
        meta: what the recording says of itself.
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
        self.meta = _meta(json.loads(text))

    def _read_spool(self, path: Path) -> None:
        rows = np.fromfile(path, ROW)
        self._t_ns, self._points, self._flags = rows["t_ns"], rows["points"], rows["flags"]
        self._foot = rows["foot"]
        self.meta = PosesMeta(path.parent.name, None, None)
        self.warnings.append(f"{path.parent.name} was cut off; these are the frames it had")

    def _check(self, path: Path) -> None:
        t_ns, points, flags = self._t_ns, self._points, self._flags
        if t_ns.dtype != np.int64 or t_ns.ndim != 1:
            raise SourceError(f"{path}: t_ns must be int64 [n], not {_kind(t_ns)}")
        if points.dtype != np.int32 or points.shape != (len(t_ns), KEYPOINT_COUNT, 3):
            wanted = f"int32 [{len(t_ns)}, {KEYPOINT_COUNT}, 3]"
            raise SourceError(f"{path}: points must be {wanted}, not {_kind(points)}")
        if flags.dtype != np.uint8 or flags.shape != t_ns.shape:
            raise SourceError(f"{path}: flags must be uint8 [{len(t_ns)}], not {_kind(flags)}")
        wanted = f"int32 [{len(t_ns)}, {len(FootShift._fields)}]"
        if _kind(self._foot) != wanted:
            raise SourceError(f"{path}: foot must be {wanted}, not {_kind(self._foot)}")
        backwards = np.flatnonzero(t_ns[1:] <= t_ns[:-1])
        if len(backwards):
            index = int(backwards[0]) + 1
            raise SourceError(
                f"{path}: out of order: t_ns of pose {index} is {t_ns[index]}, "
                f"not after {t_ns[index - 1]}"
            )

    def __iter__(self) -> Iterator[Pose]:
        rows = zip(self._t_ns, self._points, self._flags, self._foot, strict=True)
        for t_ns, points, flags, foot in rows:
            crowded, cut = bool(flags & CROWDED), bool(flags & CUT)
            shift = FootShift(*foot.tolist()) if foot[0] > 0 else None
            yield Pose(int(t_ns), tuple(points.ravel().tolist()), crowded, cut, shift)

    def close(self) -> None:
        """Nothing to free."""


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
