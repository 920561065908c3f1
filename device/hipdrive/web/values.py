"""The values of the moment as JSON for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from hipdrive.printable import printable
from hipdrive.texts import coach as texts
from hipdrive.texts.message import MessageId
from hipdrive.texts.phrases import Phrases
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.coach_status import SilenceReason
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.control.device_state import DeviceState
    from hipdrive.health.degraded import DegradedPart
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.stride import Stride
    from hipdrive.web.live_view import LiveState


class StrideDot(TypedDict):
    """A stride as a dot: its thigh extension, and whether it counts."""

    deg: float
    accepted: bool


class PageValues(TypedDict):
    """What a page shows of the moment; None for what is not known. Angles in degrees."""

    session: str | None
    t_s: float
    runner: str
    runners: list[str]
    muted: bool
    private: bool
    seen: bool
    led: str
    state: str
    guard: str
    angle_deg: float | None
    mean_deg: float | None
    band_deg: list[float] | None
    baseline: list[int]
    strides: list[StrideDot]
    cadence_spm: float | None
    faults: list[str]


def page_values(
    state: LiveState, device: DeviceState, faults: Sequence[DegradedPart], language: Language
) -> PageValues:
    """The values of the page from what the loop handed over.

    Args:
        state: of the session.
        device: what it is set to.
        faults: what does not work.
        language: of all sentences.
    """
    result = state.result
    coach = None if result is None else result.coach
    stride_ns = state.stride_time_ns
    return PageValues(
        session=state.session,
        t_s=round((result.pose.t_ns - state.first_ns) / NS_PER_S, 1) if result else 0.0,
        runner=device.runner,
        runners=list(state.runners),
        muted=device.muted,
        private=device.private,
        seen=result is not None and result.pose.runner_seen,
        led=coach.led.removeprefix("led_") if coach and state.session else "off",
        state=_sentence(state, device, coach, language),
        guard=_held_back(state, coach, language),
        angle_deg=_deg(state.angle_bam),
        mean_deg=_deg(coach.mean_bam) if coach else None,
        band_deg=_band(coach),
        baseline=[coach.baseline_strides, coach.baseline_strides_needed] if coach else [0, 0],
        strides=[_dot(stride) for stride in state.strides],
        cadence_spm=None if stride_ns is None else round(120 * NS_PER_S / stride_ns, 1),
        faults=[printable(fault.reason) for fault in faults],
    )


def _sentence(
    state: LiveState, device: DeviceState, coach: CoachStatus | None, language: Language
) -> str:
    """What goes on, in plain words."""
    say = Phrases("page", language)
    if device.private:
        return say("camera_closed")
    if state.session is None:
        return say("no_session")
    if coach is None or state.result is None:
        return say("starting")
    said = texts.said_now(coach, language)
    if coach.silence is SilenceReason.NO_STRIDE_YET and coach.programme is not None:
        return f"{said}. {texts.plain(MessageId.RECALL, language)}"
    return said


def _held_back(state: LiveState, coach: CoachStatus | None, language: Language) -> str:
    """Why no more is asked for; empty where nothing holds the coach back."""
    if state.session is None or coach is None or coach.guard is None:
        return ""
    return texts.guard(coach.guard, language)


def _dot(stride: Stride) -> StrideDot:
    return StrideDot(
        deg=round(deg_from_bam(stride.thigh_ext_bam), 1), accepted=bool(stride.accepted)
    )


def _band(coach: CoachStatus | None) -> list[float] | None:
    if coach is None or coach.band is None:
        return None
    band = coach.band
    return [round(deg_from_bam(bam), 1) for bam in (band.low_bam, band.target_bam, band.high_bam)]


def _deg(bam: int | None) -> float | None:
    return None if bam is None else round(deg_from_bam(bam), 1)
