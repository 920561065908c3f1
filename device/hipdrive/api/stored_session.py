"""`hipdrive.Session.open`: a session folder, read back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from hipdrive.api.table import data_frame
from hipdrive.api.values import CueValues, StrideValues
from hipdrive.errors import SessionError, SourceError
from hipdrive.session.checksums import MOST_TABLE_BYTES, SUMS_NAME, altered
from hipdrive.session.files import CUES_HEADER, GUARD_COLUMN, STRIDE_COLUMNS
from hipdrive.session.summary import SessionSummary
from hipdrive.small_file import read_small_file
from hipdrive.types.cue import CueKind
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame

    from hipdrive.session.poses import RecordedPoses


Value = TypeVar("Value")
NO_METRICS = frozenset({*STRIDE_COLUMNS, GUARD_COLUMN})


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it was recorded.

    >>> import hipdrive, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     analysis = hipdrive.analyze("keypoints:", session_dir=folder)
    ...     session = hipdrive.Session.open(folder)
    >>> len(session.strides) == len(analysis.strides)
    True
    >>> str(session.summary.verdict)
    'running'

    Attributes:
        folder: where it lies.
        summary: `session.json`; None for a session that was cut off, which has none.
        strides: of both legs, the rejected ones too; rounded as `strides.csv` is.
        cues: what the runner was shown.
        warnings: what is damaged and left out, one sentence each.
    """

    folder: Path
    summary: SessionSummary | None
    strides: tuple[StrideValues, ...]
    cues: tuple[CueValues, ...]
    warnings: tuple[str, ...] = ()

    @classmethod
    def open(cls, folder: Path | str) -> Session:
        """Read a session folder, as far as its files are sound.

        Raises:
            SourceError: it is none, or a file in it cannot be read at all.
        """
        folder = Path(folder)
        if not (folder / "strides.csv").is_file():
            raise SourceError(f"{folder}: is no session folder; there is no strides.csv in it")
        warnings: list[str] = []
        strides = _values(folder / "strides.csv", STRIDE_COLUMNS, _stride, warnings)
        cues = _values(folder / "cues.csv", CUES_HEADER, _cue, warnings)
        summary = _summary(folder / "session.json", warnings)
        warnings += [
            f"{name} is not as it was written; its figures may be wrong ({SUMS_NAME})"
            for name in altered(folder)
            if not any(name in warning for warning in warnings)
        ]
        return cls(folder, summary, strides, cues, tuple(warnings))

    @property
    def key_points(self) -> RecordedPoses:
        """The key points, a source that `hipdrive.analyze` takes too.

        Raises:
            SourceError: they are missing or damaged.
        """
        from hipdrive.session.poses import POSES_NAME, SPOOL_NAME, RecordedPoses

        spool = self.folder / SPOOL_NAME
        return RecordedPoses(spool if spool.exists() else self.folder / POSES_NAME)

    def to_pandas(self, what: Literal["strides", "cues"] = "strides") -> DataFrame:
        """One of the two as a pandas table, a row each.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        return data_frame(getattr(self, what))


def _summary(path: Path, warnings: list[str]) -> SessionSummary | None:
    try:
        return SessionSummary.read(path) if path.exists() else None
    except SessionError as error:
        warnings.append(str(error))
        return None


def _values(
    path: Path,
    first_columns: tuple[str, ...],
    value_of: Callable[[dict[str, str]], Value],
    warnings: list[str],
) -> tuple[Value, ...]:
    """The rows of a table up to the first that is damaged: a power cut leaves zeros at the end."""
    try:
        text = read_small_file(path, MOST_TABLE_BYTES).decode("utf-8", errors="replace")
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
    # A row ends with its line, and no cell has a line end or a quotation mark in it.
    head, *lines, rest = text.split("\n") if "\n" in text else ("", "")
    header = head.split(",")
    if tuple(header[: len(first_columns)]) != first_columns:
        raise SourceError(f"{path}: has other columns; another version wrote it")
    found: list[Value] = []
    try:
        found.extend(value_of(dict(zip(header, line.split(","), strict=True))) for line in lines)
    except (ValueError, KeyError):
        rest = "damaged"
    if rest:
        warnings.append(f"{path.name} is damaged after {len(found)} rows; these are read")
    return tuple(found)


def _stride(row: dict[str, str]) -> StrideValues:
    return StrideValues(
        t_s=_finite(row["t_s"]),
        leg=Side(row["leg"]),
        near=_flag(row["near"]),
        thigh_ext_deg=_finite(row["thigh_ext_deg"]),
        hip_ext_deg=_finite(row["hip_ext_deg"]),
        stride_time_s=_finite(row["stride_time_s"]),
        accepted=_flag(row["accepted"]),
        rejection=row["reason"] or None,
        foot_strike_s=_number(row["foot_strike_s"]),
        toe_off_s=_number(row["toe_off_s"]),
        metrics={name: _number(cell) for name, cell in row.items() if name not in NO_METRICS},
        guard=row.get(GUARD_COLUMN) or None,
    )


def _cue(row: dict[str, str]) -> CueValues:
    return CueValues(_finite(row["t_s"]), CueKind(row["kind"]), _number(row["thigh_ext_deg"]))


def _number(cell: str) -> float | None:
    return _finite(cell) if cell else None


def _finite(cell: str) -> float:
    value = float(cell)
    if not math.isfinite(value):
        raise ValueError(f"{cell!r} is no figure")
    return value


def _flag(cell: str) -> bool:
    return {"0": False, "1": True}[cell]
