"""What the hub says: values in, JSON values out; null for what is not known, never NaN.

`t_s` and other times are seconds since the first frame of the session; `utc` and `monotonic_s` say
when a message was written. A stride is told apart by `session`, `leg` and `t_s`, other messages by
their `id`, so that one delivered twice can be recognised.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from hipdrive.gait.metrics.catalogue import EVENTS, METRICS, measures, stride_metrics
from hipdrive.hub.messages.message import Message
from hipdrive.session.units import rounded
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.stride import HIP_EXT, THIGH_EXT
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.hub.messages import contract
    from hipdrive.hub.messages.clock import Clock, Stamp
    from hipdrive.hub.messages.message import OutgoingMessage
    from hipdrive.types.cue import Cue, CueKind
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.stride import Rejection, Stride

LIVE: Final = "hipdrive/live/1"
STRIDE: Final = "hipdrive/stride/1"
SUMMARY: Final = "hipdrive/summary/2"
"""Since 2 `id` is that of the message, and the session's is `session` alone."""
CUES: Final = "hipdrive/cues/1"
CUE: Final = "hipdrive/cue/1"

DEFINITIONS = {"thigh_ext_deg": THIGH_EXT, "hip_ext_deg": HIP_EXT}
"""What the angles of a message mean, and in which version."""
STRIDE_DEFINITIONS = DEFINITIONS | {
    metric.column: metric.definition for metric in (*EVENTS, *METRICS)
}
"""What the figures of a stride mean (`docs/metrics.md`)."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

DECIMALS = 3
"""Milliseconds and thousandths of a degree: finer than anything measured."""


def live(  # noqa: PLR0913  # a key of the message each
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
) -> contract.Live:
    """What is true now.

    Args:
        session: id of the session.
        t_ns: time of the frame since the first one, ns.
        sample: the newest angles; None where there are none that are still true.
        cadence_spm: steps a minute, two a stride; None where it is not known.
        score: mean score of shoulder, hip, knee and ankle, 0 to 1.
        led: what the LEDs show: off, baseline, in_band, below or above.
        runner_seen: True when the key points are good enough to be a person.
        doubt: why the newest stride of the near leg was not used; None if it was, or is long ago.
        stride_thigh_ext_bam: of the newest accepted stride of the near leg; None if it is long ago.
    """
    return {
        "schema": LIVE,
        "session": session,
        "t_s": _seconds(t_ns),
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
        "definitions": DEFINITIONS,
    }


def stride(session: str, first_t_ns: int, stride: Stride) -> dict[str, Any]:
    """One stride of either leg, accepted or not.

    Args:
        session: id of the session.
        first_t_ns: time of the session's first frame, ns.
        stride: the stride; `reason` in the message says why it was not accepted.
    """
    told: contract.Stride = {
        "schema": STRIDE,
        "session": session,
        "t_s": _seconds(stride.t_ns - first_t_ns),
        "leg": stride.leg,
        "near": stride.near,
        "thigh_ext_deg": _degrees(stride.thigh_ext_bam),
        "hip_ext_deg": _degrees(stride.hip_ext_bam),
        "stride_time_s": _seconds(stride.stride_time_ns),
        "accepted": stride.accepted,
        "reason": stride.rejection,
        "definitions": STRIDE_DEFINITIONS,
    }
    return {**told, **_events(stride, first_t_ns), **_measures(stride)}


def summary(
    session: str, figures: Mapping[str, Any], reason: str, *, final: bool
) -> dict[str, Any]:
    """The session so far.

    Args:
        session: id of the session.
        figures: what `session.summary.summarise` gave; its `schema` is replaced, and its `id` is
            left out, since that of the message takes its place.
        reason: what it was made for: `window` (so many strides have passed) or `end`.
        final: True for the last one of a session.
    """
    head = {"schema": SUMMARY, "session": session, "final": final, "reason": reason}
    return {name: value for name, value in figures.items() if name != "id"} | head


def cues(session: str, t_ns: int, counts: Mapping[CueKind, int]) -> contract.Cues:
    """How often the coach has said what in the session so far.

    Args:
        session: id of the session.
        t_ns: time of the newest cue since the first frame, ns.
        counts: by the name of the cue.
    """
    return {"schema": CUES, "session": session, "t_s": _seconds(t_ns), "cues": dict(counts)}


def stamped(body: Mapping[str, Any], stamp: Stamp, *, synchronised: bool) -> dict[str, Any]:
    """A message that says when it was written.

    Args:
        body: the message.
        stamp: when.
        synchronised: True when the wall clock could be believed.
    """
    utc = EPOCH + timedelta(microseconds=stamp.utc_ns // 1000)
    when = {
        "utc": utc.isoformat(timespec="milliseconds"),
        "monotonic_s": _seconds(stamp.monotonic_ns),
        "clock_synchronised": synchronised,
    }
    return {**body, **when}


def written(letter: OutgoingMessage, clock: Clock, qos: int = 1) -> Message:
    """A letter that is worth no row of its own, as the broker gets it.

    Raises:
        TypeError: as in `encode`.
    """
    said = stamped(letter.body, letter.stamp, synchronised=clock.synchronised())
    return Message(letter.topic, encode(said), qos, letter.retain)


def marked(said: Mapping[str, Any], mark: Mapping[str, Any]) -> bytes:
    """A message with what tells it from all others behind its schema, as JSON.

    Raises:
        TypeError: as in `encode`.
    """
    return encode({"schema": said["schema"], **mark, **said})


def cue(session: str, first_t_ns: int, cue: Cue) -> contract.Cue:
    """One cue, as the runner got it.

    Args:
        session: id of the session.
        first_t_ns: time of the session's first frame, ns.
        cue: the cue; its kind is the `event_type`, the key that Home Assistant looks for.
    """
    return {
        "schema": CUE,
        "session": session,
        "t_s": _seconds(cue.t_ns - first_t_ns),
        "event_type": cue.kind,
        "thigh_ext_deg": None if cue.thigh_ext_bam is None else _degrees(cue.thigh_ext_bam),
        "definitions": {"thigh_ext_deg": THIGH_EXT},
    }


def encode(message: Mapping[str, Any]) -> bytes:
    """The message as JSON in UTF-8; a number that JSON cannot hold becomes null.

    Raises:
        TypeError: the message holds something that is no JSON value.
    """
    text = json.dumps(_finite(message), allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate (a file name that is not UTF-8) has no encoding; a question mark is legible.
    return text.encode("utf-8", errors="replace")


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def _events(stride: Stride, first_t_ns: int) -> dict[str, float | None]:
    times_ns = (stride.foot_strike_ns, stride.toe_off_ns)
    return {
        event.column: None if t_ns is None else _seconds(t_ns - first_t_ns)
        for event, t_ns in zip(EVENTS, times_ns, strict=True)
    }


def _measures(stride: Stride) -> dict[str, float | None]:
    return {
        metric.column: rounded(metric.unit, whole)
        for metric, whole in zip(stride_metrics(), measures(stride), strict=True)
    }


def _seconds(t_ns: int) -> float:
    return round(t_ns / NS_PER_S, DECIMALS)


def _degrees(bam: int) -> float:
    return round(deg_from_bam(bam), DECIMALS)
