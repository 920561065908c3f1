"""`hipdrive.Session.open`: a session folder, read back."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hipdrive.api.table import data_frame
from hipdrive.api.values import CueValues, StrideValues
from hipdrive.errors import SessionError, SourceError
from hipdrive.session.files import CUES_HEADER, STRIDE_COLUMNS
from hipdrive.session.summary import SessionSummary

if TYPE_CHECKING:
    from pandas import DataFrame

    from hipdrive.session.poses import RecordedPoses


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
    """

    folder: Path
    summary: SessionSummary | None
    strides: tuple[StrideValues, ...]
    cues: tuple[CueValues, ...]

    @classmethod
    def open(cls, folder: Path | str) -> Session:
        """Read a session folder.

        Raises:
            SourceError: it is none, or a file in it cannot be read.
        """
        folder = Path(folder)
        if not (folder / "strides.csv").is_file():
            raise SourceError(f"{folder}: is no session folder; there is no strides.csv in it")
        stride_rows = _rows(folder / "strides.csv", STRIDE_COLUMNS)
        cue_rows = _rows(folder / "cues.csv", CUES_HEADER)
        try:
            strides, cues = tuple(map(_stride, stride_rows)), tuple(map(_cue, cue_rows))
        except ValueError as error:
            raise SourceError(f"{folder}: a table is damaged ({error})") from error
        return cls(folder, _summary(folder / "session.json"), strides, cues)

    @property
    def key_points(self) -> RecordedPoses:
        """The key points, a source that `hipdrive.analyze` takes too.

        Raises:
            SourceError: they are missing or damaged.
        """
        from hipdrive.session.poses import SPOOL_NAME, RecordedPoses

        spool = self.folder / SPOOL_NAME
        return RecordedPoses(spool if spool.exists() else self.folder / "poses.npz")

    def to_pandas(self, what: Literal["strides", "cues"] = "strides") -> DataFrame:
        """One of the two as a pandas table, a row each.

        Raises:
            MissingPackageError: pandas is not installed.
        """
        return data_frame(getattr(self, what))


def _summary(path: Path) -> SessionSummary | None:
    try:
        return SessionSummary.read(path) if path.exists() else None
    except SessionError as error:
        raise SourceError(str(error)) from error


def _rows(path: Path, first_columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The whole rows of a table: the last one of a session that was cut off may be half a row."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.reader(file, strict=True)
            header = next(table, [])
            if tuple(header[: len(first_columns)]) != first_columns:
                raise SourceError(f"{path}: has other columns; another version wrote it")
            return [dict(zip(header, row, strict=True)) for row in table if len(row) == len(header)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path}: cannot be read ({error})") from error


def _stride(row: dict[str, str]) -> StrideValues:
    return StrideValues(
        t_s=float(row["t_s"]),
        leg=row["leg"],
        near=row["near"] == "1",
        thigh_ext_deg=float(row["thigh_ext_deg"]),
        hip_ext_deg=float(row["hip_ext_deg"]),
        stride_time_s=float(row["stride_time_s"]),
        accepted=row["accepted"] == "1",
        rejection=row["reason"] or None,
        foot_strike_s=_number(row["foot_strike_s"]),
        toe_off_s=_number(row["toe_off_s"]),
        metrics={name: _number(cell) for name, cell in row.items() if name not in STRIDE_COLUMNS},
    )


def _cue(row: dict[str, str]) -> CueValues:
    return CueValues(float(row["t_s"]), row["kind"], _number(row["thigh_ext_deg"]))


def _number(cell: str) -> float | None:
    return float(cell) if cell else None
