"""The product in one picture: frame, pose, gait, coach, cue; then the record and the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from hipdrive.types.frame_result import FrameResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.cue import Cue
    from hipdrive.types.gait_update import GaitUpdate
    from hipdrive.types.pose import Pose

View = TypeVar("View")
"""What the source yields: a `Frame`, or a recorded `Pose`."""


class Gait(Protocol):
    """Key points in, angles and strides out."""

    def step(self, pose: Pose) -> GaitUpdate:
        """Take one pose in."""
        ...


class Coach(Protocol):
    """Strides and the time in, cues out."""

    @property
    def status(self) -> CoachStatus:
        """What the coach is doing, after the latest frame."""
        ...

    def step(self, t_ns: int, update: GaitUpdate) -> tuple[Cue, ...]:
        """Judge what became known at `t_ns`."""
        ...


class Panel(Protocol):
    """Where the runner sees and hears the cue; never waits."""

    def show(self, cue: Cue) -> None:
        """Start showing the cue."""
        ...


class Sink(Protocol):
    """Takes a frame's result in after the runner had the cue; never waits, never raises."""

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        ...


def run(
    source: Iterable[View],
    estimate: Callable[[View], Pose],
    gait: Gait,
    coach: Coach,
    panel: Panel,
    sinks: Iterable[Sink],
    clock_ns: Callable[[], int],
    lap: Callable[[int], None],
) -> None:
    """Coach a runner until the source ends; `lap` is told what each frame took, in ns."""
    for view in source:
        started_ns = clock_ns()
        pose = estimate(view)
        update = gait.step(pose)
        cues = coach.step(pose.t_ns, update)
        for cue in cues:
            panel.show(cue)
        result = FrameResult(pose, update, cues, coach.status)
        for sink in sinks:
            sink.on_frame(result)
        lap(clock_ns() - started_ns)
