"""`poses.npz`: the key points of a session in whole numbers, written and read.

Replaying them needs no model and no video, and gives the same strides to the last bit. What every
recording has: `meta` (JSON), `t_ns`, `points`, `flags`, `foot`. `skeleton` in `meta` names the key
points where they are not COCO-17, and `belt_mm_per_s` is there where the belt's speed was measured.
"""

from __future__ import annotations

import fcntl
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hipdrive.camera.source import ClosedOnExit
from hipdrive.errors import SkeletonError, SourceError
from hipdrive.session.append_file import AppendFile
from hipdrive.session.spool_rows import (
    BELT_UNKNOWN,
    CROWDED,
    CUT,
    OFF_CENTRE,
    SpoolRows,
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
from hipdrive.whole_file import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import numpy.typing as npt

SCHEMA = "hipdrive/poses/1"
POSES_NAME, SPOOL_NAME = "poses.npz", ".poses.partial"
"""In a session's folder: its key points; the spool of one that has not ended, or was cut off."""
POSES_NAMES = (POSES_NAME, SPOOL_NAME)
_COPY_ROWS = 4096
LONGEST_REASON = 500
MOST_UNPACKED_BYTES = 1 << 30
"""A day at 50 frames a second; a small file may claim to unpack to more than the memory holds."""


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

    The file is locked while the session goes on, so that nobody takes it for one that was cut off.

    Args:
        path: a file beside the recording to be; made now, deleted once `pack` has all of it. Until
            then `RecordedPoses` reads it too: after a power cut it is what there is.
        meta: what the recording will say of itself.
    """

    def __init__(self, path: Path, meta: PosesMeta) -> None:
        self._path = path
        self._meta = meta
        self._file = AppendFile(path)
        lock(self._file.fileno())
        self._skeleton: Skeleton | None = None
        self._row: npt.NDArray[Any] = np.zeros(1, row_type(COCO_17))

    def add(self, pose: Pose) -> None:
        """Append one pose.

        Raises:
            SkeletonError: its skeleton is not that of the poses before.
        """
        skeleton = pose.skeleton
        if self._skeleton is None:
            self._file.append(first_line(skeleton, asdict(self._meta)))
            self._skeleton, self._row = skeleton, np.zeros(1, row_type(skeleton))
        elif skeleton is not self._skeleton and skeleton != self._skeleton:
            raise SkeletonError(
                f"a recording of {self._skeleton.name} cannot take a pose of {skeleton.name}"
            )
        fill(self._row, pose)
        self._file.append(self._row.tobytes())

    def sync(self) -> None:
        """Onto the disk, so that a power cut leaves it."""
        self._file.sync()

    def pack(self, path: Path, step: Callable[[], None] = lambda: None) -> None:
        """Write the recording from what was collected; the spool is gone afterwards.

        Args:
            path: of the recording; it appears only when it is whole and on the disk.
            step: called now and then, to show that the disk goes on.
        """
        pack_rows(read_rows(self._path), self._meta, path, step)
        self.close()
        self._path.unlink()

    def close(self) -> None:
        """Close the file, which stays. Safe to call twice."""
        self._file.close()

    def abandon(self) -> None:
        """Close it after an error, whatever reached the disk. Safe to call twice."""
        self._file.abandon()


def lock(handle: int) -> bool:
    """Lock a spool until it is closed; False when another process has it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # A file system without locks: nobody else can tell either.
        return True
    return True


def pack_rows(
    spool: SpoolRows, meta: PosesMeta, path: Path, step: Callable[[], None] = lambda: None
) -> None:
    """Write a recording from the rows of a spool, whole or not at all; see `PosesSpool.pack`."""
    named = {} if spool.skeleton == COCO_17 else {"skeleton": asdict(spool.skeleton)}
    text = json.dumps({"schema": SCHEMA, **asdict(meta), **named})
    rows = spool.rows
    with (
        replacing(path) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        _write_member(archive, "meta", np.frombuffer(text.encode(), np.uint8), step)
        for name in _members(rows):
            _write_member(archive, name, rows[name], step)


def _members(rows: npt.NDArray[Any]) -> list[str]:
    """The arrays that a recording has: the belt's speed only where it was ever known."""
    always = ["t_ns", "points", "flags", "foot"]
    known = "belt_mm_per_s" in (rows.dtype.names or ()) and (rows["belt_mm_per_s"] >= 0).any()
    return [*always, "belt_mm_per_s"] if known else always


def _write_member(
    archive: zipfile.ZipFile, name: str, array: npt.NDArray[Any], step: Callable[[], None]
) -> None:
    """One array of the .npz, copied in pieces.

    An entry opened by its name has a fixed date, so that equal recordings are equal files.
    """
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        header = {"descr": array.dtype.str, "fortran_order": False, "shape": array.shape}
        np.lib.format.write_array_header_1_0(member, header)
        for start in range(0, len(array), _COPY_ROWS):
            member.write(array[start : start + _COPY_ROWS].tobytes())
            step()


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
            reason = str(error)[:LONGEST_REASON]  # numpy quotes a damaged header whole
            raise SourceError(f"{path}: is not a recording of key points ({reason})") from error
        self._check(path)
        self.frame_count = len(self._t_ns)

    def _read_archive(self, path: Path) -> None:
        # numpy takes what is no archive for a pickle and advises to trust it.
        with zipfile.ZipFile(path) as members:
            unpacked = sum(member.file_size for member in members.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise ValueError(
                f"it unpacks to {unpacked} bytes, and {MOST_UNPACKED_BYTES} are a day's"
            )
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
        spool = read_rows(path)
        self.skeleton, rows = spool.skeleton, spool.rows
        self._t_ns, self._points, self._flags = rows["t_ns"], rows["points"], rows["flags"]
        self._foot, names = rows["foot"], rows.dtype.names or ()
        self._belt = (
            rows["belt_mm_per_s"] if "belt_mm_per_s" in names else _belt_unknown(self._t_ns)
        )
        self.meta = (
            PosesMeta(path.parent.name, None, None) if spool.meta is None else meta_of(spool.meta)
        )
        said = f"{path.parent.name} was cut off; these are the {len(rows)} frames it had"
        self.warnings.append(f"{said}, {spool.damaged} are damaged" if spool.damaged else said)

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

    @property
    def span_ns(self) -> tuple[int, int]:
        """Times of the first and the last pose; zeros for a recording of none."""
        return (int(self._t_ns[0]), int(self._t_ns[-1])) if self.frame_count else (0, 0)

    def __iter__(self) -> Iterator[Pose]:
        return self.between(*self.span_ns)

    def between(self, first_ns: int, last_ns: int) -> Iterator[Pose]:
        """The poses from one time to another, both included."""
        first = int(np.searchsorted(self._t_ns, first_ns))
        part = slice(first, int(np.searchsorted(self._t_ns, last_ns, side="right")))
        columns = (self._t_ns, self._points, self._flags, self._foot, self._belt)
        for t_ns, points, flags, foot, belt in zip(*(each[part] for each in columns), strict=True):
            yield Pose(
                int(t_ns),
                keypoints(points.tolist()),
                crowded=bool(flags & CROWDED),
                cut=bool(flags & CUT),
                foot=FootShift(*foot.tolist()) if foot[0] > 0 else None,
                skeleton=self.skeleton,
                belt_mm_per_s=None if belt < 0 else int(belt),
                off_centre=bool(flags & OFF_CENTRE),
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
    return meta_of(values)


def meta_of(values: Mapping[str, Any]) -> PosesMeta:
    """What a recording or a spool says of itself, from JSON.

    Raises:
        KeyError, TypeError, ValueError: it does not say it.
    """
    facing, pose = values["facing"], values["pose"]
    return PosesMeta(
        source=str(values["source"]),
        facing=None if facing is None else Side(facing),
        pose=None if pose is None else _pose_info(pose),
    )


def _pose_info(values: dict[str, Any]) -> PoseInfo:
    named = {name: v is True if name == "stand_in" else str(v) for name, v in values.items()}
    return PoseInfo(**named)  # type: ignore[arg-type]  # other names are a TypeError, as they should
