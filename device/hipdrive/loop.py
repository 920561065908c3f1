"""The product in one picture: frame, pose, gait, coach, cue; then what keeps or shows it.

    for each frame of the source:
        frame  -> pose    `estimate`: where the joints are       (hipdrive.pose)
        pose   -> update  `GaitStage`: angles and strides        (hipdrive.gait)
        update -> cues    `CoachStage`: what the runner is cued  (hipdrive.coach)
        cues   -> panel   `CuePanel`: light and sound, at once   (hipdrive.cues)
        all of it -> `Sink`s: record, hub, terminal, yours       (hipdrive.session.sinks)

Time comes in with the frame; no stage reads a clock. `hipdrive.session.runner` puts the stages of a
session together and calls `results`; `hipdrive.app` opens what outlasts a session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from hipdrive.types.frame import Frame
from hipdrive.types.frame_result import FrameResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.cue import Cue
    from hipdrive.types.gait_update import GaitUpdate
    from hipdrive.types.pose import Pose

View = TypeVar("View")
"""What the source yields: a `Frame`, or a recorded `Pose`."""


class GaitStage(Protocol):
    """Key points in, angles and strides out."""

    def step(self, pose: Pose) -> GaitUpdate:
        """Take one pose in."""
        ...


class CoachStage(Protocol):
    """Strides and the time in, cues out."""

    @property
    def status(self) -> CoachStatus:
        """What the coach is doing, after the latest frame."""
        ...

    def step(self, t_ns: int, update: GaitUpdate) -> tuple[Cue, ...]:
        """Judge what became known at `t_ns`."""
        ...


class CuePanel(Protocol):
    """Where the runner sees and hears the cue; never waits."""

    def show(self, cue: Cue) -> bool:
        """Start showing the cue; False where it cannot be shown, and then it is no cue."""
        ...


class Sink(Protocol):
    """Takes a frame's result in after the runner had the cue; never waits, never raises."""

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        ...


def results(
    source: Iterable[View],
    estimate: Callable[[View], Pose],
    gait: GaitStage,
    coach: CoachStage,
    panel: CuePanel,
    sinks: Iterable[Sink],
    clock_ns: Callable[[], int],
    on_lap: Callable[[int], None],
) -> Iterator[FrameResult]:
    """Coach a runner until the source ends.

    Args:
        source: frames, or recorded poses, oldest first.
        estimate: the pose stage.
        gait: the gait stage.
        coach: the coach.
        panel: what the runner sees and hears.
        sinks: get every result, in this order, after the panel had the cue.
        clock_ns: a monotonic clock in ns, read twice a frame to time the loop.
        on_lap: gets what each frame took, in ns.

    Yields:
        What each frame led to; its picture is valid until the next is requested.
    """
    for view in source:
        started_ns = clock_ns()
        pose = estimate(view)
        update = gait.step(pose)
        cues = coach.step(pose.t_ns, update)
        shown = tuple(cue for cue in cues if panel.show(cue))
        result = FrameResult(
            pose, update, shown, coach.status, view if isinstance(view, Frame) else None
        )
        for sink in sinks:
            sink.on_frame(result)
        on_lap(clock_ns() - started_ns)
        yield result


def run(
    source: Iterable[View],
    estimate: Callable[[View], Pose],
    gait: GaitStage,
    coach: CoachStage,
    panel: CuePanel,
    sinks: Iterable[Sink],
    clock_ns: Callable[[], int],
    on_lap: Callable[[int], None],
) -> None:
    """Coach a runner until the source ends, for the panel and the sinks alone; see `results`."""
    for _ in results(source, estimate, gait, coach, panel, sinks, clock_ns, on_lap):
        pass
