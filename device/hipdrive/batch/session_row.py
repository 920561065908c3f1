"""A recording as a row of the table of sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.batch.job import SESSIONS_NAME
from hipdrive.gait.metrics.catalogue import stride_metrics
from hipdrive.gait.metrics.thigh_ext_difference import THIGH_EXT_DIFFERENCE
from hipdrive.gait.metrics.thigh_ext_drift import THIGH_EXT_DRIFT
from hipdrive.gait.metrics.thigh_ext_in_band import THIGH_EXT_IN_BAND
from hipdrive.printable import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.api.stored_session import Session
    from hipdrive.api.table import Cell
    from hipdrive.batch.job import Job, JobResult
    from hipdrive.session.figures import AngleFigures
    from hipdrive.session.summary import SessionSummary

ANGLES = ("thigh_ext_deg", "hip_ext_deg")
FIGURES_OF_ANGLE = ("mean", "sd", "min", "max")
SESSION_COLUMNS: Mapping[str, type[str | int | float]] = {
    "source": str,
    "error": str,
    "path": str,
    "folder": str,
    "id": str,
    "started_utc": str,
    "verdict": str,
    "statement": str,
    "facing": str,
    "near_leg": str,
    "duration_s": float,
    "frames": int,
    "frames_without_runner": int,
    "strides": int,
    "rejected_strides": int,
    "far_strides": int,
    "cadence_spm": float,
    **{f"{angle}_{figure}": float for angle in ANGLES for figure in FIGURES_OF_ANGLE},
    "thigh_ext_deg_expected_error": float,
    **{
        f"{metric.column}_{figure}": kind
        for metric in stride_metrics()
        for figure, kind in (("mean", float), ("sd", float), ("n", int))
    },
    THIGH_EXT_DRIFT.column: float,
    f"{THIGH_EXT_DRIFT.column}_se": float,
    THIGH_EXT_DIFFERENCE.column: float,
    THIGH_EXT_IN_BAND.column: float,
    "roll_deg": float,
    "roll_taken_off_deg": float,
    "yaw_deg": float,
    "found_belt_mps": float,
    "belt_mps": float,
    "incline_percent": float,
    "height_m": float,
    "slow_motion": float,
    "fps": float,
    "model": str,
    "model_sha256": str,
    "runtime": str,
    "warnings": str,
}
"""By name, what is in it; empty for what is not known. `belt_mps` to `fps` are what was given,
`found_belt_mps` is the camera's."""
SEPARATOR = " | "
"""Between warnings."""


def session_row(job: Job, result: JobResult, session: Session | None) -> dict[str, Cell]:
    """The row; columns that it lacks are empty.

    Args:
        job: of the recording.
        result: what came of it.
        session: its session; None: there is none, and `result` says why.
    """
    config, settings = job.recording.settings.applied_to(job.config), job.recording.settings
    given = {
        "source": printable(job.recording.named),
        "path": printable(job.recording.source),
        "belt_mps": config.treadmill.belt_mps or None,
        "incline_percent": config.treadmill.incline_percent,
        "height_m": config.runner.height_m or None,
        "slow_motion": None if settings.slow_motion is None else float(settings.slow_motion),
        "fps": None if settings.fps is None else float(settings.fps),
    }
    if session is None or session.summary is None:
        return {**given, "error": result.error}
    summary = session.summary
    return {
        **given,
        "folder": f"{SESSIONS_NAME}/{job.folder.name}",
        **_what_it_was(summary),
        **_angle("thigh_ext_deg", summary.thigh_ext_deg),
        **_angle("hip_ext_deg", summary.hip_ext_deg),
        **_metrics(summary),
        **_camera(summary),
        "warnings": printable(SEPARATOR.join((*session.warnings, *summary.warnings))),
    }


def _what_it_was(summary: SessionSummary) -> dict[str, Cell]:
    own = (
        *("id", "started_utc", "verdict", "statement", "facing", "near_leg", "duration_s"),
        *("frames", "frames_without_runner", "strides", "rejected_strides", "far_strides"),
        "cadence_spm",
    )
    pose, error = summary.pose, summary.thigh_ext_deg.expected_error
    return {
        **{name: getattr(summary, name) for name in own},
        "thigh_ext_deg_expected_error": None if error is None else error.deg,
        "model": None if pose is None else pose.model,
        "model_sha256": None if pose is None else pose.sha256,
        "runtime": None if pose is None else pose.runtime,
    }


def _angle(column: str, angle: AngleFigures) -> dict[str, Cell]:
    return {f"{column}_{figure}": getattr(angle, figure) for figure in FIGURES_OF_ANGLE}


def _metrics(summary: SessionSummary) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for metric in stride_metrics():
        figures = summary.metrics.get(metric.name)
        if figures is not None:
            cells[f"{metric.column}_mean"] = figures.mean
            cells[f"{metric.column}_sd"] = figures.sd
            cells[f"{metric.column}_n"] = figures.n
    whole = summary.session_metrics
    cells[THIGH_EXT_DRIFT.column] = whole.thigh_ext_drift.value
    cells[f"{THIGH_EXT_DRIFT.column}_se"] = whole.thigh_ext_drift.se
    cells[THIGH_EXT_DIFFERENCE.column] = whole.thigh_ext_difference.value
    cells[THIGH_EXT_IN_BAND.column] = whole.thigh_ext_in_band.value
    return cells


def _camera(summary: SessionSummary) -> dict[str, Cell]:
    camera = summary.camera
    if camera is None:
        return {}
    return {
        "roll_deg": camera.roll_deg,
        "roll_taken_off_deg": camera.roll_taken_off_deg,
        "yaw_deg": camera.yaw_deg,
        "found_belt_mps": camera.belt_mps,
    }
