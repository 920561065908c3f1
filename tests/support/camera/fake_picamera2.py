"""A picamera2 without a camera, with the habits of the real one that bite.

Modelled on picamera2 0.3.38:

- A capture is a job in a queue. A job that timed out stays in the queue and takes a later frame.
- There are `buffer_count` buffers. Who holds requests starves the sensor.
- With `queue=True` the last completed request is kept ready; with `queue=False` every capture waits
  for the next frame.
- A mapped buffer is readable between entering and leaving only, and is overwritten once the
  request is released. Its rows are padded to 64 bytes.
- `stop()` is a job as well, behind the captures that still wait; `close()` stops directly.

The test is the clock: time passes only where the code under test waits for a job, and what happens
then is the next event of the script. Nothing sleeps, except what is meant to hang, until `Rig.end`.
"""

from __future__ import annotations

import atexit
import threading
from collections import deque
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

from support.camera.fake_request import POISON, MappedArray, Request, Shot

if TYPE_CHECKING:
    from collections.abc import Iterable

STRIDE = 64
MOST_GAIN, MOST_DIGITAL_GAIN = 16.0, 4.0
SECOND_NS = 1_000_000_000


@dataclass(frozen=True)
class Nothing:
    """No frame until the wait times out."""


@dataclass(frozen=True)
class Failure:
    """The capture fails."""

    error: Exception


Event: TypeAlias = Shot | Nothing | Failure

FULL_RANGE = "Sycc"
BT601 = "Smpte170m"
BT709 = "Rec709"

CAMERA = {"Model": "imx708", "Location": 2, "Rotation": 180, "Id": "/base/imx708@1a", "Num": 0}


@dataclass
class Rig:
    """One machine: its cameras, what the sensor will do, and what was seen.

    Attributes:
        script: what happens next, one event a wait.
        cameras: what `global_camera_info()` finds.
        busy: another process has the camera.
        unplugged: stopping never returns.
        start_error: raised by `start()`.
        now_ns: the clock that waiting moves; hand `clock_ns` to the code under test.
        held: requests handed out and not released.
        most_held: the most at any time.
        lost: frames for which the sensor had no buffer.
        log: calls that matter in the order in which they came.
        needs_us: how long the scene has to be exposed without any gain, us.
    """

    script: deque[Event] = field(default_factory=deque)
    cameras: list[dict[str, Any]] = field(default_factory=lambda: [dict(CAMERA)])
    busy: bool = False
    unplugged: bool = False
    start_error: Exception | None = None
    now_ns: int = 0
    held: int = 0
    most_held: int = 0
    lost: int = 0
    log: list[str] = field(default_factory=list)
    needs_us: float = 8000.0
    camera: Picamera2 | None = None
    _end: threading.Event = field(default_factory=threading.Event)

    @property
    def module(self) -> ModuleType:
        """What `import picamera2` would give on this machine."""
        rig = self

        class RigPicamera2(Picamera2):
            def __init__(self, camera_num: int = 0) -> None:
                super().__init__(rig, camera_num)

            @staticmethod
            def global_camera_info() -> list[dict[str, Any]]:
                return rig.cameras

        module = ModuleType("picamera2")
        vars(module).update(Picamera2=RigPicamera2, MappedArray=MappedArray)
        return module

    def clock_ns(self) -> int:
        """The time in ns."""
        return self.now_ns

    def add(self, events: Iterable[Event]) -> None:
        """Lengthen the script."""
        self.script.extend(events)

    def play(self, event: Event) -> None:
        """Let something happen while the code under test is busy."""
        assert self.camera is not None
        self.camera.happen(event)

    def hang(self) -> None:
        """Not return before the end of the test."""
        self.log.append("hang")
        self._end.wait()

    def end(self) -> None:
        """Let go of everything that hangs."""
        self._end.set()


class Job:
    """A place in the camera's queue."""

    def __init__(self, camera: Picamera2) -> None:
        self._camera = camera
        self.future: Future[Request] = Future()
        self.future.set_running_or_notify_cancel()

    def get_result(self, timeout: float | None = None) -> Request:
        """Wait; meanwhile the script goes on until the job is done or the time is over."""
        rig = self._camera.rig
        self._camera.work()
        while not self.future.done() and timeout != 0:
            if not rig.script:
                if timeout is None:
                    rig.hang()
                message = "the script is over and the code under test still waits"
                raise AssertionError(message)
            event = rig.script.popleft()
            if isinstance(event, Nothing):
                assert timeout is not None, "waits for ever"
                rig.now_ns += round(timeout * SECOND_NS)
                raise TimeoutError
            self._camera.happen(event)
        return self.future.result(timeout=0)

    def cancel(self) -> None:
        """Fail whoever waits; the job itself stays queued."""
        self.future.set_exception(CancelledError())


class Picamera2:
    """The class of the same name, as far as hipdrive uses it."""

    def __init__(self, rig: Rig, camera_num: int = 0) -> None:
        self.rig = rig
        if camera_num >= len(rig.cameras):
            message = f"No camera number {camera_num} found"
            raise RuntimeError(message)
        if rig.busy or rig.camera is not None:
            cause = OSError(16, "Failed to acquire camera: Device or resource busy")
            message = "Camera __init__ sequence did not complete."
            raise RuntimeError(message) from cause
        rig.camera = self
        self.started = False
        self.configured: dict[str, Any] | None = None
        self.completed: list[Request] = []
        self.jobs: list[Job] = []
        self.free: list[bytearray] = []
        self._failure: Exception | None = None
        atexit.register(self.close)

    def create_video_configuration(
        self,
        main: dict[str, Any] | None = None,
        lores: dict[str, Any] | None = None,
        *,
        colour_space: str | None = None,
        buffer_count: int = 6,
        controls: dict[str, Any] | None = None,
        queue: bool = True,
    ) -> dict[str, Any]:
        """Fill in the defaults."""
        default: dict[str, Any] = {"format": "XBGR8888", "size": (1280, 720), "preserve_ar": True}
        main = default | (main or {})
        if lores is not None:
            lores = {"format": "YUV420", "size": main["size"], "preserve_ar": False} | lores
        for key in [*main, *(lores or {})]:
            if key not in {"format", "size", "stride", "preserve_ar"}:
                message = f"Bad key {key!r}"
                raise ValueError(message)
        if colour_space is None:
            width, height = main["size"]
            small = width < 1280 or height < 720
            colour_space = BT601 if small else BT709
        return {
            "main": main,
            "lores": lores,
            "colour_space": colour_space,
            "buffer_count": buffer_count,
            "controls": {"FrameDurationLimits": (33333, 33333)} | (controls or {}),
            "queue": queue,
        }

    def configure(self, config: dict[str, Any]) -> None:
        """Check the configuration and make the buffers."""
        main, lores = config["main"], config["lores"]
        for stream in (main, lores):
            if stream["size"][0] % 2 or stream["size"][1] % 2:
                message = "width and height should be even"
                raise RuntimeError(message)
        if lores["size"][0] > main["size"][0] or lores["size"][1] > main["size"][1]:
            message = "lores stream dimensions may not exceed main stream"
            raise RuntimeError(message)
        width, height = lores["size"]
        stride = -(-width // STRIDE) * STRIDE
        size = stride * height * 3 // 2
        self.configured = config | {"lores": lores | {"stride": stride, "framesize": size}}
        self.free = [bytearray([POISON] * size) for _ in range(config["buffer_count"])]

    def camera_configuration(self) -> dict[str, Any]:
        """The configuration that the camera agreed to."""
        assert self.configured is not None
        return self.configured

    @property
    def camera_controls(self) -> dict[str, tuple[float, float, float]]:
        """Least, most and default of what can be set."""
        return {"AnalogueGain": (1.0, MOST_GAIN, 1.0), "ExposureTime": (9.0, 66_000.0, 20_000.0)}

    def set_controls(self, controls: dict[str, Any]) -> None:
        """Have the sensor do otherwise from the next frame on."""
        assert self.configured is not None
        self.configured["controls"].update(controls)

    def exposure(self) -> dict[str, float]:
        """How the sensor exposes: what is fixed stays, and gain makes up for the rest."""
        controls = self.camera_configuration()["controls"]
        # By itself the sensor takes the longer exposure first, as Raspberry Pi's tuning has it.
        exposure_us = controls.get("ExposureTime") or min(self.rig.needs_us, 10_000.0)
        total = self.rig.needs_us / exposure_us
        analogue = controls.get("AnalogueGain") or min(max(total, 1.0), MOST_GAIN)
        digital = min(max(total / analogue, 1.0), MOST_DIGITAL_GAIN)
        return {"ExposureTime": exposure_us, "AnalogueGain": analogue, "DigitalGain": digital}

    def start(self) -> None:
        """Let the sensor run."""
        if self.configured is None:
            message = "Camera has not been configured"
            raise RuntimeError(message)
        if self.rig.start_error:
            raise self.rig.start_error
        self.started = True
        self.rig.log.append("start")

    def capture_request(self, wait: Any = None) -> Any:  # noqa: ANN401
        """Queue a capture; `wait=False` gives the job, otherwise its result."""
        job = Job(self)
        self.jobs.append(job)
        if wait is False:
            return job
        return job.get_result(timeout=None if wait in {None, True} else wait)

    def happen(self, event: Event) -> None:
        """One event of the script."""
        interval_us = self.camera_configuration()["controls"]["FrameDurationLimits"][0]
        self.rig.now_ns += interval_us * 1000
        if isinstance(event, Failure):
            self.jobs.pop(0).future.set_exception(event.error)
        elif isinstance(event, Shot) and self.started:
            if self.free:
                self.completed.append(Request(self, self.free.pop(), event))
            else:
                self.rig.lost += 1
        self.work()
        kept = 1 if self.camera_configuration()["queue"] else 0
        while len(self.completed) > kept:
            self.completed.pop(0).recycle()

    def work(self) -> None:
        """Serve the queue in order, as far as there are frames."""
        while self.jobs and self.completed:
            self.rig.held += 1
            self.rig.most_held = max(self.rig.most_held, self.rig.held)
            self.jobs.pop(0).future.set_result(self.completed.pop(0))

    def cancel_all_and_flush(self) -> None:
        """Empty the queue and fail everyone who waits."""
        self.rig.log.append("flush")
        while self.jobs:
            self.jobs.pop().cancel()

    def stop(self) -> None:
        """Stop the sensor, once the captures that were queued before are served."""
        if self.jobs:
            self.rig.hang()
        self._stop()

    def close(self) -> None:
        """Stop and give the camera back."""
        self.rig.log.append(f"close on {threading.current_thread().name}")
        atexit.unregister(self.close)
        if self.rig.camera is not self:
            return
        if self.started:
            self._stop()
        self.rig.camera = None
        self.rig.log.append("closed")

    def _stop(self) -> None:
        if self.rig.unplugged:
            self.rig.hang()
        self.started = False
        self.completed.clear()
