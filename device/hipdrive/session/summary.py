"""The summary of a session: `session.json`, the hub's `summary` message, the table at the end."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from hipdrive.gait.metrics.cadence import CADENCE
from hipdrive.gait.motion import HIP_EXT, THIGH_EXT, Rejection
from hipdrive.session.figures import head

if TYPE_CHECKING:
    from hipdrive.gait.keypoints import Side
    from hipdrive.session.tally import AngleStatistics, Tally
    from hipdrive.session.timing import Timing

SCHEMA = "hipdrive/session/1"
STAND_IN = (
    "made with the stand-in model, which knows rendered runners only: no measurement of a person"
)
LEAST_FPS = 20
"""On the clip used for development the mean peak was 2 degrees lower at 15 frames a second than at
30, and 1 degree or less at 24."""


@dataclass(frozen=True, slots=True)
class PoseInfo:
    """Which model made the key points, and what ran it.

    Attributes:
        model: its name in the manifest.
        sha256: of its file.
        runtime: name and version.
        stand_in: True for a model that knows rendered runners only.
        decode: how key points were read from it, `stock` or `heatmap`.
    """

    model: str
    sha256: str
    runtime: str
    stand_in: bool = False
    decode: str = "stock"

    @property
    def caution(self) -> str:
        """What everybody who sees the figures must know; empty for nothing."""
        return STAND_IN if self.stand_in else ""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What is known of a session before its first frame.

    Attributes:
        id: unique, sorts by time.
        source: file, folder or camera, as the operator calls it.
        started_utc: wall clock at the start, ISO 8601.
        pose: None when the poses were made elsewhere and it was not said how.
    """

    id: str
    source: str
    started_utc: str
    pose: PoseInfo | None


def summarise(
    info: SessionInfo,
    tally: Tally,
    facing: Side | None,
    timing: Timing,
    warnings: list[str],
    camera: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The summary as JSON values: null for what is not known, never NaN."""
    cadence = tally.cadence_spm
    caution = [info.pose.caution] if info.pose and info.pose.caution else []
    warnings = [*caution, *warnings, *doubts(tally, facing)]
    return {
        "schema": SCHEMA,
        "id": info.id,
        "source": info.source,
        "started_utc": info.started_utc,
        "facing": facing,
        "near_leg": facing,
        "frames": tally.frames,
        "frames_without_runner": tally.frames_without_runner,
        "duration_s": round(tally.duration_s, 3),
        "strides": tally.strides,
        "rejected_strides": tally.rejected_strides,
        "rejections": {str(reason): count for reason, count in tally.rejections.items() if count},
        "far_strides": tally.far_strides,
        "cadence_spm": None if cadence is None else round(cadence, 2),
        "thigh_ext_deg": _angle(THIGH_EXT, tally.thigh_ext.statistics()),
        "hip_ext_deg": _angle(HIP_EXT, tally.hip_ext.statistics()),
        "metrics": tally.figures.metrics(),
        "session_metrics": {"cadence": _cadence(tally), **tally.figures.of_session()},
        "cues": {str(kind): count for kind, count in tally.cues.items()},
        "camera": camera,
        "pose": None if info.pose is None else asdict(info.pose),
        "frames_to_cue": tally.frames_to_cue.usual(),
        "loop_ms": {"p50": timing.percentile_ms(50), "p95": timing.percentile_ms(95)},
        "warnings": warnings,
    }


def doubts(tally: Tally, facing: Side | None) -> list[str]:
    """What makes the figures doubtful, one sentence each."""
    found = []
    if against := tally.rejections[Rejection.FACING]:
        found.append(
            f"{against} strides rejected: the knees bend as if the runner had turned round"
            + (f", or did not face {facing} as --facing or gait.facing may say" if facing else "")
        )
    fps = (tally.frames - 1) / tally.duration_s if tally.duration_s else 0
    if tally.strides and fps < LEAST_FPS:
        found.append(f"about {fps:.0f} frames a second: angles read low below {LEAST_FPS}")
    return found


def _angle(definition: str, statistics: AngleStatistics) -> dict[str, Any]:
    values = {
        "mean": statistics.mean_deg,
        "sd": statistics.sd_deg,
        "min": statistics.min_deg,
        "max": statistics.max_deg,
    }
    rounded = {name: None if v is None else round(v, 3) for name, v in values.items()}
    return {"definition": definition, **rounded}


def _cadence(tally: Tally) -> dict[str, Any]:
    cadence = tally.cadence_spm
    return {
        **head(CADENCE),
        "n": tally.pace.strides,
        "value": None if cadence is None else round(cadence, CADENCE.unit.decimals),
    }
