"""Folders of many sessions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hipdrive.session.files import SUMMARY_NAME
from hipdrive.session.programme_summary import ProgrammeSummary, SilentMean
from hipdrive.types.programme import CoachMode
from support.session.summaries import CAMERA, full_summary

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from hipdrive.session.figures import MetricFigures
    from hipdrive.session.summary import SessionSummary

FULL = full_summary()
STRIDE_S = 0.75
SD_DEG, STRIDES = 2.0, 100


def name_of(began: datetime, number: int = 0) -> str:
    """What the folder of a session is called."""
    return f"{began:%Y%m%dT%H%M%SZ}-{number:06x}"


def summary_of(
    began: datetime, *, mean_deg: float = 20.0, belt_mps: float | None = 3.0, **values: object
) -> SessionSummary:
    """A run of a hundred strides with an SD of 2°.

    Args:
        began: when.
        mean_deg: mean thigh extension.
        belt_mps: speed of the belt as it was set; None: not known.
        **values: other fields of the summary.
    """
    metrics = dict(FULL.metrics)
    metrics["thigh_ext"] = figures("thigh_ext", mean_deg, SD_DEG)
    metrics["stride_time"] = figures("stride_time", STRIDE_S, 0.01)
    length_m = None if belt_mps is None else belt_mps * STRIDE_S
    metrics["stride_length"] = figures("stride_length", length_m, 0.01)
    fields: dict[str, Any] = {
        "id": name_of(began),
        "started_utc": began.isoformat(),
        "strides": STRIDES,
        "cadence_spm": 170.0,
        "thigh_ext_deg": replace(FULL.thigh_ext_deg, mean=mean_deg, sd=SD_DEG),
        "metrics": metrics,
        "camera": replace(CAMERA, belt_mps=None),
        "incline_percent": 0.0,
        "runner": "anna-3",
        "programme": None,
    }
    fields.update(values)
    return replace(FULL, **fields)


def figures(name: str, mean: float | None, sd: float) -> MetricFigures:
    """Of a metric over all strides; none without a mean."""
    known = (None, None, None) if mean is None else (STRIDES, mean, sd)
    n, mean, deviation = known
    return replace(FULL.metrics[name], n=n, mean=mean, sd=deviation)


def probed(session: int, probe_deg: float) -> ProgrammeSummary:
    """A session of the programme with a retention probe."""
    probe = SilentMean(3.0, 0.0, 40, probe_deg, SD_DEG)
    return ProgrammeSummary(CoachMode.PROGRAMME, session, 100, 600.0, (), probe, counted=True)


def kept(sessions: Path, summary: SessionSummary) -> Path:
    """The folder of a session with this summary."""
    folder = sessions / summary.id
    folder.mkdir(parents=True)
    summary.write(folder / SUMMARY_NAME)
    return folder
