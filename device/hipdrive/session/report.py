"""Makes the summary of a session from the parts that measure it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.counted import counted
from hipdrive.gait.metrics.cadence import CADENCE
from hipdrive.session.expected_error import expected_errors
from hipdrive.session.figures import (
    AngleFigures,
    BandFigures,
    CueLatency,
    LoopPercentiles,
    SessionFigure,
    SessionMetrics,
)
from hipdrive.session.summary import SessionSummary
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.stride import HIP_EXT, THIGH_EXT, Rejection
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hipdrive.geometry.camera_summary import CameraSummary
    from hipdrive.session.figures import ExpectedError
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
    cue_latency: CueLatency | None = None,
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
        cue_latency: how soon cues came; None: none was waited for.
    """
    cadence_spm = stats.cadence_spm
    errors = expected_errors(info.pose, facing, stats.fps)
    caution = [info.pose.caution] if info.pose and info.pose.caution else []
    return SessionSummary(
        id=info.id,
        source=info.source,
        started_utc=info.started_utc,
        facing=facing,
        near_leg=None if stats.metric_sums.both_were_near else facing,
        frames=stats.frames,
        frames_without_runner=stats.frames_without_runner,
        duration_s=round(stats.duration_s, 3),
        strides=stats.strides,
        rejected_strides=stats.rejected_strides,
        rejections={reason: count for reason, count in stats.rejections.items() if count},
        far_strides=stats.far_strides,
        cadence_spm=None if cadence_spm is None else round(cadence_spm, 2),
        thigh_ext_deg=_angle(THIGH_EXT, stats.thigh_ext.statistics(), errors),
        hip_ext_deg=_angle(HIP_EXT, stats.hip_ext.statistics(), errors),
        metrics=stats.metric_sums.by_metric(),
        session_metrics=_session_metrics(stats),
        cues=dict(stats.cues),
        withheld=stats.withheld,
        camera=camera,
        pose=info.pose,
        frames_to_cue=stats.frames_to_cue.median(),
        cue_latency_ms=cue_latency or CueLatency(),
        loop_ms=LoopPercentiles(loop_times.percentile_ms(50), loop_times.percentile_ms(95)),
        warnings=(*caution, *warnings, *stats_doubts(stats, facing)),
        runner=runner,
        band=None if stats.band is None else BandFigures.of(stats.band),
    )


def stats_doubts(stats: SessionStats, facing: Side | None) -> list[str]:
    """What in the counts makes the figures doubtful, one sentence each."""
    found = []
    if stats.metric_sums.both_were_near:
        found.append(_two_near_legs(stats))
    if against := stats.rejections[Rejection.FACING]:
        found.append(
            f"{counted(against, 'stride')} rejected: the knees bend as if the runner had turned "
            "round"
            + (f", or did not face {facing} as --facing or gait.facing may say" if facing else "")
        )
    if stats.jumped_ns:
        found.append(
            f"the times of the frames jump by {stats.jumped_ns / NS_PER_S:.0f} s, which is no part "
            "of the duration; are they right?"
        )
    if stats.strides and stats.fps < LEAST_FPS:
        found.append(f"about {stats.fps:.0f} frames a second: angles read low below {LEAST_FPS}")
    return found


def _two_near_legs(stats: SessionStats) -> str:
    each = " and ".join(
        f"{deg_from_bam(round(sums.mean or 0)):.1f}° over {counted(sums.count, 'stride')} of the "
        f"{side} leg"
        for side, sums in stats.metric_sums.by_leg.items()
    )
    return (
        "the runner turned round, or another one faces the other way: the near leg was one, then "
        f"the other, and the figures are of both: thigh extension {each}"
    )


def _angle(
    definition: str, statistics: AngleStatistics, errors: Mapping[str, ExpectedError]
) -> AngleFigures:
    return AngleFigures(
        definition,
        mean=_to_thousandths(statistics.mean_deg),
        sd=_to_thousandths(statistics.sd_deg),
        min=_to_thousandths(statistics.min_deg),
        max=_to_thousandths(statistics.max_deg),
        expected_error=None if statistics.mean_deg is None else errors.get(definition),
    )


def _to_thousandths(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _session_metrics(stats: SessionStats) -> SessionMetrics:
    sums, cadence_spm = stats.metric_sums, stats.cadence_spm
    cadence = SessionFigure(
        CADENCE.definition,
        CADENCE.unit.name,
        CADENCE.confidence,
        n=stats.timed_strides,
        value=None if cadence_spm is None else round(cadence_spm, CADENCE.unit.decimals),
    )
    return SessionMetrics(
        cadence,
        sums.thigh_ext_sd(),
        sums.thigh_ext_drift(),
        sums.thigh_ext_difference(),
        sums.thigh_ext_in_band(),
    )
