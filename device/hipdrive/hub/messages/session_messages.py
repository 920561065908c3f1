"""Builds the messages about a session: values in, JSON values out; null for what is not known.

`t_s` and other times are seconds since the first frame of the session; `utc` and `monotonic_s` say
when a message was written. A stride is identified by `session`, `leg` and `t_s`, other messages by
their `id`, so that one delivered twice can be recognised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hipdrive.gait.metrics.catalogue import EVENTS, measures, stride_metrics
from hipdrive.hub.messages.encoding import DECIMALS, seconds
from hipdrive.session.units import rounded
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.programme import CoachMode
from hipdrive.types.stride import HIP_EXT, THIGH_EXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.hub.messages.session_schema import (
        CueMessage,
        CuesMessage,
        LiveMessage,
        StrideMessage,
    )
    from hipdrive.session.cue_times import CueTime
    from hipdrive.types.cue import Cue, CueKind
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.programme import ProgrammeStatus
    from hipdrive.types.stride import Rejection, Stride

LIVE: Final = "hipdrive/live/1"
STRIDE: Final = "hipdrive/stride/1"
SUMMARY: Final = "hipdrive/summary/2"
"""Since 2 `id` is that of the message, and the session's is `session` alone."""
CUES: Final = "hipdrive/cues/1"
CUE: Final = "hipdrive/cue/1"

DEFINITIONS = {"thigh_ext_deg": THIGH_EXT, "hip_ext_deg": HIP_EXT}
"""Definition and version of the angles of a message."""


def live_message(  # noqa: PLR0913  # a key of the message each
    session: str,
    t_ns: int,
    sample: Sample | None,
    cadence_spm: float | None,
    score: float,
    led: str,
    *,
    runner_seen: bool,
    doubt: Rejection | None = None,
    stride_thigh_ext_bam: int | None = None,
    programme: ProgrammeStatus | None = None,
    block_left_ns: int | None = None,
    guard: str | None = None,
) -> LiveMessage:
    """Build the `live` message.

    Args:
        session: id of the session.
        t_ns: time of the frame since the first one, ns.
        sample: the newest angles; None where there are none that still hold.
        cadence_spm: steps a minute, two a stride; None where it is not known.
        score: mean score of shoulder, hip, knee and ankle, 0 to 1.
        led: what the LEDs show: a `CueKind` without `led_`.
        runner_seen: True when the key points are good enough to be a person.
        doubt: why the newest stride of the near leg was not used; None if it was, or is long ago.
        stride_thigh_ext_bam: of the newest accepted stride of the near leg; None if it is long ago.
        programme: where the runner is in it; None in free mode.
        block_left_ns: until its next change, ns; None where there is none.
        guard: for what nobody is asked for more; None: for nothing.
    """
    block = programme and programme.block
    return {
        "schema": LIVE,
        "session": session,
        "t_s": seconds(t_ns),
        "near_thigh_ext_deg": None if sample is None else _degrees(sample.near_thigh_ext_bam),
        "far_thigh_ext_deg": None if sample is None else _degrees(sample.far_thigh_ext_bam),
        "near_hip_ext_deg": None if sample is None else _degrees(sample.near_hip_ext_bam),
        "stride_thigh_ext_deg": (
            None if stride_thigh_ext_bam is None else _degrees(stride_thigh_ext_bam)
        ),
        "cadence_spm": None if cadence_spm is None else round(cadence_spm, DECIMALS),
        "score": round(score, DECIMALS),
        "runner_seen": runner_seen,
        "doubt": doubt,
        "led": led,
        "mode": programme.mode if programme else CoachMode.FREE,
        "programme_session": programme.session if programme else None,
        "block": block.kind if block else None,
        "block_left_s": None if block_left_ns is None else seconds(block_left_ns),
        "guard": guard,
        "definitions": DEFINITIONS,
    }


def stride_message(session: str, first_t_ns: int, stride: Stride) -> dict[str, object]:
    """Build the `stride` message: a `StrideMessage` and the columns of the metrics.

    Args:
        session: id of the session.
        first_t_ns: time of the session's first frame, ns.
        stride: a stride of either leg; `reason` in the message says why it was not accepted.
    """
    message: StrideMessage = {
        "schema": STRIDE,
        "session": session,
        "t_s": seconds(stride.t_ns - first_t_ns),
        "leg": stride.leg,
        "near": stride.near,
        "thigh_ext_deg": _degrees(stride.thigh_ext_bam),
        "hip_ext_deg": _degrees(stride.hip_ext_bam),
        "stride_time_s": seconds(stride.stride_time_ns),
        "accepted": stride.accepted,
        "reason": stride.rejection,
        "definitions": _stride_definitions(stride),
    }
    return {**message, **_events(stride, first_t_ns), **_measures(stride)}


def cue_message(session: str, first_t_ns: int, cue: Cue, time: CueTime | None = None) -> CueMessage:
    """Build the `cue` message.

    Args:
        session: id of the session.
        first_t_ns: time of the session's first frame, ns.
        cue: the cue; its kind is the `event_type`, the key that Home Assistant looks for.
        time: when it was decided and shown; None: that is not known.
    """
    return {
        "schema": CUE,
        "session": session,
        "t_s": seconds(cue.t_ns - first_t_ns),
        "peak_s": _since(first_t_ns, cue.peak_ns),
        "decided_s": _since(first_t_ns, None if time is None else time.decided_ns),
        "shown_s": _since(first_t_ns, None if time is None else time.shown_ns),
        "event_type": cue.kind,
        "thigh_ext_deg": None if cue.thigh_ext_bam is None else _degrees(cue.thigh_ext_bam),
        "definitions": {"thigh_ext_deg": THIGH_EXT},
    }


def _since(first_t_ns: int, t_ns: int | None) -> float | None:
    return None if t_ns is None else seconds(t_ns - first_t_ns)


def cues_message(session: str, t_ns: int, counts: Mapping[CueKind, int]) -> CuesMessage:
    """Build the `cues` message.

    Args:
        session: id of the session.
        t_ns: time of the newest cue since the first frame, ns.
        counts: how many cues of each kind the coach has given in the session so far.
    """
    return {"schema": CUES, "session": session, "t_s": seconds(t_ns), "cues": dict(counts)}


def summary_message(
    session: str, figures: Mapping[str, object], reason: str, *, final: bool
) -> dict[str, object]:
    """Build the `summary` message.

    Args:
        session: id of the session.
        figures: what `SessionSummary.to_json` returned; its `schema` is replaced, and its `id`
            is left out, since that of the message takes its place.
        reason: why it is published: `window` (so many strides have passed) or `end`.
        final: True for the last one of a session.
    """
    head = {"schema": SUMMARY, "session": session, "final": final, "reason": reason}
    return {name: value for name, value in figures.items() if name != "id"} | head


def _events(stride: Stride, first_t_ns: int) -> dict[str, float | None]:
    times_ns = (stride.foot_strike_ns, stride.toe_off_ns)
    return {
        event.column: None if t_ns is None else seconds(t_ns - first_t_ns)
        for event, t_ns in zip(EVENTS, times_ns, strict=True)
    }


def _stride_definitions(stride: Stride) -> dict[str, str]:
    """Definition and version of the figures of a stride (`docs/metrics.md`)."""
    metrics = (*EVENTS, *stride_metrics())
    feet = stride.events_of_foot
    return DEFINITIONS | {m.column: m.definition_with(events_of_foot=feet) for m in metrics}


def _measures(stride: Stride) -> dict[str, float | None]:
    return {
        metric.column: rounded(metric.unit, whole)
        for metric, whole in zip(stride_metrics(), measures(stride), strict=True)
    }


def _degrees(bam: int) -> float:
    return round(deg_from_bam(bam), DECIMALS)
