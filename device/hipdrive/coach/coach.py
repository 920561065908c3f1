"""The coach: what to show and when to sound, from strides and the time alone.

`advance` is the whole of it, a pure function from one state to the next; `Coach` only keeps the
state between frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hipdrive.coach.band import Baseline, CoachSettings
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.time import AWAY_NS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.types.band import Band
    from hipdrive.types.gait_update import GaitUpdate
    from hipdrive.types.stride import Stride

WINDOW_STRIDES = 5
"""The LEDs show a mean of this many strides; a clinician needs about six for a stable mean."""
BUZZ_STRIDES_BELOW = 4
HYSTERESIS_BAM = bam_from_deg(1)
SILENT_NS = 3_000_000_000
"""No usable stride for this long, and nothing is claimed any more."""


@dataclass(frozen=True, slots=True)
class CoachState:
    """Everything the coach remembers.

    Attributes:
        baseline: strides seen while measuring the runner's own mean.
        band: None until the baseline is complete.
        recent_bam: thigh extension of up to the last five strides.
        led: what the LEDs show.
        strides_since_buzz: None before the first buzz.
        last_stride_ns: frame time at which the last usable stride became known.
    """

    baseline: Baseline = field(default_factory=Baseline)
    band: Band | None = None
    recent_bam: tuple[int, ...] = ()
    led: CueKind = CueKind.LED_OFF
    strides_since_buzz: int | None = None
    last_stride_ns: int | None = None


def advance(
    state: CoachState, settings: CoachSettings, t_ns: int, strides: Iterable[Stride]
) -> tuple[CoachState, tuple[Cue, ...]]:
    """Judge what became known with one frame.

    Args:
        state: from the frame before.
        settings: the configuration.
        t_ns: time of the frame.
        strides: completed with this frame; far-leg and rejected ones are ignored.

    Returns:
        The next state, and the cues to show now: an LED cue only when it changes.
    """
    cues: list[Cue] = []
    last_ns = state.last_stride_ns
    if last_ns is not None and t_ns - last_ns > SILENT_NS:
        # Also while the LEDs are off: strides on both sides of a pause are no five in a row.
        state = replace(_light(state, CueKind.LED_OFF, t_ns, cues), recent_bam=())
    for stride in strides:
        if stride.near and stride.accepted:
            state = _with_stride(state, settings, t_ns, stride.thigh_ext_bam, cues)
    return state, tuple(cues)


def _with_stride(
    state: CoachState, settings: CoachSettings, t_ns: int, thigh_ext_bam: int, cues: list[Cue]
) -> CoachState:
    if state.last_stride_ns is not None and t_ns - state.last_stride_ns > AWAY_NS:
        # Whoever comes after so long is not judged by somebody else's baseline.
        state = CoachState(led=state.led)
    state = replace(state, last_stride_ns=t_ns)
    if state.band is None:
        baseline = state.baseline.with_stride(thigh_ext_bam)
        complete = baseline.count >= settings.baseline_strides
        band = baseline.band(settings) if complete else None
        return _light(
            replace(state, baseline=baseline, band=band), CueKind.LED_BASELINE, t_ns, cues
        )
    recent = (*state.recent_bam, thigh_ext_bam)[-WINDOW_STRIDES:]
    since = state.strides_since_buzz
    state = replace(
        state, recent_bam=recent, strides_since_buzz=None if since is None else since + 1
    )
    if len(recent) < WINDOW_STRIDES:
        return state
    mean_bam = sum(recent) // WINDOW_STRIDES
    state = _light(state, judge(state.led, state.band, mean_bam), t_ns, cues, mean_bam)
    if _buzz_is_due(state, settings):
        cues.append(Cue(t_ns, CueKind.BUZZ, mean_bam))
        state = replace(state, strides_since_buzz=0)
    return state


def judge(led: CueKind, band: Band | None, mean_bam: int) -> CueKind:
    """Which LED a mean deserves; to leave amber or blue it must be a degree inside the band."""
    assert band is not None  # noqa: S101  # asked only after the baseline
    low_bam, high_bam = band.low_bam, band.high_bam
    if led is CueKind.LED_BELOW:
        low_bam += HYSTERESIS_BAM
    if led is CueKind.LED_ABOVE:
        high_bam -= HYSTERESIS_BAM
    if mean_bam < low_bam:
        return CueKind.LED_BELOW
    return CueKind.LED_ABOVE if mean_bam > high_bam else CueKind.LED_IN_BAND


def _light(
    state: CoachState, led: CueKind, t_ns: int, cues: list[Cue], mean_bam: int | None = None
) -> CoachState:
    if led is state.led:
        return state
    cues.append(Cue(t_ns, led, mean_bam))
    return replace(state, led=led)


def _buzz_is_due(state: CoachState, settings: CoachSettings) -> bool:
    """Four of the last five strides below the band, and long enough since the last buzz."""
    assert state.band is not None  # noqa: S101  # asked only after the baseline
    low_bam, since = state.band.low_bam, state.strides_since_buzz
    below = sum(bam < low_bam for bam in state.recent_bam)
    rested = since is None or since > settings.buzz_gap_strides
    return below >= BUZZ_STRIDES_BELOW and rested


class Coach:
    """Keeps the coach's state from frame to frame."""

    def __init__(self, settings: CoachSettings) -> None:
        self.settings = settings
        self.state = CoachState()

    @property
    def band(self) -> Band | None:
        """Where thigh extension is wanted; None until the baseline is complete."""
        return self.state.band

    def move_target(self, offset_bam: int) -> None:
        """Let the target lie so far from where the configuration puts it, from now on."""
        by_bam = offset_bam - self.settings.offset_bam
        self.settings = replace(self.settings, offset_bam=offset_bam)
        if self.state.band is not None:
            self.state = replace(self.state, band=self.state.band.moved(by_bam))

    def step(self, t_ns: int, update: GaitUpdate) -> tuple[Cue, ...]:
        """Judge what became known with the frame of `t_ns`."""
        self.state, cues = advance(self.state, self.settings, t_ns, update.strides)
        return cues
