"""Legs that a model takes for one another, and how far what is made of them is from the truth."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from math import hypot
from typing import TYPE_CHECKING, Any

from hipdrive.gait.joints.identity import LegIdentity
from hipdrive.rendered.keypoints import KnownPoses
from hipdrive.rendered.noise import measured
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.truth import Truth
from hipdrive.types.side import Side
from hipdrive.types.skeleton import (
    LEFT_ANKLE,
    LEFT_HIP,
    LEFT_KNEE,
    LEFT_SHOULDER,
    RIGHT_ANKLE,
    RIGHT_HIP,
    RIGHT_KNEE,
    RIGHT_SHOULDER,
)
from support.keypoints import with_joints
from support.walker import NS, Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.types.pose import Pose

KNEES = (LEFT_KNEE, RIGHT_KNEE)
ANKLES = (LEFT_ANKLE, RIGHT_ANKLE)
PAIRS = {"knees": (KNEES,), "ankles": (ANKLES,), "both": (KNEES, ANKLES)}
SECONDS = 4.0
FAST = {"runner": {"thigh_ext_deg": 27.0}, "treadmill": {"speed_mps": 4.5}}
SLOW = {"runner": {"thigh_ext_deg": 15.0, "facing": "left"}, "treadmill": {"speed_mps": 2.2}}
RENDERED: dict[str, dict[str, Any]] = {"usual": {}, "fast": FAST, "slow": SLOW}
WALKERS = {"geometry": Walker(), "the other way": Walker(faces=Side.LEFT, stride_s=0.75)}
RUNNERS = (*WALKERS, *RENDERED)
SD_TORSOS = 0.1
DRIFT_TORSOS_PER_S2 = 15
"""Of a position predicted beforehand, as `identity` states them."""


@cache
def recorded(runner: str, fps: int) -> tuple[Pose, ...]:
    """Without noise: the joints are where they are."""
    if runner in WALKERS:
        return tuple(WALKERS[runner].poses(frame_times(fps, SECONDS)))
    tables = {"seconds": SECONDS, "camera": {"fps": fps}, **RENDERED[runner]}
    return tuple(KnownPoses(Truth(RenderedSettings.model_validate(tables)), None))


def misplaced(runner: str, times: float, seed: int) -> tuple[list[Pose], list[Pose]]:
    """A rendered runner with so many times MoveNet's errors, and without."""
    tables = {"seconds": 20.0, "seed": seed, "camera": {"fps": 30}, **RENDERED[runner]}
    truth = Truth(RenderedSettings.model_validate(tables))
    return list(KnownPoses(truth, measured().scaled(times))), list(KnownPoses(truth, None))


def swapped(pose: Pose, pairs: str = "both") -> Pose:
    sides = [*PAIRS[pairs], *((right, left) for left, right in PAIRS[pairs])]
    return with_joints(pose, {joint: pose[other] for joint, other in sides})


def kept(count: int, lost: float, seed: int, *, in_a_row: int) -> list[int]:
    """Numbers of the frames that are not lost; no more than so many in a row are."""
    chance, found = random.Random(seed), [0]
    for number in range(1, count):
        if chance.random() >= lost or number - found[-1] > in_a_row:
            found.append(number)
    return found


@dataclass(frozen=True, slots=True)
class IdentifiedPose:
    """A pose that came out, the true one, and the time since the one before."""

    truth: Pose
    pose: Pose
    certain: bool
    elapsed_s: float

    @property
    def right(self) -> bool:
        return self.pose.keypoints == self.truth.keypoints

    @property
    def off_sds(self) -> float:
        """How far apart the joints are that are not the truth's, in SDs of the place foretold.

        Joints that pass each other closer than it is known where they should be cannot be told
        apart, and what it costs to mix them up is as little.
        """
        spread = hypot(SD_TORSOS, DRIFT_TORSOS_PER_S2 * self.elapsed_s**2) * torso(self.truth)
        wrong = [p for p in PAIRS["both"] if self.pose[p[0]].x != self.truth[p[0]].x]
        return max((apart(self.truth, pair) / spread for pair in wrong), default=0.0)


def identified(truth: Iterable[Pose], seen: Iterable[Pose]) -> list[IdentifiedPose]:
    identity, found, last_ns = LegIdentity(), [], None
    for true, pose in zip(truth, seen, strict=True):
        elapsed_s = 0.0 if last_ns is None else (pose.t_ns - last_ns) / NS
        found.append(IdentifiedPose(true, *identity.step(pose), elapsed_s))
        last_ns = pose.t_ns
    return found


def apart(pose: Pose, pair: tuple[str, str]) -> float:
    a, b = pose[pair[0]], pose[pair[1]]
    return hypot(a.x - b.x, a.y - b.y)


def torso(pose: Pose) -> float:
    """From the middle of the shoulders to that of the hips."""
    a, b, c, d = (pose[joint] for joint in (LEFT_SHOULDER, RIGHT_SHOULDER, LEFT_HIP, RIGHT_HIP))
    return hypot(*(a[i] + b[i] - c[i] - d[i] for i in (0, 1))) / 2
