"""Key points of a runner who changes from stride to stride, with known kinematics.

`truth.Truth` knows a run before it begins. Here every stride is asked for when the one before has
been seen, so that whoever asks can have answered a cue in between. A stride goes from one foot
strike of the near leg to the next. Where its motion differs from that of the one before the joints
jump by what little differs at a foot strike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, pi, radians
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.body import Body
from hipdrive.rendered.figure import Posture, figure
from hipdrive.rendered.keypoints import in_picture
from hipdrive.rendered.noise import disturbed
from hipdrive.rendered.pelvis import Pelvis
from hipdrive.rendered.running import Running, Strides, Style
from hipdrive.rendered.stance import Stance
from hipdrive.rendered.times import NS, START_NS
from hipdrive.rendered.truth import LEAN_SWAY
from hipdrive.rendered.view import View
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Pose, keypoints
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.noise import PoseNoise
    from hipdrive.rendered.settings import RenderedSettings

STYLES = 256
"""How many ways of running are kept ready: finding one takes longer than running a stride."""
SPREAD, CONTACTS = radians(6), 97
"""So far from a style's peak, at so many, the contacts are found; between them the line is 0.001
degrees off."""
MOST_DEG = 5
"""More than that a stride does not differ from the one before."""


@dataclass(frozen=True, slots=True)
class Motion:
    """How a stride is run.

    Attributes:
        thigh_ext_deg: highest thigh extension, on average over such strides.
        cadence_spm: steps a minute.
        overstride_m: the ankle ahead of the hips at foot strike.
        trunk_lean_deg: forwards.
    """

    thigh_ext_deg: float = 20.0
    cadence_spm: float = 170.0
    overstride_m: float = 0.2
    trunk_lean_deg: float = 6.0


class _WayOfRunning:
    """One style, with the contacts that lead to each peak found beforehand, all at once."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._peaks = running.style.peak + np.linspace(-SPREAD, SPREAD, CONTACTS)
        self._contacts_s = running.strides(np.zeros(CONTACTS), self._peaks).contact_s

    def strides(self, strike_s: Array, peaks_deg: Array) -> Strides:
        """Those that lead to these peaks, which lie within `SPREAD` of the style's."""
        peaks = np.radians(peaks_deg)
        return Strides(strike_s, np.interp(peaks, self._peaks, self._contacts_s), peaks)


class SteeredPoses:
    """Key points of a runner, a stride at a time.

    Args:
        settings: camera, body, belt, and all of the style that a `Motion` does not say.
        noise: how the pose model errs; None: not at all.
        chance: how the strides scatter, and the noise.
    """

    def __init__(
        self, settings: RenderedSettings, noise: PoseNoise | None, chance: np.random.Generator
    ) -> None:
        self._settings = settings
        self._noise = noise
        self._chance = chance
        self._view = View.of(settings)
        self._body = Body(settings.runner.height_m)
        self._near_side = Side(settings.runner.facing)
        self._way = lru_cache(STYLES)(self._find_way)
        self._strike_s = 0.0
        self._frame = 0
        self._last_s = 0.0
        self._far_deg = 0.0

    def stride(self, motion: Motion) -> Iterator[Pose]:
        """The poses of the next stride of the near leg."""
        way = self._way(*_rounded(motion))
        stride_s = way.running.style.stride_s
        near_deg, far_deg = motion.thigh_ext_deg + self._scatter_deg(2)
        if not self._frame:
            self._last_s, self._far_deg = stride_s, far_deg
        t_s = self._frame_times_s(stride_s)
        if len(t_s):
            yield from self._poses(way, motion, t_s, (near_deg, far_deg))
        self._strike_s += stride_s
        self._last_s, self._far_deg = stride_s, far_deg

    def _scatter_deg(self, count: int) -> Array:
        sd_deg = self._settings.runner.stride_sd_deg
        scatter: Array = self._chance.normal(0.0, 1.0, count).clip(-3, 3) * sd_deg
        return scatter

    def _frame_times_s(self, stride_s: float) -> Array:
        """Of the frames in the stride, from its foot strike on."""
        fps = self._settings.camera.fps
        end = ceil((self._strike_s + stride_s) * fps)
        frames = np.arange(self._frame, end)
        self._frame = max(end, self._frame)
        times_s: Array = frames / fps - self._strike_s
        return times_s

    def _poses(
        self, way: _WayOfRunning, motion: Motion, t_s: Array, peaks_deg: tuple[float, float]
    ) -> Iterator[Pose]:
        posture = self._posture(way, motion, t_s, peaks_deg)
        positions = figure(self._body, posture, near_is_left=self._near_side is Side.LEFT)
        pixels = in_picture(positions, self._near_side, self._view)
        if self._noise:
            points = disturbed(pixels, t_s, self._near_side, self._noise, self._chance)
        else:
            sure = np.ones((*pixels.shape[:2], 1))
            points = np.rint(np.concatenate([pixels, sure], axis=2) * ONE).astype(np.int64)
        t_ns = START_NS + np.rint((self._strike_s + t_s) * NS).astype(np.int64)
        for at_ns, rows in zip(t_ns.tolist(), points.tolist(), strict=True):
            yield Pose(at_ns, keypoints(rows))

    def _posture(
        self, way: _WayOfRunning, motion: Motion, t_s: Array, peaks_deg: tuple[float, float]
    ) -> Posture:
        running = way.running
        stride_s, usual_deg = running.style.stride_s, motion.thigh_ext_deg
        near_deg, far_deg = peaks_deg
        steps: Array = stride_s * np.arange(-2.0, 4.0)
        after = [usual_deg] * 3
        near = way.strides(steps, np.array([usual_deg, usual_deg, near_deg, *after]))
        half_s = self._last_s / 2
        later_s: Array = stride_s * np.arange(0.5, 4.0)
        strikes_s: Array = np.concatenate([[-half_s - self._last_s, -half_s], later_s])
        far_was_deg = min(max(self._far_deg, usual_deg - MOST_DEG), usual_deg + MOST_DEG)
        far = way.strides(strikes_s, np.array([usual_deg, far_was_deg, far_deg, *after]))
        nod = LEAN_SWAY * np.cos(4 * pi * t_s / stride_s)
        return Posture(
            near=running.leg(near, t_s),
            far=running.leg(far, t_s),
            lean=radians(motion.trunk_lean_deg) + nod,
            hip_height_m=running.hips.height_m(t_s),
            phase=t_s / stride_s,
        )

    def _find_way(self, thigh_ext_deg: float, cadence_spm: float, ahead_m: float) -> _WayOfRunning:
        runner, belt = self._settings.runner, self._settings.treadmill
        stance = Stance(self._body, belt.speed_mps, 0.0, ahead_m, Pelvis.of(self._body, 0, 0))
        style = Style(
            stride_s=120 / cadence_spm,
            peak=radians(thigh_ext_deg),
            knee_contact=radians(runner.knee_contact_deg),
            knee_stance=radians(runner.knee_stance_deg),
            knee_swing=radians(runner.knee_swing_deg),
            thigh_swing=radians(runner.thigh_swing_deg),
        )
        return _WayOfRunning(Running(style, stance))


def _rounded(motion: Motion) -> tuple[float, float, float]:
    """The style, coarse enough that strides share one: the peak itself is as asked for."""
    return round(motion.thigh_ext_deg), round(motion.cadence_spm, 1), round(motion.overstride_m, 3)
