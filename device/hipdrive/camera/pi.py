"""The Pi's camera; the only file that imports picamera2."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import itertools
import threading
import time
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

import numpy as np

from hipdrive.camera.exposure import SensorExposure
from hipdrive.camera.rotation import on_its_side, rotated
from hipdrive.camera.source import ClosedOnExit
from hipdrive.errors import CameraError
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.types.frame import FRAMES_IN_USE, Frame
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    import numpy.typing as npt

    from hipdrive.config import CameraConfig

POLL_S = 0.2
"""How long one wait for a frame lasts; a stop takes effect within this time."""

LONGEST_POLL_NS = 400_000_000
"""No wait for a frame takes longer, unless the process was not running."""

GAP_NS = NS_PER_S
"""A runner has taken three steps meanwhile: the camera does not do what it is for."""

CLOSE_S = 5.0
"""How long closing may take before the camera is left to the end of the process."""

BUFFERS = 4
"""picamera2 holds one frame and we hold one; the sensor fills the others in turn."""

CABLE = "check the camera's ribbon cable at both ends; the service restarts by itself"


class PiCamera(ClosedOnExit):
    """The Pi's first camera, running.

    A frame is at most one frame interval old when it is handed out. Frames that the sensor
    delivers while the caller is busy are dropped; their times show it. Frames share two arrays in
    turn.

    Only one process can have the camera, and one process should open it once. After a
    `CameraError` the process has to end before the camera can be opened again.

    Args:
        config: size, rate, and how long to wait for a frame.
        should_stop: asked before every wait; True ends the iteration.
        picamera2: the module; None: the installed one.
        clock_ns: a monotonic clock in ns, for the stall only. Frames carry the sensor's time,
            which is comparable with `time.monotonic_ns()`.

    Raises:
        CameraError: picamera2 is not installed, or there is no camera, or it cannot be started.
    """

    def __init__(
        self,
        config: CameraConfig,
        should_stop: Callable[[], bool],
        picamera2: ModuleType | None = None,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._config = config
        self._should_stop = should_stop
        self._picamera2 = picamera2 or _import_picamera2()
        self._clock_ns = clock_ns
        self._name = _first_camera(self._picamera2)
        self._warnings: list[str] = []
        self._parts = DegradedParts()
        self._latest_ns: int | None = None
        self._undated = 0
        self._job: Any = None
        self._failed = False
        self._closed = False
        self._camera = _opened(self._picamera2, self._name)
        self._exposure = SensorExposure(config, _most_gain(self._camera))
        try:
            images, self._width_px = _started(self._camera, config, self._exposure)
            self._images = itertools.cycle(images)
        except Exception as error:
            self.close()
            raise CameraError(
                f"camera {self._name}: cannot be started at {config.width_px}x{config.height_px}, "
                f"{config.fps} fps ({error}); check [camera] in the configuration"
            ) from error

    @property
    def name(self) -> str:
        """The sensor's model, such as imx708."""
        return self._name

    @property
    def frame_count(self) -> None:
        """None: unknown."""
        return

    @property
    def warnings(self) -> list[str]:
        """Frames dropped for want of a time, and what went wrong while closing."""
        undated = f"camera {self._name}: {self._undated} frames without a usable time left out"
        dark = [f"camera {self._name}: {said}" for said in self._exposure.warnings]
        return [*([undated] if self._undated else []), *dark, *self._warnings]

    def begin_session(self, parts: DegradedParts) -> None:
        """Count frames without a time anew: those so far are another session's."""
        self._undated = 0
        self._exposure.begin_session()
        self._parts = parts

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames as they come until `should_stop()`.

        Yields:
            Frames with strictly increasing `t_ns`, the sensor's own time of exposure.

        Raises:
            CameraError: no frame for `config.stall_s`, or picamera2 failed. End the process.
        """
        stall_ns = round(self._config.stall_s * NS_PER_S)
        waited_ns, before_ns = 0, self._clock_ns()
        while not self._should_stop():
            t_ns = self._next()
            now_ns = self._clock_ns()
            # A process that was stopped and goes on has not waited for the camera meanwhile.
            waited_ns += min(now_ns - before_ns, LONGEST_POLL_NS)
            before_ns = now_ns
            if t_ns is not None:
                self._parts.recover(DevicePart.CAMERA)
                image = self._image[:, : self._width_px]
                yield Frame(t_ns, rotated(image, self._config.rotation_deg))
                waited_ns, before_ns = 0, self._clock_ns()
            elif waited_ns >= stall_ns:
                self._failed = True
                raise CameraError(self._stall())
            elif waited_ns >= GAP_NS:
                self._parts.degrade(
                    DevicePart.CAMERA, f"camera {self._name}: no frame for a second; {CABLE}"
                )

    def close(self) -> None:
        """Stop and close the camera. Safe to call twice; returns within `CLOSE_S`.

        After a `CameraError` from the iteration the camera is left to the end of the process:
        stopping one that was unplugged may never return, and libcamera's `stop()` keeps the
        interpreter's lock meanwhile, so that not even the error could be reported.
        """
        if self._closed:
            return
        self._closed = True
        if self._failed:
            atexit.unregister(self._camera.close)
            return
        closer = threading.Thread(target=self._shut_down, name="camera-close", daemon=True)
        closer.start()
        closer.join(CLOSE_S)
        if closer.is_alive():
            self._warnings.append(
                f"camera {self._name}: did not stop within {CLOSE_S:g} s; {CABLE}"
            )

    def _stall(self) -> str:
        undated = f" with a usable time ({self._undated} without)" if self._undated else ""
        return f"camera {self._name}: no frame{undated} for {self._config.stall_s:g} s; {CABLE}"

    def _next(self) -> int | None:
        """Wait a little for a frame and convert it; its time in ns, or None without a frame."""
        try:
            request = self._poll()
            if request is None:
                return None
            try:
                return self._converted(request)
            finally:
                request.release()
        except Exception as error:
            self._failed = True
            raise CameraError(f"camera {self._name}: capture failed ({error}); {CABLE}") from error

    def _poll(self) -> Any:  # noqa: ANN401
        """The next completed request, or None after `POLL_S`."""
        # A job that timed out stays queued and takes the next frame with it, for ever. So there is
        # one job only, asked again and again.
        if self._job is None:
            self._job = self._camera.capture_request(wait=False)
        try:
            request = self._job.get_result(timeout=POLL_S)
        except TimeoutError:
            return None
        self._job = None
        return request

    def _converted(self, request: Any) -> int | None:  # noqa: ANN401
        """Convert the request's picture into `_image`; its time in ns, None when it has none."""
        import cv2

        metadata = request.get_metadata()
        t_ns: int | None = metadata.get("SensorTimestamp")
        if t_ns is None or (self._latest_ns is not None and t_ns <= self._latest_ns):
            self._undated += 1
            return None
        self._image = next(self._images)
        with self._picamera2.MappedArray(request, "lores", write=False) as mapped:
            # The rows are padded, and a row of the array is two padded rows of U or V. Converted
            # with the padding the planes stay where OpenCV expects them; the padding is cut off
            # afterwards. No name for the mapped array: it must not outlive this block.
            cv2.cvtColor(mapped.array, cv2.COLOR_YUV2RGB_I420, dst=self._image)
        self._latest_ns = t_ns
        if (controls := self._exposure.changed(t_ns, metadata)) is not None:
            self._camera.set_controls(controls)
        return t_ns

    def _shut_down(self) -> None:
        try:
            # picamera2 works its queue in order: a capture that still waits for a frame would
            # keep the stop waiting behind it.
            self._camera.cancel_all_and_flush()
            if self._job is not None:
                # Unless its frame came just before that.
                with contextlib.suppress(CancelledError, TimeoutError):
                    self._job.get_result(timeout=0).release()
            # Not stop() first: close() alone takes its hook off the end of the process before it
            # does anything that may hang.
            self._camera.close()
        except Exception as error:  # noqa: BLE001
            self._warnings.append(f"camera {self._name}: closing failed ({error})")


def _import_picamera2() -> ModuleType:
    try:
        return importlib.import_module("picamera2")
    except ImportError as error:
        raise CameraError(
            f"the camera software is missing ({error}); on the Pi: "
            "sudo apt install python3-picamera2, and create the virtual environment with "
            "--system-site-packages"
        ) from error
    except (ValueError, OSError) as error:
        # This is how apt's modules fail when pip put another numpy in front of apt's.
        raise CameraError(
            f"the camera software cannot be loaded ({error}); "
            "take numpy out of the virtual environment (pip uninstall numpy) to use apt's"
        ) from error


def _first_camera(picamera2: ModuleType) -> str:
    """The model of the first camera."""
    try:
        cameras = picamera2.Picamera2.global_camera_info()
    except Exception as error:
        raise CameraError(
            f"the cameras cannot be listed ({error}); check `rpicam-hello --list-cameras`"
        ) from error
    if not cameras:
        raise CameraError(
            "no camera found; check the ribbon cable and `rpicam-hello --list-cameras`, "
            "and that this user is in the group video"
        )
    return str(cameras[0].get("Model", "of unknown model"))


def _opened(picamera2: ModuleType, name: str) -> Any:  # noqa: ANN401
    try:
        return picamera2.Picamera2(0)
    except Exception as error:
        reason: BaseException = error
        while reason.__cause__ is not None:
            reason = reason.__cause__
        raise CameraError(
            f"camera {name}: cannot be opened ({reason}); stop the other program that uses it, "
            "such as rpicam-hello or another hipdrive"
        ) from error


def _most_gain(camera: Any) -> float:  # noqa: ANN401
    """The sensor's largest analogue gain; `camera_controls` has least, most and default."""
    return float(camera.camera_controls["AnalogueGain"][1])


def _started(
    camera: Any,  # noqa: ANN401
    config: CameraConfig,
    exposure: SensorExposure,
) -> tuple[npt.NDArray[np.uint8], int]:
    """Start the camera.

    Returns:
        Where to convert its pictures to in turn, uint8 [number, height, stride, 3], and their
        width in px.
    """
    size = (config.width_px, config.height_px)
    if on_its_side(config.rotation_deg):
        size = size[::-1]
    frame_us = round(1_000_000 / config.fps)
    small = camera.create_video_configuration(main={"size": (640, 480)})
    camera.configure(
        camera.create_video_configuration(
            # The small stream may not exceed the main one, and shows what the main one shows,
            # squeezed if the shapes differ.
            main={"size": size, "format": "YUV420"},
            lores={"size": size, "format": "YUV420"},
            # For large pictures picamera2 would pick Rec. 709; OpenCV converts BT.601.
            colour_space=small["colour_space"],
            buffer_count=BUFFERS,
            controls={"FrameDurationLimits": (frame_us, frame_us), **exposure.controls},
            # Have a frame ready: waiting for the next one would halve the rate of a caller that
            # takes a little longer than a frame.
            queue=True,
        )
    )
    stream = camera.camera_configuration()["lores"]
    width_px, height_px = stream["size"]
    camera.start()
    shape = (FRAMES_IN_USE, height_px, stream["stride"], 3)
    return np.empty(shape, np.uint8), width_px
