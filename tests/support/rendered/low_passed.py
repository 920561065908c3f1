"""What a camera and a low-pass leave of a rendered runner's motion, by formulas of their own.

A runner whose strides are all alike is periodic, so a Fourier series over one stride is the whole
motion, and linear interpolation between frames and a Butterworth filter are factors on its terms:

    sinc(f / fps)^2    and    1 / (1 + sqrt(2) j w - w^2),  w = tan(pi f / 64) / tan(pi fc / 64)

(the bilinear transform on a grid of 64 Hz), with the filter's delay for slow motion taken off.

Before that the trunk is one body: what a shoulder or hip does apart from the middle of all four is
followed by a low-pass of one pole with a time constant of a second, frame by frame:

    a / (1 - (1 - a) exp(-2 pi j f / fps)),  a = 1 / (1 + fps 1 s)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from hipdrive.rendered.figure import figure
from hipdrive.rendered.keypoints import joint_pixels
from hipdrive.rendered.view import View
from hipdrive.types.side import Side
from support.rendered.runners import forward, point

if TYPE_CHECKING:
    from hipdrive.rendered.truth import Truth
    from support.rendered.runners import Array

Terms: TypeAlias = npt.NDArray[np.complex128]

GRID_HZ = 64
SAMPLES = 4096
STEP_S = 1e-3
FINE_S, AROUND_S = 0.2e-3, 0.06
START_S = 1.0
JOINTS = ("shoulder", "hip", "knee", "ankle")
TRUNK = ("shoulder", "hip")
TRUNK_S = 1.0


def gain(f_hz: Array, fps: float, cutoff_hz: float) -> Terms:
    """Complex factors on the terms of the series."""
    slope = np.tan(np.pi * cutoff_hz / GRID_HZ)
    warped = np.tan(np.pi * f_hz / GRID_HZ) / slope
    delay_s = np.sqrt(2) / (2 * GRID_HZ * slope)
    low_pass = 1 / (1 + np.sqrt(2) * 1j * warped - warped**2)
    factors: Terms = np.sinc(f_hz / fps) ** 2 * low_pass * np.exp(2j * np.pi * f_hz * delay_s)
    return factors


def px_per_m(truth: Truth) -> float:
    """Pixels a metre at the near hip."""
    posture = truth.at(np.zeros(1))
    position = figure(truth.body, posture, near_is_left=truth.near_side == "left")["hip_near"]
    return float(View.of(truth.settings).scale(position)[0])


@dataclass(frozen=True, eq=False)
class LowPassed:
    """The near leg of a runner as it leaves the filter; pixels, x forward and y down.

    Args:
        truth: a runner whose strides are all alike.
        fps: of the camera.
        cutoff_hz: of the low-pass.
        trunk_s: time constant of the trunk's joints; 0 leaves them as they are.
    """

    truth: Truth
    fps: float
    cutoff_hz: float = 6.0
    trunk_s: float = TRUNK_S

    def joints(self, t_s: Array) -> dict[str, Array]:
        """Each joint at some times, [times, 2]."""
        f_hz, terms = series(self)
        waves = np.exp(2j * np.pi * np.outer(t_s - START_S, f_hz))
        return {joint: np.real(waves @ each) for joint, each in terms.items()}

    def events(self, strike_s: float, toe_off_s: float) -> tuple[float, float]:
        """Foot strike and toe-off told from the knee, of the contact that was then.

        15 ms after the knee is straightest before it, 19 ms before it is after it.
        """
        before_s = np.arange(strike_s - AROUND_S, strike_s + AROUND_S, FINE_S)
        after_s = np.arange(toe_off_s - AROUND_S, toe_off_s + AROUND_S, FINE_S)
        straight = [t[self.angles(t)["knee"].argmin()] for t in (before_s, after_s)]
        return float(straight[0]) + 0.015, float(straight[1]) - 0.019

    def angles(self, t_s: Array) -> dict[str, Array]:
        """Degrees of thigh and shank, behind positive, of the knee, and of the lean."""
        at = self.joints(t_s)
        thigh, shank = (
            behind(at[upper], at[lower]) for upper, lower in (("hip", "knee"), ("knee", "ankle"))
        )
        lean = behind(at["shoulder"], at["hip"])
        return {"thigh": thigh, "shank": shank, "knee": shank - thigh, "lean": lean}

    def lengths(self, t_s: Array) -> dict[str, Array]:
        """Pixels: the ankle ahead of the hip, the leg, and the hip from the top."""
        at = self.joints(t_s)
        leg = sum(
            np.hypot(*(at[upper] - at[lower]).T)
            for upper, lower in (("hip", "knee"), ("knee", "ankle"))
        )
        ahead = at["ankle"][:, 0] - at["hip"][:, 0]
        return {"ahead": ahead, "leg": np.asarray(leg), "down": at["hip"][:, 1]}

    def metrics(
        self, last_peak_s: float, peak_s: float, strike_s: float, toe_off_s: float
    ) -> dict[str, float]:
        """The metrics of a stride between these peaks with these events."""
        middle_s, speed_mps = (last_peak_s + peak_s) / 2, self.truth.settings.treadmill.speed_mps
        whole = self.angles(np.arange(last_peak_s, peak_s, STEP_S))
        stance = self.angles(np.arange(strike_s, toe_off_s, STEP_S))
        events = self.angles(np.array([strike_s, toe_off_s, peak_s]))
        leg_px = self.lengths(np.arange(strike_s, toe_off_s, STEP_S))["leg"].mean()
        bob_px = np.mean(
            [
                np.ptp(self.lengths(np.arange(*step, STEP_S))["down"])
                for step in ((last_peak_s, middle_s), (middle_s, peak_s))
            ]
        )
        stride_s, contact_s = peak_s - last_peak_s, toe_off_s - strike_s
        step_m, bob_m = speed_mps * stride_s / 2, bob_px / px_per_m(self.truth)
        return {
            "contact_time": contact_s,
            "flight_time": stride_s / 2 - contact_s,
            "duty_factor": 100 * contact_s / stride_s,
            "stride_length": 2 * step_m,
            "step_length": step_m,
            "thigh_excursion": events["thigh"][2] - whole["thigh"].min(),
            "knee_flex_contact": events["knee"][0],
            "knee_flex_stance": stance["knee"].max(),
            "knee_flex_toe_off": events["knee"][1],
            "knee_flex_swing": whole["knee"].max(),
            "shank_contact": -events["shank"][0],
            "overstride": 100 * self.lengths(np.array([strike_s]))["ahead"][0] / leg_px,
            "trunk_lean": whole["lean"].mean(),
            "bounce": 100 * bob_px / leg_px,
            "vertical_oscillation": bob_m,
            "vertical_ratio": 100 * bob_m / step_m,
        }


@cache
def series(of: LowPassed) -> tuple[Array, dict[str, Terms]]:
    """Frequencies in Hz below half the grid's rate, and each joint's filtered terms there."""
    truth, stride_s = of.truth, of.truth.stride_s
    grid_s = START_S + np.arange(SAMPLES) * stride_s / SAMPLES
    seen = joint_pixels(truth, View.of(truth.settings), grid_s)
    towards = np.array([forward(truth.settings), 1])
    f_hz = np.arange(SAMPLES // 2 + 1) / stride_s
    kept = f_hz < GRID_HZ / 2
    factors = gain(f_hz[kept], of.fps, of.cutoff_hz)[:, None]
    middle = np.mean([point(seen, side, joint) for side in Side for joint in TRUNK], axis=0)
    slow = followed(f_hz[kept], of.fps, of.trunk_s)[:, None]

    def spectrum(path: Array) -> Terms:
        found: Terms = np.fft.rfft(path * towards, axis=0) / SAMPLES
        found[1:] *= 2
        return found[kept]

    terms = {}
    for joint in JOINTS:
        path = point(seen, truth.near_side, joint)
        at = spectrum(path)
        if joint in TRUNK:
            at = spectrum(middle) + slow * spectrum(path - middle)
        terms[joint] = at * factors
    return f_hz[kept], terms


def followed(f_hz: Array, fps: float, trunk_s: float) -> Terms:
    """What the trunk keeps of a joint's motion against the middle of all four."""
    share = 1 / (1 + fps * trunk_s)
    kept: Terms = share / (1 - (1 - share) * np.exp(-2j * np.pi * f_hz / fps))
    return kept


def behind(upper: Array, lower: Array) -> Array:
    """Degrees that the lower end is behind the upper one."""
    ahead, down = (lower - upper).T
    found: Array = np.degrees(np.arctan2(-ahead, down))
    return found
