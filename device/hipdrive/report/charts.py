"""The charts of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.leg_colours import FAR_ON_WHITE, NEAR_ON_WHITE
from hipdrive.report.style import GREEN, GREY, ORANGE, RED, figure, write_numbers
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hipdrive.api.values import CueValues, StrideValues
    from hipdrive.report.mean_stride import Curve, LegCurves, MeanStride
    from hipdrive.session.figures import BandFigures
    from hipdrive.texts.phrases import Phrases

S_PER_MIN = 60
RECENT_STRIDES = 5
"""As many as the lights show the mean of."""


def strides_chart(
    strides: Sequence[StrideValues],
    cues: Sequence[CueValues],
    band: BandFigures | None,
    say: Phrases,
) -> Figure:
    """Thigh extension of each stride of the near leg over the session, the band and the buzzes.

    Orange behind them: a guard was tripped, and no more was asked for.
    """
    drawn = figure(3.0)
    axes = drawn.subplots()
    t_min = np.array([each.t_s for each in strides]) / S_PER_MIN
    angles = np.array([each.thigh_ext_deg for each in strides])
    for number, (first, last) in enumerate(guarded(strides)):
        label = say("held_back") if number == 0 else None
        until = t_min[last] + strides[last].stride_time_s / S_PER_MIN
        axes.axvspan(t_min[first], until, color=ORANGE, alpha=0.25, lw=0, label=label)
    if band is not None:
        axes.axhspan(band.low_deg, band.high_deg, color=GREEN, alpha=0.15, label=say("band"), lw=0)
        axes.axhline(band.target_deg, color=GREEN, lw=1, ls="--", label=say("target"))
    axes.plot(t_min, angles, ".", color=GREY, ms=3, alpha=0.5, label=say("stride"))
    if len(angles) >= RECENT_STRIDES:
        mean = np.convolve(angles, np.full(RECENT_STRIDES, 1 / RECENT_STRIDES), "valid")
        axes.plot(
            t_min[RECENT_STRIDES - 1 :],
            mean,
            color=NEAR_ON_WHITE,
            lw=1.2,
            label=say("mean_of_five"),
        )
    buzzes = [each.t_s / S_PER_MIN for each in cues if each.kind == CueKind.BUZZ]
    if buzzes:
        low, _ = axes.get_ylim()
        axes.plot(buzzes, [low] * len(buzzes), "|", color=RED, ms=9, label=say("buzz"))
    axes.set(xlabel=say("minutes"), ylabel=say("thigh_ext"))
    write_numbers(axes, say)
    axes.legend(ncols=6, loc="lower center", bbox_to_anchor=(0.5, 1))
    return drawn


def guarded(strides: Sequence[StrideValues]) -> list[tuple[int, int]]:
    """First and last index of every run of strides at which a guard was tripped."""
    tripped = {number for number, each in enumerate(strides) if each.guard}
    first = [number for number in sorted(tripped) if number - 1 not in tripped]
    last = [number for number in sorted(tripped) if number + 1 not in tripped]
    return list(zip(first, last, strict=True))


def curves_chart(mean: MeanStride, say: Phrases) -> Figure:
    """Thigh and knee of both legs over the mean stride, with one SD on either side."""
    drawn = figure(3.2)
    thigh, knee = drawn.subplots(1, 2)
    legs = (
        (say("near_leg"), mean.near, NEAR_ON_WHITE, "-"),
        (say("far_leg"), mean.far, FAR_ON_WHITE, "--"),
    )
    for name, leg, colour, line in legs:
        if leg is not None:
            _curve(thigh, leg.thigh_ext, name, colour, line)
            _curve(knee, leg.knee_flex, name, colour, line)
            _toe_off(thigh, leg, colour)
            _toe_off(knee, leg, colour)
    thigh.set(ylabel=say("thigh_ext"))
    knee.set(ylabel=say("knee_flex"))
    for axes in (thigh, knee):
        axes.set(xlabel=say("percent"), xlim=(0, 100))
        write_numbers(axes, say)
        axes.axhline(0, color=GREY, lw=0.5)
    thigh.legend()
    return drawn


def _curve(axes: Axes, curve: Curve, name: str, colour: str, line: str) -> None:
    percent = np.arange(len(curve.mean))
    axes.plot(percent, curve.mean, line, color=colour, lw=1.5, label=name)
    axes.fill_between(
        percent, curve.mean - curve.sd, curve.mean + curve.sd, color=colour, alpha=0.15, lw=0
    )


def _toe_off(axes: Axes, leg: LegCurves, colour: str) -> None:
    if leg.toe_off_percent is not None:
        axes.axvline(leg.toe_off_percent, color=colour, lw=0.8, ls=":")


def distribution_chart(
    near: Sequence[StrideValues],
    far: Sequence[StrideValues],
    band: BandFigures | None,
    say: Phrases,
) -> Figure:
    """How often each thigh extension came, near and far leg, and where the band lies."""
    drawn = figure(2.4)
    axes = drawn.subplots()
    if band is not None:
        axes.axvspan(band.low_deg, band.high_deg, color=GREEN, alpha=0.15, lw=0, label=say("band"))
    angles = [each.thigh_ext_deg for each in (*near, *far)]
    edges = np.arange(np.floor(min(angles)), np.ceil(max(angles)) + 1, 0.5)
    for name, strides, colour, line in (
        (say("near_leg"), near, NEAR_ON_WHITE, "-"),
        (say("far_leg"), far, FAR_ON_WHITE, "--"),
    ):
        if strides:
            values = [each.thigh_ext_deg for each in strides]
            axes.hist(
                values, edges.tolist(), histtype="step", color=colour, ls=line, label=name, lw=1.5
            )
    axes.set(xlabel=say("thigh_ext"), ylabel=say("strides"))
    write_numbers(axes, say)
    axes.legend()
    return drawn
