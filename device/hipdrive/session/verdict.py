"""What a session was: a run, or something of which there are no figures.

A figure of a walk or of two people in turn looks like any other. So each stride is judged for
itself (`Rejection`), and the session from what became of its strides.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hipdrive.counted import counted
from hipdrive.session.step_time import SLOW_MOTION_FACTORS, StepTime
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.stride import Stride

BLOCK_STRIDES = 10
LEAST_STRIDES = 3
"""With fewer there are no figures of a runner."""
SURE_SCORE = ONE // 2
"""Furniture passes for a person (0.3) at times, and scores below this in two frames of three;
people score above it in four of five and more, also in a bad light."""
SHORTEST_S = 5.0
"""A recording shorter than this may be too short for its strides to be seen."""


class VerdictKind(StrEnum):
    """What a session was."""

    RUNNING = "running"
    NO_RUNNER = "no_runner"
    TOO_SMALL = "too_small"
    SEVERAL_PEOPLE = "several_people"
    NOT_RUNNING = "not_running"
    CUT = "cut"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a session was, and a sentence with what to do about it, empty for a run."""

    kind: VerdictKind
    statement: str = ""


KIND_OF_REJECTION = {
    Rejection.TOO_SMALL: VerdictKind.TOO_SMALL,
    Rejection.SEVERAL_PEOPLE: VerdictKind.SEVERAL_PEOPLE,
    Rejection.NOT_RUNNING: VerdictKind.NOT_RUNNING,
    Rejection.STRIDE_TIME: VerdictKind.NOT_RUNNING,
    Rejection.EXCURSION: VerdictKind.NOT_RUNNING,
    Rejection.THIGH_EXT: VerdictKind.NOT_RUNNING,
}
"""What the session was when most strides were rejected for that reason; else it stays unclear."""
HARMLESS = frozenset({Rejection.GAP, Rejection.LOW_SCORE})
"""These do not count against the strides beside the rejected one."""


class VerdictTracker:
    """Sink that keeps what a verdict needs, in constant memory.

    Args:
        live: True for a camera, in whose pictures a sudden change is no cut of a video: the light,
            or a knock against it.
    """

    def __init__(self, *, live: bool) -> None:
        self._live = live
        self._frames = self._seen = self._sure = 0
        self._first_ns = self._last_ns = 0
        self._accepted = self._steady = 0
        self._rejections: Counter[Rejection] = Counter()
        self._block: list[bool] = []
        self._shots = self._shot_strides = 0
        self._cut_ns: int | None = None
        self._step_time = StepTime()

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        pose = result.pose
        self._first_ns = self._first_ns if self._frames else pose.t_ns
        self._last_ns = pose.t_ns
        self._frames += 1
        if pose.runner_seen:
            self._seen += 1
            self._sure += pose.body_score >= SURE_SCORE
            self._step_time.add(pose)
        if pose.cut and not self._live:
            self._end_shot(pose.t_ns)
        for stride in result.gait.strides:
            if stride.near:
                self._count(stride)

    def _end_shot(self, t_ns: int) -> None:
        if self._shot_strides:
            self._shots += 1
            self._cut_ns = t_ns if self._cut_ns is None else self._cut_ns
        self._shot_strides = 0

    def _count(self, stride: Stride) -> None:
        self._accepted += stride.accepted
        self._shot_strides += stride.accepted
        if stride.rejection is not None:
            self._rejections[stride.rejection] += 1
        if stride.rejection in HARMLESS:
            return
        self._block.append(stride.accepted)
        if len(self._block) == BLOCK_STRIDES:
            self._steady += _steady(self._block)
            self._block = []

    def verdict(self) -> Verdict:
        """What the session was so far."""
        if self._shots and self._shot_strides:
            return Verdict(VerdictKind.CUT, self._cut())
        steady = self._steady + _steady(self._block)
        if self._accepted >= LEAST_STRIDES and 2 * steady >= self._accepted:
            return Verdict(VerdictKind.RUNNING)
        kind = self._main_reason()
        if kind in {VerdictKind.TOO_SMALL, VerdictKind.SEVERAL_PEOPLE}:
            return Verdict(kind, STATEMENTS[kind])
        if 2 * self._sure < self._frames or not self._frames:
            return Verdict(VerdictKind.NO_RUNNER, self._no_runner())
        slow = self._slow_motion() if kind is VerdictKind.NOT_RUNNING else ""
        return Verdict(kind, slow or self._too_short() or STATEMENTS[kind] + self._reasons())

    def _main_reason(self) -> VerdictKind:
        """What most of the rejections come down to."""
        kinds: Counter[VerdictKind] = Counter()
        counted = {r: n for r, n in self._rejections.items() if r not in HARMLESS}
        for reason, count in (counted or self._rejections).items():
            kinds[KIND_OF_REJECTION.get(reason, VerdictKind.UNCLEAR)] += count
        if not kinds:
            return (
                VerdictKind.UNCLEAR
                if self._accepted or self._too_short()
                else VerdictKind.NOT_RUNNING
            )
        if LEAST_STRIDES > self._accepted >= self._rejections.total():
            return VerdictKind.UNCLEAR
        return kinds.most_common(1)[0][0]

    def _reasons(self) -> str:
        if not self._rejections:
            return ""
        reasons = ", ".join(f"{count} {reason}" for reason, count in self._rejections.items())
        total = self._accepted + self._rejections.total()
        return f" ({self._rejections.total()} of {counted(total, 'stride')} rejected: {reasons})"

    def _slow_motion(self) -> str:
        # A stride that passed was at a runner's speed.
        known = self._live or self._accepted
        factor = None if known else self._step_time.slow_motion
        if factor is None:
            return ""
        walk = " or a walk" if factor == SLOW_MOTION_FACTORS[0] else ""
        return (
            f"not running: a step takes {self._step_time.seconds:.1f} s, as in a run {factor} "
            f"times slower than life{walk}: if it is slow motion, give --slow-motion {factor}"
        )

    def _no_runner(self) -> str:
        return (
            f"no runner seen: a person in {self._seen} of {self._frames} frames, and surely in "
            f"{self._sure}; is the picture light enough, upright, and the runner large in it?"
        )

    def _too_short(self) -> str:
        duration_s = (self._last_ns - self._first_ns) / NS_PER_S
        if duration_s >= SHORTEST_S or self._accepted or self._rejections:
            return ""
        return (
            f"too short: no stride seen in {duration_s:.1f} s; it takes two seconds of running, "
            "seen from the side, to know which way a runner faces; are the times right?"
        )

    def _cut(self) -> str:
        assert self._cut_ns is not None  # noqa: S101  # there is a shot before this one
        after_s = (self._cut_ns - self._first_ns) / NS_PER_S
        return (
            f"the video is cut {after_s:.1f} s after its beginning, and there are strides on both "
            "sides; figures of two pictures do not belong together: replay it with --shots"
        )


STATEMENTS = {
    VerdictKind.TOO_SMALL: "the runner is too small in the picture to be measured; move the "
    "camera nearer, or take larger pictures",
    VerdictKind.SEVERAL_PEOPLE: "several people are in the picture, and it is not sure whose "
    "strides these are; turn the camera so that it sees the runner alone",
    VerdictKind.NOT_RUNNING: "not running: a person is there, but does not move as a runner seen "
    "from the side does; is it a walk, slow motion, or a picture in which the legs cannot be told "
    "apart?",
    VerdictKind.UNCLEAR: "unclear: too few strides can be used",
}


def _steady(block: list[bool]) -> int:
    """The usable ones of some strides in a row, if four of five are; else they are chance."""
    return sum(block) if 5 * sum(block) >= 4 * len(block) else 0
