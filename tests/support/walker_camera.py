"""`hipdrive run` with a camera that sees a runner made of geometry, for ever; a program.

A file that `$HIPDRIVE_CAMERA_FAULT` names, while it is there, says what is wrong with it: `hangs`
(nothing comes back from its driver), `gone` (unplugged).

usage: python walker_camera.py ARGUMENTS OF hipdrive
"""

from __future__ import annotations

import itertools
import os
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
from hipdrive.errors import CameraError
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
FAULT = os.environ.get("HIPDRIVE_CAMERA_FAULT", "")


def fault() -> str:
    try:
        return Path(FAULT).read_text(encoding="ascii").strip() if FAULT else ""
    except FileNotFoundError:
        return ""


class WalkerCamera(ClosedOnExit):
    """Frames whose picture is empty: the runner comes from their time."""

    name = "walker"
    frame_count = None

    def __init__(self, config: CameraConfig, should_stop: Callable[[], bool]) -> None:
        if fault() == "gone":
            raise CameraError("camera walker: there is none; check its cable")
        self._stall_s = config.stall_s
        self._should_stop = should_stop
        self.warnings: list[str] = []

    def __iter__(self) -> Iterator[Frame]:
        image, pause = np.full((480, 640, 3), 128, np.uint8), threading.Event()
        for number in itertools.count():
            if self._should_stop():
                return
            pause.wait(PAUSE_S)
            self._meet_fault(pause)
            yield Frame(START_NS + number * PERIOD_NS, image)

    def _meet_fault(self, never: threading.Event) -> None:
        said = fault()
        if said == "hangs":
            never.wait()
        if said == "gone":
            never.wait(self._stall_s)
            raise CameraError(f"camera walker: no frame for {self._stall_s:g} s; check its cable")

    def close(self) -> None:
        """Nothing to free."""


def see(frame: Frame) -> Pose:
    return Walker().pose(frame.t_ns)


if __name__ == "__main__":
    kinds.CAMERAS["walker"] = WalkerCamera
    app.estimator = lambda *_: (see, PoseInfo("walker", "0", "none"))  # type: ignore[assignment]
    app.refuse_stand_in = lambda config: None  # noqa: ARG005
    sys.exit(main())
