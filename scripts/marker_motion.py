"""How markers on treadmill runners moved: joint centres from clusters and a standing trial.

Each segment bears four markers; the standing trial has the same four and points over the joints.
Knees and ankles are the middles of their two sides, a hip's centre a quarter of the way from one
greater trochanter to the other (Weinhandl 2010). Metres, x forwards, y to the left, z up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.body import THIGH, Body

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions

SIDES = ("left", "right")
MM = 0.001
TROCHANTERS_IN = 0.25
LEAST_STRIDE_S = 0.45


@dataclass(frozen=True)
class MarkerMotion:
    """Of one trial.

    Attributes:
        t_s: times of the samples.
        joints: by name, `hip_left` and so on, each [samples, 3].
        height_m: of the drawn body that has such thighs.
    """

    t_s: Array
    joints: JointPositions
    height_m: float

    def at(self, t_s: Array) -> JointPositions:
        """The joints at some times."""
        return {
            name: np.stack([np.interp(t_s, self.t_s, axis) for axis in places.T], axis=1)
            for name, places in self.joints.items()
        }

    def thigh_deg(self, side: str) -> Array:
        """Against gravity, positive when the knee is behind the hip."""
        ahead, _, up = (self.joints[f"hip_{side}"] - self.joints[f"knee_{side}"]).T
        angle: Array = np.degrees(np.arctan2(ahead, up))
        return angle

    def peaks(self, side: str) -> tuple[Array, Array]:
        """When the thigh is furthest back, and how far, once a stride."""
        deg = self.thigh_deg(side)
        reach = round(LEAST_STRIDE_S / (self.t_s[1] - self.t_s[0]))
        tops = [
            i
            for i in range(reach, len(deg) - reach)
            if deg[i] == deg[i - reach : i + reach + 1].max()
        ]
        return self.t_s[tops], deg[tops]

    def phase(self, side: str, t_s: Array) -> Array:
        """Of a stride, 0 at foot strike, which is 0.63 strides after the peak before."""
        peaks_s, _ = self.peaks(side)
        strides = np.interp(t_s, peaks_s, np.arange(len(peaks_s), dtype=np.float64))
        phase: Array = (strides - 0.63) % 1
        return phase


def read_trial(run: Path) -> MarkerMotion:
    """A trial, with the standing one beside it.

    Args:
        run: `<trial>_run.c3d`.
    """
    moving, rate = _points(run)
    static, _ = _points(run.with_name(run.name.replace("_run", "_static")))
    standing = {name: places[0] for name, places in static.items()}
    body = _Body(moving, standing)
    joints = _joints(body)
    thigh_m = np.mean([
        np.linalg.norm(joints[f"hip_{s}"] - joints[f"knee_{s}"], axis=1).mean() for s in SIDES
    ])  # fmt: skip
    height_m = float(np.clip(thigh_m / THIGH, 1.5, 2.0))
    joints |= _feet(body, joints, Body(height_m))
    hips = (joints["hip_left"] + joints["hip_right"]) / 2
    floor_m = min(np.percentile(joints[f"ball_{side}"][:, 2], 1) for side in SIDES)
    origin = np.array([hips[:, 0].mean(), hips[:, 1].mean(), floor_m])
    t_s = np.arange(len(hips)) / rate
    return MarkerMotion(t_s, {k: v - origin for k, v in joints.items()}, height_m)


class _Body:
    """Takes points of the standing trial along with a segment's markers."""

    def __init__(self, moving: Mapping[str, Array], standing: Mapping[str, Array]) -> None:
        self._moving, self.standing = moving, standing
        self._known: dict[str, tuple[Array, Array]] = {}

    def carried(self, segment: str, point: Array) -> Array:
        """[samples, 3]."""
        turned, shift = self.motion(segment)
        place: Array = turned @ point + shift
        return place

    def motion(self, segment: str) -> tuple[Array, Array]:
        """[samples, 3, 3] and [samples, 3], the best fit of the four markers (Kabsch 1976)."""
        if segment not in self._known:
            names = [f"{segment}_{k}" for k in range(1, 5)]
            rest = np.array([self.standing[name] for name in names])
            now = np.stack([self._moving[name] for name in names], axis=1)
            middle, middles = rest.mean(axis=0), now.mean(axis=1)
            u, _, vt = np.linalg.svd(np.swapaxes(rest - middle, 0, 1) @ (now - middles[:, None]))
            proper = np.broadcast_to(np.eye(3), u.shape).copy()
            proper[:, 2, 2] = np.sign(np.linalg.det(u @ vt))
            turned = np.swapaxes(u @ proper @ vt, 1, 2)
            self._known[segment] = turned, middles - turned @ middle
        return self._known[segment]


def _joints(body: _Body) -> JointPositions:
    outer = {
        side: body.carried("pelvis", body.standing[f"{side[0].upper()}_hip"]) for side in SIDES
    }
    across = outer["right"] - outer["left"]
    joints = {
        "hip_left": outer["left"] + TROCHANTERS_IN * across,
        "hip_right": outer["right"] - TROCHANTERS_IN * across,
    }
    for side in SIDES:
        letter = side[0].upper()
        for joint, segment in (("knee", "thigh"), ("ankle", "shank")):
            ends = [body.standing[f"{letter}_{part}_{joint}"] for part in ("lat", "med")]
            joints[f"{joint}_{side}"] = body.carried(f"{letter}_{segment}", np.mean(ends, axis=0))
    return joints


def _feet(body: _Body, joints: JointPositions, size: Body) -> JointPositions:
    """Heel and ball of soles that stood flat."""
    found = {}
    for side in SIDES:
        turned, _ = body.motion(f"{side[0].upper()}_foot")
        for name, ahead_m in (("heel", -size.heel_behind_m), ("ball", size.ball_ahead_m)):
            below = np.array([ahead_m, 0.0, -size.ankle_height_m])
            found[f"{name}_{side}"] = joints[f"ankle_{side}"] + turned @ below
    return found


def _points(path: Path) -> tuple[dict[str, Array], float]:
    """By marker, [samples, 3], and the rate. The files have x to the right, y up, z backwards."""
    import ezc3d

    file = ezc3d.c3d(str(path))
    about = file["parameters"]["POINT"]
    right, up, back = file["data"]["points"][:3] * MM
    places = np.stack([-back, -right, up], axis=-1)
    names = about["LABELS"]["value"]
    return dict(zip(names, places, strict=False)), float(about["RATE"]["value"][0])
