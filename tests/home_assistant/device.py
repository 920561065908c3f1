"""`hipdrive run` before a camera that sees a runner made of geometry, in real time, for ever.

usage: python device.py CONFIG
"""

from __future__ import annotations

import sys
import time
from collections import deque
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hipdrive import app
from hipdrive.cli import main
from hipdrive.health import machine
from hipdrive.health.machine import Machine
from hipdrive.session.summary import PoseInfo
from support.camera.fake_picamera2 import Event, Rig
from support.camera.fake_request import Shot
from support.walker import Walker

if TYPE_CHECKING:
    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

FRAME_S = 1 / 30
RUNNER = Walker()


class Sensor(deque[Event]):
    """A script without an end: one picture after the other, at the camera's pace."""

    def __bool__(self) -> bool:
        return True

    def popleft(self) -> Event:
        time.sleep(FRAME_S)
        return Shot(time.monotonic_ns())


def see(frame: Frame) -> Pose:
    return RUNNER.pose(frame.t_ns)


def warm(system: Path) -> Path:
    """What the kernel of a Pi tells that is well: 51.5 degrees, no throttling."""
    zone = system / "class/thermal/thermal_zone0"
    firmware = system / "devices/platform/soc/soc:firmware"
    for folder in (zone, firmware):
        folder.mkdir(parents=True, exist_ok=True)
    (zone / "temp").write_text("51500", encoding="ascii")
    (firmware / "get_throttled").write_text("0", encoding="ascii")
    return system


def begin(config: str) -> int:
    rig = Rig(script=Sensor())
    sys.modules["picamera2"] = rig.module
    replaced: dict[str, Any] = {"estimator": lambda *_: (see, PoseInfo("walker", "0", "none"))}
    vars(app).update(replaced)
    replaced = {"Machine": partial(Machine, system=warm(Path(config).parent / "sys"))}
    vars(machine).update(replaced)
    return main(["run", "--simulate-panel", "--config", config])


if __name__ == "__main__":
    sys.exit(begin(sys.argv[1]))
