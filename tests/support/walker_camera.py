"""`hipdrive run` with a camera that sees a runner made of geometry, for ever; a program.

usage: python walker_camera.py ARGUMENTS OF hipdrive
"""

from __future__ import annotations

import itertools
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from hipdrive import app
from hipdrive.camera import kinds
from hipdrive.camera.source import ClosedOnExit
from hipdrive.cli import main
from hipdrive.session.summary import PoseInfo
from hipdrive.types.frame import Frame
from support.walker import START_NS, Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.config import CameraConfig
    from hipdrive.types.pose import Pose

PROGRAM = Path(__file__)
PERIOD_NS, PAUSE_S = 33_333_333, 0.005
"""Several times as fast as it happens."""


class WalkerCamera(ClosedOnExit):
    """Frames whose picture is empty: the runner comes from their time."""

    name = "walker"
    frame_count = None

    def __init__(self, _config: CameraConfig, should_stop: Callable[[], bool]) -> None:
        self._should_stop = should_stop
        self.warnings: list[str] = []

    def __iter__(self) -> Iterator[Frame]:
        image, pause = np.full((480, 640, 3), 128, np.uint8), threading.Event()
        for number in itertools.count():
            if self._should_stop():
                return
            pause.wait(PAUSE_S)
            yield Frame(START_NS + number * PERIOD_NS, image)

    def close(self) -> None:
        """Nothing to free."""


def see(frame: Frame) -> Pose:
    return Walker().pose(frame.t_ns)


if __name__ == "__main__":
    kinds.CAMERAS["walker"] = WalkerCamera
    app.estimator = lambda *_: (see, PoseInfo("walker", "0", "none"))  # type: ignore[assignment]
    app.refuse_stand_in = lambda config: None  # noqa: ARG005
    sys.exit(main())
