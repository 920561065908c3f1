"""A runner made of geometry, seen from the side, whose angles are known exactly.

    thigh_ext(phi) = mean + swing cos(phi) + second cos(2 phi),  phi = 2 pi (t - peak) / stride

so the thigh is furthest behind the hip at phi = 0, where it stands at mean + swing + second. The
far leg does the same half a stride later. Degrees and seconds, floats; only `Pose` is in integers.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import ceil, cos, pi, radians, sin
from typing import TYPE_CHECKING

from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose, keypoints
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NS = 1_000_000_000
START_NS = 7_000_000_000_000
"""A camera's clock does not begin with the session."""


Point = tuple[float, float]
HEAD = {"nose": (14.0, 8.0), "eye": (9.0, 14.0), "ear": (-2.0, 13.0)}
"""Forward of the shoulder and above it, in hundredths of the trunk's length times two."""
ARM = {"elbow": (-12.0, -28.0), "wrist": (16.0, -30.0)}


@dataclass(frozen=True, slots=True)
class Walker:
    """Who runs, how, and where in the picture.

    Attributes:
        stride_s: from one peak of a leg to its next.
        mean_deg, swing_deg, second_deg: the thigh's angle, see above.
        knee_least_deg, knee_most_deg: flexion of the knee, a cosine between the two.
        knee_lag_deg: phase at which the knee is straightest.
        lean_deg: forward lean of the trunk.
        bounce_px, sway_px: the hips rise and fall twice a stride, highest when a thigh is furthest
            back, and drift once.
        thigh_px, shank_px, trunk_px: lengths.
        hip_x_px, hip_y_px: middle of the hips' path, from the picture's upper left corner.
        peak_ns: a moment at which the near thigh is furthest back.
        faces: side of the picture; the leg of that name is the near one.
        score, far_score: of every key point of the near side and of the far side.
    """

    stride_s: float = 0.7
    mean_deg: float = -6.0
    swing_deg: float = 27.0
    second_deg: float = 2.0
    knee_least_deg: float = 12.0
    knee_most_deg: float = 110.0
    knee_lag_deg: float = -20.0
    lean_deg: float = 6.0
    bounce_px: float = 7.0
    sway_px: float = 3.0
    thigh_px: float = 90.0
    shank_px: float = 88.0
    trunk_px: float = 110.0
    hip_x_px: float = 320.0
    hip_y_px: float = 240.0
    peak_ns: int = START_NS + NS // 3
    faces: Side = Side.RIGHT
    score: float = 0.9
    far_score: float = 0.7

    def __post_init__(self) -> None:
        if self.swing_deg <= 0 or self.swing_deg + 4 * self.second_deg <= 0:
            raise ValueError("the peak is not at phase 0")
        if not 0 <= self.knee_least_deg <= self.knee_most_deg < 180:
            raise ValueError("a knee bends one way, and less than half a turn")

    @property
    def stride_ns(self) -> float:
        return self.stride_s * NS

    @property
    def cadence_spm(self) -> float:
        """Steps a minute, two a stride."""
        return 120 / self.stride_s

    @property
    def peak_deg(self) -> float:
        """Peak of `thigh_ext`."""
        return self.mean_deg + self.swing_deg + self.second_deg

    @property
    def hip_peak_deg(self) -> float:
        """`hip_ext` at the peak of `thigh_ext`."""
        return self.peak_deg - self.lean_deg

    def phase(self, t_ns: float, *, near: bool = True) -> float:
        """Radians since a peak of the leg."""
        turns = (t_ns - self.peak_ns) / self.stride_ns
        return 2 * pi * (turns if near else turns - 0.5)

    def thigh_deg(self, t_ns: float, *, near: bool = True) -> float:
        """`thigh_ext` of a leg."""
        phase = self.phase(t_ns, near=near)
        return self.mean_deg + self.swing_deg * cos(phase) + self.second_deg * cos(2 * phase)

    def knee_deg(self, t_ns: float, *, near: bool = True) -> float:
        """Flexion of a knee, never negative."""
        phase = self.phase(t_ns, near=near) - radians(self.knee_lag_deg)
        return self.knee_least_deg + (self.knee_most_deg - self.knee_least_deg) * (
            (1 - cos(phase)) / 2
        )

    def peaks_ns(self, first_ns: float, last_ns: float, *, near: bool = True) -> list[float]:
        """The leg's peaks from one moment to another, both included."""
        origin = self.peak_ns + (0 if near else self.stride_ns / 2)
        number = ceil((first_ns - origin) / self.stride_ns)
        peaks = []
        while (peak := origin + number * self.stride_ns) <= last_ns:
            peaks.append(peak)
            number += 1
        return peaks

    def joints(self, t_ns: float) -> dict[str, Point]:
        """Every key point, in pixels of the picture."""
        phase = self.phase(t_ns)
        hip = (self.sway_px * sin(phase), -self.bounce_px * cos(2 * phase))
        shoulder = _beyond(hip, self.trunk_px, 180 + self.lean_deg)
        unit = self.trunk_px / 100
        body = {"nose": _shifted(shoulder, HEAD["nose"], unit)}
        for near in (True, False):
            side = self.faces if near else self.faces.other
            thigh = self.thigh_deg(t_ns, near=near)
            knee = _beyond(hip, self.thigh_px, thigh)
            ankle = _beyond(knee, self.shank_px, thigh + self.knee_deg(t_ns, near=near))
            body |= {f"{side}_hip": hip, f"{side}_knee": knee, f"{side}_ankle": ankle}
            body[f"{side}_shoulder"] = shoulder
            for name, offset in (HEAD | ARM).items():
                if name != "nose":
                    body[f"{side}_{name}"] = _shifted(shoulder, offset, unit)
        forward = 1 if self.faces is Side.RIGHT else -1
        return {
            name: (self.hip_x_px + forward * x, self.hip_y_px + y) for name, (x, y) in body.items()
        }

    def pose(
        self, t_ns: int, *, noise_px: float = 0.0, chance: random.Random | None = None
    ) -> Pose:
        """What a camera and a model with this noise would say."""
        joints = self.joints(t_ns)
        scores = round(self.score * ONE), round(self.far_score * ONE)
        far = str(self.faces.other)
        points: list[tuple[int, int, int]] = []
        for name in COCO_17.joints:
            x, y = joints[name]
            if chance:
                x, y = chance.gauss(x, noise_px), chance.gauss(y, noise_px)
            points.append((round(x * ONE), round(y * ONE), scores[name.startswith(far)]))
        return Pose(t_ns, keypoints(points))

    def poses(self, times_ns: Iterable[int], *, noise_px: float = 0.0, seed: int = 0) -> list[Pose]:
        """One pose a moment; the same seed gives the same noise."""
        chance = dice(seed) if noise_px else None
        return [self.pose(t_ns, noise_px=noise_px, chance=chance) for t_ns in times_ns]


def frame_times(
    fps: float,
    seconds: float,
    *,
    start_ns: int = START_NS,
    jitter_s: float = 0.0,
    lost: float = 0.0,
    seed: int = 0,
) -> list[int]:
    """When a camera takes its frames: `jitter_s` off at most, a share of them `lost`.

    The time is the true one of the frame: a camera that is late says so.
    """
    chance = dice(seed)
    times = []
    for number in range(round(seconds * fps)):
        late = chance.uniform(-jitter_s, jitter_s)
        if chance.random() >= lost:
            times.append(start_ns + round((number / fps + late) * NS))
    return times


def dice(seed: int) -> random.Random:
    """Chance that repeats itself."""
    return random.Random(seed)


def swapped_legs(pose: Pose) -> Pose:
    """The pose of a model that takes the left leg for the right one."""
    return _picked(pose, lambda name: name.endswith(("hip", "knee", "ankle")))


def mirrored(pose: Pose, width_px: int = 0) -> Pose:
    """The same runner in a mirror: left is right, of the picture and of the body."""
    swapped = _picked(pose, lambda _: True).keypoints
    return Pose(pose.t_ns, tuple(p._replace(x=width_px * ONE - p.x) for p in swapped))


def _picked(pose: Pose, swap: Callable[[str], bool]) -> Pose:
    points: list[Keypoint] = []
    for name in COCO_17.joints:
        source = name
        if swap(name) and name.startswith(("left", "right")):
            side, joint = name.split("_")
            source = f"{Side(side).other}_{joint}"
        points.append(pose[source])
    return Pose(pose.t_ns, tuple(points))


def _beyond(origin: Point, length: float, back_deg: float) -> Point:
    """The end of a segment that hangs down from `origin`, turned backwards by an angle."""
    angle = radians(back_deg)
    return origin[0] - length * sin(angle), origin[1] + length * cos(angle)


def _shifted(origin: Point, offset: Point, unit: float) -> Point:
    return origin[0] + offset[0] * unit, origin[1] - offset[1] * unit
