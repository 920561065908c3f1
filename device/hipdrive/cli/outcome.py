"""How a session is reported on the terminal when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive import words
from hipdrive.cli.say import warn_on
from hipdrive.counted import counted
from hipdrive.gait.metrics.ankle_toe_off import ANKLE_TOE_OFF
from hipdrive.gait.metrics.contact_time import CONTACT_TIME
from hipdrive.gait.metrics.knee_flex_swing import KNEE_FLEX_SWING
from hipdrive.gait.metrics.knee_flex_toe_off import KNEE_FLEX_TOE_OFF
from hipdrive.gait.metrics.overstride import OVERSTRIDE
from hipdrive.gait.metrics.thigh_ext import THIGH_EXT
from hipdrive.gait.metrics.vertical_oscillation import VERTICAL_OSCILLATION
from hipdrive.printable import printable
from hipdrive.report.told import told
from hipdrive.texts.coach import guard
from hipdrive.texts.phrases import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.table import Table

    from hipdrive.gait.metrics.metric import Metric
    from hipdrive.geometry.camera_summary import CameraSummary
    from hipdrive.session.figures import AngleFigures, CueLatency, MetricFigures, SessionMetrics
    from hipdrive.session.programme_summary import ProgrammeSummary
    from hipdrive.session.request import Outcome
    from hipdrive.session.summary import PoseInfo, SessionSummary
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.cue import CueKind

SHOWN = {
    "contact time": CONTACT_TIME,
    "overstride": OVERSTRIDE,
    "heel recovery": KNEE_FLEX_SWING,
    "vertical oscillation": VERTICAL_OSCILLATION,
}
"""A chosen few; `session.json` has all."""
NEEDS_FEET = "; the ankle needs a model that sees feet (hipdrive models list)"
DECIMALS = {"s": 3, "m": 3}
"""Decimals of the units for which one decimal is too coarse."""


def show(outcome: Outcome, language: Language) -> None:
    """Print what the run came to, the table, the warnings, the advice, and where the session is."""
    from rich.console import Console

    console = Console()
    for sentence in (in_words := told(outcome.summary, language)).run:
        console.print(sentence, highlight=False, soft_wrap=True, markup=False)
    console.print(table(outcome.summary))
    for warning in outcome.summary.warnings:
        warn_on(console, warning)
    for sentence in in_words.advice:
        console.print(sentence, highlight=False, soft_wrap=True, markup=False)
    folder = printable(f"session folder: {outcome.folder}")
    console.print(folder, highlight=False, soft_wrap=True, markup=False)


def table(summary: SessionSummary) -> Table:
    """The summary as a table."""
    from rich.table import Table
    from rich.text import Text

    lines = Table(title=f"Session {summary.id}", title_justify="left", show_header=False)
    lines.add_column(style="dim")
    lines.add_column()
    for name, value in _rows(summary):
        lines.add_row(name, Text(printable(value)))
    return lines


def _rows(summary: SessionSummary) -> list[tuple[str, str]]:
    frames, unseen = summary.frames, summary.frames_without_runner
    loop = summary.loop_ms
    return [
        ("source", summary.source),
        ("duration", f"{summary.duration_s:.1f} s, {frames} frames, {unseen} without a runner"),
        ("what it was", named("verdict", summary.verdict, "en")),
        *_programme(summary.programme),
        ("facing", f"{summary.facing or 'unknown'} (the near leg is the runner's own)"),
        ("strides", _strides(summary)),
        ("cadence", _figure(summary.cadence_spm, "steps/min")),
        ("thigh extension", _angle(summary.thigh_ext_deg)),
        *_expected_error(summary.thigh_ext_deg),
        ("hip extension", f"{_angle(summary.hip_ext_deg)} (thigh against trunk)"),
        *_metrics(summary.metrics),
        *_of_session(summary.session_metrics),
        ("told the runner", _cues(summary.cues)),
        *_latency(summary.cue_latency_ms),
        *_withheld(summary),
        ("camera", _camera(summary.camera)),
        ("model", _model(summary.pose)),
        ("work on a frame", _halves(loop.p50, loop.p95)),
    ]


def _latency(latency: CueLatency) -> list[tuple[str, str]]:
    """How soon cues came, where they had to wait for something."""
    if latency.p50 is None:
        return []
    return [
        ("from stride to cue", f"{_halves(latency.p50, latency.p95)} ({counted(latency.n, 'cue')})")
    ]


def _halves(p50_ms: float | None, p95_ms: float | None) -> str:
    """Median and 95th percentile in words."""
    if p50_ms is None or p95_ms is None:
        return "none"
    return f"up to {p50_ms:.1f} ms in half of the cases, up to {p95_ms:.1f} ms in 95 of 100"


def _cues(counts: Mapping[CueKind, int]) -> str:
    """What the runner was told, and how often."""
    told = (f"{words.CUES[kind]} {counted(n, 'time')}" for kind, n in counts.items() if n)
    return ", ".join(told) or "nothing"


def _programme(programme: ProgrammeSummary | None) -> list[tuple[str, str]]:
    if programme is None:
        return []
    told = [f"{programme.mode}, session {programme.session}"]
    if (probe := programme.probe) is not None:
        told.append(
            f"without feedback {probe.mean_deg:.1f}° ± {probe.sd_deg:.1f}° ({probe.n} strides)"
        )
    told.append("counts" if programme.counted else f"does not count: {programme.not_counted}")
    return [("programme", "; ".join(told))]


def _withheld(summary: SessionSummary) -> list[tuple[str, str]]:
    """Why the runner was asked for no more; nothing where that never was."""
    counts = [
        f"{guard(name, 'en')}: {counted(n, 'stride')}" for name, n in summary.withheld.items()
    ]
    return [("not asked for more", "; ".join(counts))] if counts else []


def _strides(summary: SessionSummary) -> str:
    why = "; ".join(
        f"{named('rejection', each, 'en')}: {n}" for each, n in summary.rejections.items()
    )
    left_out = f"{summary.rejected_strides} left out"
    return f"{summary.strides} of the near leg, {left_out}{f' ({why})' if why else ''}"


def _metrics(metrics: Mapping[str, MetricFigures]) -> list[tuple[str, str]]:
    """Mean, SD and the count of strides, of those that were measured."""
    known = {name: (metric, metrics[metric.name]) for name, metric in SHOWN.items()}
    shown = [(name, _mean(*figures)) for name, figures in known.items() if figures[1].n]
    return shown + _leg_extension(metrics)


def _leg_extension(metrics: Mapping[str, MetricFigures]) -> list[tuple[str, str]]:
    """Hip, knee and ankle together, and what the ankle needs where it is missing."""
    counts = [metrics[metric.name].n or 0 for metric in (KNEE_FLEX_TOE_OFF, ANKLE_TOE_OFF)]
    if not any(counts):
        return []
    parts = {"thigh": THIGH_EXT, "knee flexed": KNEE_FLEX_TOE_OFF, "ankle": ANKLE_TOE_OFF}
    means = {name: metrics[metric.name].mean for name, metric in parts.items()}
    told = ", ".join(f"{name} {mean:.1f}°" for name, mean in means.items() if mean is not None)
    foot, needs = (" with a foot", "") if counts[-1] else ("", NEEDS_FEET)
    count = counted(counts[-1] or counts[0], "stride")
    return [("leg at its end", f"{told} ({count}{foot}, estimated){needs}")]


def _mean(metric: Metric, figures: MetricFigures) -> str:
    symbol = metric.unit.symbol
    gap, decimals = "" if symbol == "°" else " ", DECIMALS.get(symbol, 1)
    spread = "" if figures.sd is None else f" ± {figures.sd:.{decimals}f}"
    caution = "" if metric.confidence == "measured" else f", {metric.confidence}"
    count = counted(figures.n or 0, "stride")
    return f"{figures.mean:.{decimals}f}{spread}{gap}{symbol} ({count}{caution})"


def _of_session(figures: SessionMetrics) -> list[tuple[str, str]]:
    rows = []
    drift, band = figures.thigh_ext_drift, figures.thigh_ext_in_band
    if drift.value is not None:
        rows.append(("drift", f"{drift.value:+.1f}° ± {drift.se:.1f}° in 10 min"))
    if band.n:
        rows.append(("in the band", f"{band.value:.0f} % of {counted(band.n, 'stride')}"))
    return rows


def _model(pose: PoseInfo | None) -> str:
    if pose is None:
        return "unknown"
    whom = " (rendered runners only)" if pose.stand_in else ""
    return f"{pose.model}{whom} on {pose.runtime}"


def _camera(camera: CameraSummary | None) -> str:
    if camera is None or camera.roll_deg is None:
        return "unknown"
    roll = f"tilted {camera.roll_deg:z.1f}° ± {camera.roll_se_deg:.1f}°"
    taken = camera.roll_taken_off_deg
    off = f" ({taken:z.1f}° taken off)" if camera.calibrated else " (not calibrated)"
    belt = camera.belt_mps
    speed = "" if belt is None else f", belt {belt:.2f} m/s"
    return f"{roll}{off}, turned by about {camera.yaw_deg:z.0f}°{speed}"


def _angle(angle: AngleFigures) -> str:
    if angle.mean is None:
        return "none"
    spread = "" if angle.sd is None else f" ± {angle.sd:.1f}°"
    return f"{angle.mean:.1f}°{spread}, {angle.min:.1f}° to {angle.max:.1f}°"


def _expected_error(angle: AngleFigures) -> list[tuple[str, str]]:
    if (error := angle.expected_error) is None:
        return []
    told = f"its mean may be off by {error.deg:.1f}°, a stride by {error.noise_deg:.1f}° more"
    return [("expected error", f"{told}: {error.source}")]


def _figure(value: float | None, unit: str) -> str:
    return "none" if value is None else f"{value:.1f} {unit}"
