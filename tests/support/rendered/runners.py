"""Runners to look at, and the geometry of a camera and a belt that is not the package's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import atan2, cos, radians, sin, tan
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hipdrive.rendered.figure import figure
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.truth import Truth
from hipdrive.rendered.view import AIM
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.truth import TrueStride

Array: TypeAlias = npt.NDArray[np.float64]
Tables: TypeAlias = dict[str, Any]

MS, MM = 1e-3, 1e-3
STEP_S = 0.2 * MS
LEGS = ("near", "far")
SECONDS = 3.0
RUNNERS: dict[str, Tables] = {
    "usual": {},
    "slow": {"runner": {"thigh_ext_deg": 15.0}, "treadmill": {"speed_mps": 2.2}},
    "brisk": {"runner": {"thigh_ext_deg": 24.0}, "treadmill": {"speed_mps": 3.9}},
    "fast": {"runner": {"thigh_ext_deg": 27.0}, "treadmill": {"speed_mps": 4.5}},
    "small": {"runner": {"height_m": 1.6, "overstride_m": 0.17, "cadence_spm": 182.0}},
    "uphill": {"treadmill": {"incline_percent": 8.0}},
    "downhill": {"treadmill": {"incline_percent": -4.0}},
    "uneven": {"runner": {"facing": "left", "asymmetry_deg": 6.0, "stride_sd_deg": 2.0}},
    "turning": {
        "runner": {
            "facing": "left",
            "pelvis_rotation_deg": 8.0,
            "pelvis_drop_deg": 3.5,
            "shoulder_rotation_deg": 12.0,
            "foot_inward_m": 0.06,
        }
    },
    "other knees": {
        "runner": {
            "knee_contact_deg": 22.0,
            "knee_stance_deg": 47.0,
            "knee_swing_deg": 112.0,
            "thigh_swing_deg": 44.0,
        }
    },
}
"""Each within what people do: speeds with the peaks that go with them, slopes, sizes."""
SQUARE = tuple(name for name in RUNNERS if name != "turning")
"""Those whose hips and shoulders stay square to the running direction, each leg in one plane."""


def asked(**tables: Any) -> RenderedSettings:  # noqa: ANN401  # tables of keys, as in a file
    """Settings from tables and keys; the package checks them."""
    return RenderedSettings.model_validate({"seconds": SECONDS, **tables})


def truth_of(**tables: Any) -> Truth:  # noqa: ANN401  # see above
    return Truth(asked(**tables))


@cache
def known(name: str) -> Truth:
    """The truth of one of `RUNNERS`."""
    return truth_of(**RUNNERS[name])


@dataclass(frozen=True, slots=True)
class Motion:
    """A runner at dense times.

    Attributes:
        t_s: the times, `STEP_S` apart.
        legs: degrees of `thigh`, `knee` and `foot` of the near and the far leg.
        positions: joints in metres.
    """

    t_s: Array
    legs: dict[str, dict[str, Array]]
    positions: JointPositions

    def within(self, start_s: float, end_s: float) -> slice:
        """The times from one to another."""
        first, last = np.searchsorted(self.t_s, [start_s, end_s])
        return slice(int(first), int(last))


def joints(truth: Truth, t_s: Array) -> JointPositions:
    return moving(truth, t_s).positions


def moving(truth: Truth, t_s: Array) -> Motion:
    posture = truth.at(t_s)
    legs = {
        name: {joint: np.degrees(getattr(leg, joint)) for joint in ("thigh", "knee", "foot")}
        for name, leg in (("near", posture.near), ("far", posture.far))
    }
    return Motion(t_s, legs, figure(truth.body, posture, near_is_left=truth.near_side is Side.LEFT))


@cache
def update(name: str) -> Motion:
    """All of one of `RUNNERS`."""
    return moving(known(name), np.arange(0.0, SECONDS, STEP_S))


def strides_of(truth: Truth, leg: str) -> list[TrueStride]:
    return [stride for stride in truth.strides() if stride.near == (leg == "near")]


def whole_strides(truth: Truth, leg: str) -> list[tuple[TrueStride, float]]:
    """Each stride with the foot strike that ends it, those within the recording."""
    strides = strides_of(truth, leg)
    found = [
        (stride, after.strike_s) for stride, after in pairwise(strides) if stride.strike_s >= 0
    ]
    assert len(found) >= 2
    return found


def above_belt_m(truth: Truth, position: Array) -> Array:
    """How far above the belt's line, square to it."""
    slope = rise(truth)
    height: Array = position[:, 2] * cos(slope) - position[:, 0] * sin(slope)
    return height


def along_belt_m(truth: Truth, position: Array) -> Array:
    """How far up the belt, from below the hips."""
    slope = rise(truth)
    along: Array = position[:, 0] * cos(slope) + position[:, 2] * sin(slope)
    return along


def rise(truth: Truth) -> float:
    return atan2(truth.settings.treadmill.incline_percent, 100)


def level(settings: RenderedSettings, roll_deg: float = 0.0) -> RenderedSettings:
    """The same with a camera as high as what it looks at: it looks neither up nor down."""
    camera = {"height_m": AIM * settings.runner.height_m, "roll_deg": roll_deg}
    return settings.model_copy(update={"camera": settings.camera.model_copy(update=camera)})


def forward(settings: RenderedSettings) -> int:
    """1 where forwards is to the right of the picture, else -1."""
    return 1 if settings.runner.facing == "right" else -1


def focal_px(settings: RenderedSettings) -> float:
    camera = settings.camera
    return camera.height_px / 2 / tan(radians(camera.lens_deg) / 2)


def sighted(settings: RenderedSettings, position: Array) -> Array:
    """Where positions are seen, by turning the world about the camera: yaw, pitch, roll."""
    camera, towards = settings.camera, forward(settings)
    yaw, roll = towards * radians(camera.yaw_deg), radians(camera.roll_deg)
    pitch = atan2(AIM * settings.runner.height_m - camera.height_m, camera.distance_m)
    right = towards * position[..., 0] - camera.distance_m * sin(yaw)
    back = towards * position[..., 1] + camera.distance_m * cos(yaw)
    up = position[..., 2] - camera.height_m
    right, back = right * cos(yaw) + back * sin(yaw), back * cos(yaw) - right * sin(yaw)
    depth, up = back * cos(pitch) + up * sin(pitch), up * cos(pitch) - back * sin(pitch)
    # The camera clockwise, the picture anticlockwise; in the picture down is positive.
    across, down = right * cos(roll) - up * sin(roll), -up * cos(roll) - right * sin(roll)
    middle = np.array([camera.width_px - 1, camera.height_px - 1]) / 2
    pixels: Array = focal_px(settings) * np.stack([across, down], -1) / depth[..., None] + middle
    return pixels


def point(pixels: Array, side: str, joint: str) -> Array:
    """One key point at all times, [times, 2]."""
    found: Array = pixels[:, COCO_17.index(f"{side}_{joint}")]
    return found


def unseen(settings: RenderedSettings, pixels: Array, aside_m: float) -> Array:
    """Metres to the right of a level camera's axis and below it, of pixels of positions that lie
    so far this side of the treadmill's middle.
    """
    camera = settings.camera
    middle = np.array([camera.width_px - 1, camera.height_px - 1]) / 2
    metres: Array = (pixels - middle) * (camera.distance_m - aside_m) / focal_px(settings)
    return metres


def hanging_deg(settings: RenderedSettings, upper: Array, lower: Array) -> Array:
    """How far the lower end is behind the upper one, against the picture's upright."""
    right, down = (lower - upper).T
    back: Array = np.degrees(np.arctan2(-forward(settings) * right, down))
    return back


def wrapped(deg: Array) -> Array:
    turned: Array = (deg + 180) % 360 - 180
    return turned
