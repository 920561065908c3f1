"""The product in one picture: frame, pose, gait, coach, cue; then what keeps or shows it.

    for each frame of the source:
        frame  -> pose    `estimate`: where the joints are       (hipdrive.pose)
        pose   -> update  `GaitStage`: angles and strides        (hipdrive.gait)
        update -> cues    `CoachStage`: what the runner is cued  (hipdrive.coach)
        cues   -> panel   `CuePanel`: light and sound, at once   (hipdrive.cues)
        all of it -> `Sink`s: record, hub, terminal, yours       (hipdrive.session.sinks)

Time comes in with the frame; no stage reads a clock. `hipdrive.session.runner` puts the stages of a
session together and calls `results`; there the model sees the next frame while the stages after it
deal with this one. `hipdrive.app` opens what outlasts a session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

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


class Seen(NamedTuple, Generic[View]):
    """A view after the pose stage."""

    view: View
    pose: Pose
    taken_ns: int
    """When the view came, by the loop's clock."""


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


def seen(
    source: Iterable[View], estimate: Callable[[View], Pose], clock_ns: Callable[[], int]
) -> Iterator[Seen[View]]:
    """Find the runner in everything that the source yields.

    Args:
        source: frames, or recorded poses, oldest first.
        estimate: the pose stage.
        clock_ns: a monotonic clock in ns, read once a frame.
    """
    for view in source:
        taken_ns = clock_ns()
        yield Seen(view, estimate(view), taken_ns)


def results(
    poses: Iterable[Seen[View]],
    gait: GaitStage,
    coach: CoachStage,
    panel: CuePanel,
    sinks: Iterable[Sink],
    clock_ns: Callable[[], int],
    on_lap: Callable[[int], None],
) -> Iterator[FrameResult]:
    """Coach a runner until the source ends.

    Args:
        poses: what the pose stage made of the source.
        gait: the gait stage.
        coach: the coach.
        panel: what the runner sees and hears.
        sinks: get every result, in this order, after the panel had the cue.
        clock_ns: the clock by which the frames were taken.
        on_lap: gets what each frame took, from when it was taken until the last sink had it, in ns.

    Yields:
        What each frame led to; its picture is valid until the next is requested.
    """
    for view, pose, taken_ns in poses:
        update = gait.step(pose)
        cues = coach.step(pose.t_ns, update)
        shown = tuple(cue for cue in cues if panel.show(cue))
        result = FrameResult(
            pose, update, shown, coach.status, view if isinstance(view, Frame) else None
        )
        for sink in sinks:
            sink.on_frame(result)
        on_lap(clock_ns() - taken_ns)
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
    """Coach a runner until the source ends, one frame after the other; see `seen`, `results`."""
    poses = seen(source, estimate, clock_ns)
    for _ in results(poses, gait, coach, panel, sinks, clock_ns, on_lap):
        pass
