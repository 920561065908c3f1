"""What is true of a rendered runner: every angle at every time, every event, every peak."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, pi, radians
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import SourceError
from hipdrive.rendered.body import Body
from hipdrive.rendered.feasibility import PlannedRun, problems
from hipdrive.rendered.figure import Posture
from hipdrive.rendered.pelvis import Pelvis, shoulder_turn
from hipdrive.rendered.running import Running, Style
from hipdrive.rendered.stance import Stance
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.running import Strides
    from hipdrive.rendered.settings import RenderedSettings

LEAN_SWAY = radians(1.0)
"""The trunk nods a little with every step."""
FIRST_STRIKE_S = 0.1
_SPARE = 3
"""Strides before the first time and after the last, so that every time lies between two."""


@dataclass(frozen=True, slots=True)
class TrueStride:
    """A peak of thigh extension and the events before it.

    Attributes:
        near: True for the leg on the camera's side.
        strike_s, toe_off_s, peak_s: seconds since the first frame.
        thigh_ext_deg, hip_ext_deg: at the peak.
    """

    near: bool
    strike_s: float
    toe_off_s: float
    peak_s: float
    thigh_ext_deg: float
    hip_ext_deg: float


class Truth:
    """Knows every answer about a runner.

    Args:
        settings: who runs, how, for how long.

    Raises:
        SourceError: no runner can do what the settings ask.
    """

    def __init__(self, settings: RenderedSettings) -> None:
        self.settings = settings
        runner, belt = settings.runner, settings.treadmill
        self.body = Body(runner.height_m)
        self.stride_s = 120 / runner.cadence_spm
        self.slope = atan(belt.incline_percent / 100)
        turns, drops = radians(runner.pelvis_rotation_deg), radians(runner.pelvis_drop_deg)
        self.pelvis = Pelvis.of(self.body, turns, drops)
        stance = Stance(self.body, belt.speed_mps, self.slope, runner.overstride_m, self.pelvis)
        style = Style(
            stride_s=self.stride_s,
            peak=radians(runner.thigh_ext_deg),
            knee_contact=radians(runner.knee_contact_deg),
            knee_stance=radians(runner.knee_stance_deg),
            knee_swing=radians(runner.knee_swing_deg),
            thigh_swing=radians(runner.thigh_swing_deg),
        )
        self.running = Running(style, stance)
        chance = np.random.default_rng((settings.seed, 1))
        self.near = self._strides(FIRST_STRIKE_S, runner.asymmetry_deg / 2, chance)
        self.far = self._strides(
            FIRST_STRIKE_S + self.stride_s / 2, -runner.asymmetry_deg / 2, chance
        )
        plan = PlannedRun(runner, self.body, self.slope, self.near, self.far, self.at)
        if problem := next(problems(plan), None):
            raise SourceError(f"no leg can run like that: {problem}")

    @property
    def near_side(self) -> Side:
        """Which leg the camera sees: the one on the side of the picture that is faced."""
        return Side(self.settings.runner.facing)

    @property
    def far_side(self) -> Side:
        """The other leg."""
        return self.near_side.other

    def at(self, t_s: Array) -> Posture:
        """The body at some times, while running."""
        since_s = t_s - FIRST_STRIKE_S
        phase = (since_s / self.stride_s) % 1
        runner = self.settings.runner
        pelvis_turn, pelvis_drop = self.pelvis.angles(phase)
        return Posture(
            near=self.running.leg(self.near, t_s),
            far=self.running.leg(self.far, t_s),
            lean=radians(runner.trunk_lean_deg) + self._nod(t_s),
            hip_height_m=self.running.hips.height_m(since_s),
            phase=phase,
            pelvis_turn=pelvis_turn,
            pelvis_drop=pelvis_drop,
            shoulder_turn=shoulder_turn(radians(runner.shoulder_rotation_deg), phase),
            inward_m=runner.foot_inward_m,
        )

    def strides(self) -> list[TrueStride]:
        """Every peak from the first frame to the last while the runner runs, by time."""
        return sorted(
            [*self._true(self.near, near=True), *self._true(self.far, near=False)],
            key=lambda stride: stride.peak_s,
        )

    def _true(self, strides: Strides, *, near: bool) -> list[TrueStride]:
        lean = radians(self.settings.runner.trunk_lean_deg) + self._nod(strides.peak_s)
        hip_ext = strides.peak - lean
        rows = zip(
            strides.strike_s,
            strides.toe_off_s,
            strides.peak_s,
            np.degrees(strides.peak),
            np.degrees(hip_ext),
            strict=True,
        )
        found = [TrueStride(near, *map(float, row)) for row in rows]
        return [stride for stride in found if self._runs(stride)]

    def _runs(self, stride: TrueStride) -> bool:
        """True for a stride within the recording of a runner who was there."""
        end_s = self.settings.seconds
        away = self.settings.runner.away
        return 0 <= stride.peak_s <= end_s and not any(
            start - 1 <= stride.peak_s and stride.strike_s <= end + 1 for start, end in away
        )

    def _strides(self, first_s: float, extra_deg: float, chance: np.random.Generator) -> Strides:
        runner = self.settings.runner
        count = int(self.settings.seconds / self.stride_s) + 2 * _SPARE
        strike_s = first_s + (np.arange(count, dtype=np.float64) - _SPARE + 1) * self.stride_s
        drift = np.zeros(count)
        if runner.drift:
            drift = np.interp(strike_s, *np.array(runner.drift).T)
        noise = chance.normal(0.0, 1.0, count).clip(-3, 3) * runner.stride_sd_deg
        peak_deg = runner.thigh_ext_deg + drift + extra_deg + noise
        return self.running.strides(strike_s, peak_deg * (pi / 180))

    def _nod(self, t_s: Array) -> Array:
        nod: Array = LEAN_SWAY * np.cos(4 * pi * (t_s - FIRST_STRIKE_S) / self.stride_s)
        return nod
