"""What is kept in view of a session once it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hipdrive.errors import SessionError
from hipdrive.session.files import SUMMARY_NAME
from hipdrive.session.retention import ID, started_of
from hipdrive.session.summary import SessionSummary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hipdrive.session.figures import BandFigures, MetricFigures
    from hipdrive.session.programme_summary import ProgrammeSummary


@dataclass(frozen=True, slots=True)
class PastSession:
    """A session that has ended; None for what is not known.

    Attributes:
        id: the name of its folder.
        began_utc: the wall clock at its start.
        problem: why there are no figures of it, a sentence; empty where there are.
        duration_s: how long it took.
        runner: who ran.
        strides: of the near leg, those in the figures.
        mean_deg, sd_deg: thigh extension over those.
        metrics: count, mean and SD of each metric over those, by its name.
        band: in which it was wanted at last.
        in_band_percent: share of the judged strides that lay there.
        cadence_spm: steps a minute.
        belt_mps: speed of the belt: as it was set or measured, else as the camera found it.
        incline_percent: rise of the belt over its run.
        near_leg: the leg that was measured.
        definition: of thigh extension.
        model: that made the key points.
        programme: what it was in the runner's programme.
    """

    id: str
    began_utc: datetime | None
    problem: str = ""
    duration_s: float | None = None
    runner: str | None = None
    strides: int = 0
    mean_deg: float | None = None
    sd_deg: float | None = None
    metrics: Mapping[str, MetricFigures] = field(default_factory=dict)
    band: BandFigures | None = None
    in_band_percent: float | None = None
    cadence_spm: float | None = None
    belt_mps: float | None = None
    incline_percent: float | None = None
    near_leg: str | None = None
    definition: str | None = None
    model: str | None = None
    programme: ProgrammeSummary | None = None

    @property
    def place(self) -> tuple[float, str]:
        """For sorting by time; sessions of an unknown time are the oldest."""
        return (self.began_utc.timestamp() if self.began_utc else 0.0, self.id)


def past_sessions(folder: Path, most: int | None = None) -> list[PastSession]:
    """The sessions in a folder, newest first; a damaged one has a problem instead of figures.

    Args:
        folder: of all sessions; need not exist. What is not named as a session is left alone.
        most: how many at most; None: all.

    Raises:
        SessionError: the folder cannot be read.
    """
    try:
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
    except OSError as error:
        raise SessionError(f"{folder}: cannot be read ({error.strerror})") from error
    newest = sorted((name for name in names if ID.fullmatch(name)), reverse=True)
    return [past_session(folder / name) for name in newest[:most]]


def past_session(folder: Path) -> PastSession:
    """The session in a folder."""
    name, path = folder.resolve().name, folder / SUMMARY_NAME
    try:
        summary = SessionSummary.read(path)
    except SessionError as error:
        reason = str(error).removeprefix(f"{path}: ").partition("\n")[0]
        problem = reason if path.exists() else "goes on, or was cut off"
        return PastSession(name, started_of(name), problem)
    angle, problem = summary.thigh_ext_deg, summary.statement
    if not problem and angle.mean is None:
        problem = "no stride of the near leg could be used"
    return PastSession(
        id=name,
        began_utc=_began(summary.started_utc) or started_of(name),
        problem=problem,
        duration_s=summary.duration_s,
        runner=summary.runner,
        strides=summary.strides,
        mean_deg=angle.mean,
        sd_deg=angle.sd,
        metrics=summary.metrics,
        band=summary.band,
        in_band_percent=summary.session_metrics.thigh_ext_in_band.value,
        cadence_spm=summary.cadence_spm,
        belt_mps=_belt_mps(summary),
        incline_percent=summary.incline_percent,
        near_leg=summary.near_leg,
        definition=angle.definition,
        model=summary.pose.model if summary.pose else None,
        programme=summary.programme,
    )


def _began(text: str) -> datetime | None:
    try:
        began = datetime.fromisoformat(text)
    except ValueError:
        return None
    return began if began.tzinfo else began.replace(tzinfo=UTC)


def _belt_mps(summary: SessionSummary) -> float | None:
    """What strides were measured by, or what the camera found from the runner's height."""
    length, time = (summary.metrics.get(name) for name in ("stride_length", "stride_time"))
    if length and time and length.mean and time.mean:
        return length.mean / time.mean
    return summary.camera.belt_mps if summary.camera else None
