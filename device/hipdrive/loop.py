"""The product in one picture: frame, pose, gait, coach, cue; then the record and the hub."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hipdrive.coach.cue import Cue
    from hipdrive.gait.keypoints import Pose
    from hipdrive.gait.motion import Motion

View = TypeVar("View")
"""What the source yields: a `Frame`, or a recorded `Pose`."""


@dataclass(frozen=True, slots=True)
class Moment:
    """All that one frame led to; what is recorded, published and displayed.

    Attributes:
        pose: the key points.
        motion: samples and strides that the pose completed.
        cues: what the coach said, already shown.
    """

    pose: Pose
    motion: Motion
    cues: tuple[Cue, ...]


class Gait(Protocol):
    """Key points in, angles and strides out."""

    def step(self, pose: Pose) -> Motion:
        """Take one pose in."""
        ...


class Coach(Protocol):
    """Strides and the time in, cues out."""

    def step(self, t_ns: int, motion: Motion) -> tuple[Cue, ...]:
        """Judge what became known at `t_ns`."""
        ...


class Panel(Protocol):
    """Where the runner sees and hears the cue; never waits."""

    def show(self, cue: Cue) -> None:
        """Start showing the cue."""
        ...


class Outlet(Protocol):
    """Takes note of a moment after the runner has had the cue; never waits, never raises."""

    def take(self, moment: Moment) -> None:
        """Take one moment in."""
        ...


def run(
    source: Iterable[View],
    estimate: Callable[[View], Pose],
    gait: Gait,
    coach: Coach,
    panel: Panel,
    outlets: Iterable[Outlet],
    clock_ns: Callable[[], int],
    lap: Callable[[int], None],
) -> None:
    """Coach a runner until the source ends; `lap` is told what each frame took, in ns."""
    for view in source:
        started_ns = clock_ns()
        pose = estimate(view)
        motion = gait.step(pose)
        cues = coach.step(pose.t_ns, motion)
        for cue in cues:
            panel.show(cue)
        moment = Moment(pose, motion, cues)
        for outlet in outlets:
            outlet.take(moment)
        lap(clock_ns() - started_ns)
