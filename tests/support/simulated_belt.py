"""A device before a belt, for hours in seconds: camera, runner and clock are simulated."""

from __future__ import annotations

import itertools
import threading
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from hipdrive import app
from hipdrive.camera.source import ClosedOnExit
from hipdrive.camera.switch import CameraSwitch
from hipdrive.control.command_handler import CommandHandler
from hipdrive.health.degraded import DegradedParts
from hipdrive.session.request import SessionRequest
from hipdrive.session.summary import PoseInfo
from hipdrive.types.frame import Frame
from support.keypoints import all_at
from support.walker import Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.camera.source import FrameSource
    from hipdrive.config import Config
    from hipdrive.session.request import Outcome
    from hipdrive.supervision import Supervision
    from hipdrive.types.pose import Pose

NS = 1_000_000_000
FPS = 40
FRAME_NS = NS // FPS
STRIDE_FRAMES = 28
"""A stride of the walker's 0.7 s: poses repeat, and are computed once."""
RUNNER = Walker(peak_ns=NS // 5)
BEGIN = datetime(2026, 3, 1, 6, tzinfo=UTC)
EMPTY = np.full((48, 64, 3), 90, np.uint8)
OCCUPIED = EMPTY.copy()
OCCUPIED[10:40, 20:30] = 150


@dataclass
class SimulatedBelt:
    """Who is on the belt when, and what happens to the device meanwhile.

    Attributes:
        runs: from when to when somebody runs, in seconds since the device was switched on.
        ends_s: when the device is stopped.
        acts: what happens at a time, s; in their order.
        now_ns: the clock; it goes on where the device waits, a frame with each picture.
        opened, closed: how often the camera was.
        looks: frames that the model was shown.
        frames: those that the camera gave.
        began: wall clock when the device is switched on.
        runner: who runs; empty: a guest.
    """

    runs: list[tuple[float, float]]
    ends_s: float
    acts: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    now_ns: int = 0
    opened: int = 0
    closed: int = 0
    looks: int = 0
    frames: int = 0
    began: datetime = BEGIN
    runner: str = ""

    def __post_init__(self) -> None:
        self.parts = DegradedParts()
        self.stop = SimulatedStop(self)
        self.commands: CommandHandler | None = None
        self._poses = [RUNNER.pose(number * FRAME_NS) for number in range(STRIDE_FRAMES)]

    def somebody(self, t_ns: int) -> bool:
        return any(first * NS <= t_ns < last * NS for first, last in self.runs)

    def see(self, frame: Frame) -> Pose:
        """The pose stage."""
        self.looks += 1
        if not self.somebody(frame.t_ns):
            return nobody(frame.t_ns)
        return replace(self._poses[frame.t_ns // FRAME_NS % STRIDE_FRAMES], t_ns=frame.t_ns)

    def pass_by(self, ns: int) -> None:
        self.now_ns += ns
        while self.acts and self.now_ns >= self.acts[0][0] * NS:
            self.acts.pop(0)[1]()
        if self.now_ns >= self.ends_s * NS:
            self.stop.set()

    def run(
        self, config: Config, supervision: Supervision | None = None, *, simulate_panel: bool = True
    ) -> Iterator[Outcome]:
        """The sessions of the device; `app.estimator` is to be replaced by `estimator`."""
        self.commands = CommandHandler(config)
        names = itertools.count()

        def renewed(_request: SessionRequest | None) -> SessionRequest:
            return SessionRequest(
                config,
                None,
                None,
                self.began + timedelta(microseconds=self.now_ns // 1000),
                f"{next(names):06x}",
                self.stop,
                commands=self.commands,
                runner=self.runner,
            )

        with closing(CameraSwitch(self.open)) as camera:
            yield from app.run(
                renewed(None),
                camera,
                renewed,
                simulate_panel=simulate_panel,
                parts=self.parts,
                supervision=supervision,
            )

    def estimator(self, *_: object) -> tuple[Callable[[Frame], Pose], PoseInfo]:
        return self.see, PoseInfo("walker", "0", "none")

    def open(self) -> FrameSource:
        self.opened += 1
        return SimulatedCamera(self)


class SimulatedStop(threading.Event):
    """Waiting for it is what makes time pass."""

    def __init__(self, belt: SimulatedBelt) -> None:
        super().__init__()
        self._belt = belt

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None, "waits for ever"
        self._belt.pass_by(round(timeout * NS))
        return self.is_set()


class SimulatedCamera(ClosedOnExit):
    """Keeps its newest frame, and none while it is closed."""

    name, frame_count = "simulated", None

    def __init__(self, belt: SimulatedBelt) -> None:
        self._belt = belt
        self.warnings: list[str] = []
        self._is_open = True

    def __iter__(self) -> Iterator[Frame]:
        belt = self._belt
        while not belt.stop.is_set():
            assert self._is_open, "a closed camera sees"
            belt.pass_by(FRAME_NS - belt.now_ns % FRAME_NS)
            belt.frames += 1
            yield Frame(belt.now_ns, OCCUPIED if belt.somebody(belt.now_ns) else EMPTY)

    def close(self) -> None:
        self._belt.closed += self._is_open
        self._is_open = False


def nobody(t_ns: int) -> Pose:
    return all_at(t_ns, 0, 0, 0)
