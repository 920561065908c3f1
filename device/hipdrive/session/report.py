"""Makes the summary of a session from the parts that measure it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.advice.advice import advise
from hipdrive.gait.metrics.cadence import CADENCE
from hipdrive.session.figures import AngleFigures, LoopPercentiles, SessionFigure, SessionMetrics
from hipdrive.session.summary import SessionSummary
from hipdrive.types.stride import HIP_EXT, THIGH_EXT, Rejection
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hipdrive.advice.detectable import StrideMean
    from hipdrive.geometry.camera_summary import CameraSummary
    from hipdrive.session.loop_times import LoopTimeHistogram
    from hipdrive.session.stats import AngleStatistics, SessionStats
    from hipdrive.session.summary import SessionInfo
    from hipdrive.types.side import Side

LEAST_FPS = 20
"""On the clip used for development the mean peak was 2 degrees lower at 15 frames a second than at
30, and 1 degree or less at 24."""


def summarise(
    info: SessionInfo,
    stats: SessionStats,
    facing: Side | None,
    loop_times: LoopTimeHistogram,
    warnings: Iterable[str] = (),
    camera: CameraSummary | None = None,
    runner: str | None = None,
    baseline: Mapping[str, StrideMean] | None = None,
) -> SessionSummary:
    """The summary of a run; `SessionSummary.judged` gives it another verdict.

    Args:
        info: id, source, start and model.
        stats: what was counted and summed.
        facing: which way the runner faces.
        loop_times: what frames took.
        warnings: what makes the figures doubtful, beside what the counts say.
        camera: how it stands.
        runner: who ran.
        baseline: the runner's own from another day, by the metric's name; None: none is known.
    """
    cadence_spm = stats.cadence_spm
    caution = [info.pose.caution] if info.pose and info.pose.caution else []
    return SessionSummary(
        id=info.id,
        source=info.source,
        started_utc=info.started_utc,
        facing=facing,
        near_leg=facing,
        frames=stats.frames,
        frames_without_runner=stats.frames_without_runner,
        duration_s=round(stats.duration_s, 3),
        strides=stats.strides,
        rejected_strides=stats.rejected_strides,
        rejections={reason: count for reason, count in stats.rejections.items() if count},
        far_strides=stats.far_strides,
        cadence_spm=None if cadence_spm is None else round(cadence_spm, 2),
        thigh_ext_deg=_angle(THIGH_EXT, stats.thigh_ext.statistics()),
        hip_ext_deg=_angle(HIP_EXT, stats.hip_ext.statistics()),
        metrics=stats.metric_sums.by_metric(),
        session_metrics=_session_metrics(stats),
        cues=dict(stats.cues),
        withheld=stats.withheld,
        camera=camera,
        pose=info.pose,
        frames_to_cue=stats.frames_to_cue.median(),
        loop_ms=LoopPercentiles(loop_times.percentile_ms(50), loop_times.percentile_ms(95)),
        warnings=(*caution, *warnings, *stats_doubts(stats, facing)),
        runner=runner,
        advice=advise(*stats.before_after.figures(), baseline),
    )


def stats_doubts(stats: SessionStats, facing: Side | None) -> list[str]:
    """What in the counts makes the figures doubtful, one sentence each."""
    found = []
    if against := stats.rejections[Rejection.FACING]:
        found.append(
            f"{against} strides rejected: the knees bend as if the runner had turned round"
            + (f", or did not face {facing} as --facing or gait.facing may say" if facing else "")
        )
    if stats.jumped_ns:
        found.append(
            f"the times of the frames jump by {stats.jumped_ns / NS_PER_S:.0f} s, which is no part "
            "of the duration; are they right?"
        )
    fps = (stats.frames - 1) / stats.duration_s if stats.duration_s else 0
    if stats.strides and fps < LEAST_FPS:
        found.append(f"about {fps:.0f} frames a second: angles read low below {LEAST_FPS}")
    return found


def _angle(definition: str, statistics: AngleStatistics) -> AngleFigures:
    return AngleFigures(
        definition,
        mean=_to_thousandths(statistics.mean_deg),
        sd=_to_thousandths(statistics.sd_deg),
        min=_to_thousandths(statistics.min_deg),
        max=_to_thousandths(statistics.max_deg),
    )


def _to_thousandths(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _session_metrics(stats: SessionStats) -> SessionMetrics:
    sums, cadence_spm = stats.metric_sums, stats.cadence_spm
    cadence = SessionFigure(
        CADENCE.definition,
        CADENCE.unit.name,
        CADENCE.confidence,
        n=stats.stride_times.count,
        value=None if cadence_spm is None else round(cadence_spm, CADENCE.unit.decimals),
    )
    return SessionMetrics(
        cadence,
        sums.thigh_ext_sd(),
        sums.thigh_ext_drift(),
        sums.thigh_ext_difference(),
        sums.thigh_ext_in_band(),
    )
