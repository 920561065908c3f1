"""A camera whose pictures come as a stream, as a source of frames."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from hipdrive.camera.rotation import rotated
from hipdrive.camera.source import ClosedOnExit
from hipdrive.camera.stream.clock import TimeSource
from hipdrive.camera.stream.reader import CLOSE_S, StreamReader
from hipdrive.errors import CameraError
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.types.frame import Frame
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.camera.stream.reader import Connect, StreamCounts, TimedPicture
    from hipdrive.config import CameraConfig
    from hipdrive.types.frame import RgbImage

POLL_S = 0.2
"""How long one wait for a picture lasts; a stop takes effect within this time."""
LONGEST_POLL_NS = 400_000_000
"""No wait for a picture takes longer, unless the process was not running."""
GAP_NS = NS_PER_S
"""A runner has taken three steps meanwhile: the camera does not do what it is for."""
OPEN_S = 10.0
"""How long the first picture may take: name, connection, login, a picture that stands alone."""


class ExposureControl(Protocol):
    """Looks after the exposure of a camera that can be told of it."""

    @property
    def warnings(self) -> list[str]:
        """What cannot be done, or is too dark."""
        ...

    def begin(self) -> None:
        """A session begins."""
        ...

    def look(self, t_ns: int, image: RgbImage) -> None:
        """Look at a picture."""
        ...


class StreamCamera(ClosedOnExit):
    """A camera over USB or the network, connected.

    A frame is the newest picture that has come; those that come while the caller is busy are
    dropped. Each frame has an array of its own. A connection that breaks off is made anew, and
    while there is none the camera stalls as any other would.

    Args:
        config: size, rotation, and how long to wait for a picture.
        should_stop: asked before every wait; True ends the iteration.
        name: of the camera; nothing secret.
        remedy: what to do when it fails.
        connect: opens the stream.
        clock_ns: a monotonic clock in ns, for the stall only.
        exposure: looks after its exposure; None: that is the camera's own business.

    Raises:
        CameraError: it could not be connected at the first attempt, or gave no picture.
    """

    def __init__(
        self,
        config: CameraConfig,
        should_stop: Callable[[], bool],
        name: str,
        remedy: str,
        connect: Connect,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        exposure: ExposureControl | None = None,
    ) -> None:
        self._config = config
        self._should_stop = should_stop
        self._name = name
        self._remedy = remedy
        self._clock_ns = clock_ns
        self._exposure = exposure
        self._parts = DegradedParts()
        self._notes: list[str] = []
        self._resized = ""
        self._failed = False
        self._undecoded = 0
        self._reader = StreamReader(connect, name)
        try:
            self._wait_for_first()
        except BaseException:
            self.close()
            raise

    def _wait_for_first(self) -> None:
        waits = round(OPEN_S / POLL_S)
        while self._reader.waits_for_first(POLL_S) and not self._should_stop():
            waits -= 1
            if waits <= 0:
                raise self._error(f"no picture within {OPEN_S:g} s")
        if self._reader.attempts and not self._reader.counts.received:
            raise self._error(self._reader.fault)

    @property
    def name(self) -> str:
        """Its device, or its host."""
        return self._name

    @property
    def frame_count(self) -> None:
        """None: unknown."""
        return

    @property
    def counts(self) -> StreamCounts:
        """What became of the pictures since the session began."""
        return self._reader.counts

    @property
    def warnings(self) -> list[str]:
        """By which clock frames are timed if not by the camera's, and what was lost."""
        counts = self._reader.counts
        said = [
            f"its stream {source.value}; frames have the time of their arrival instead, as uneven "
            "as the network is"
            for source in TimeSource
            if source in counts.sources and source.value
        ]
        damaged = counts.damaged + self._undecoded
        said += [f"its connection was lost {_times(counts.lost)}"] * bool(counts.lost)
        said += [f"{damaged} pictures that are damaged left out"] * bool(damaged)
        said += [f"{counts.undated} pictures without a later time left out"] * bool(counts.undated)
        said += [self._resized] * bool(self._resized)
        said += [] if self._exposure is None else self._exposure.warnings
        return [f"camera {self._name}: {each}" for each in said] + self._notes

    def begin_session(self, parts: DegradedParts) -> None:
        """Count anew: what was until now is another session's."""
        self._reader.begin_session()
        if self._exposure is not None:
            self._exposure.begin()
        self._undecoded = 0
        self._parts = parts

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames as they come until `should_stop()` or `close`.

        Yields:
            Frames with strictly increasing `t_ns`, comparable with `time.monotonic_ns()`.

        Raises:
            CameraError: no frame for `config.stall_s`.
        """
        stall_ns = round(self._config.stall_s * NS_PER_S)
        waited_ns, before_ns = 0, self._clock_ns()
        while not self._should_stop() and not self._reader.closed:
            picture = self._reader.take(POLL_S)
            image = None if picture is None else self._image(picture)
            now_ns = self._clock_ns()
            # A process that was stopped and goes on has not waited for the camera meanwhile.
            waited_ns += min(now_ns - before_ns, LONGEST_POLL_NS)
            before_ns = now_ns
            if picture is not None and image is not None:
                if picture.late_ns < GAP_NS:
                    self._parts.recover(DevicePart.CAMERA)
                yield Frame(picture.t_ns, image)
                # What comes late is no sign that the camera is well: FFmpeg gives the last picture
                # of a stream that has fallen silent when it gives that up.
                waited_ns, before_ns = max(picture.late_ns, 0), self._clock_ns()
            elif waited_ns >= stall_ns:
                self._failed = True
                raise self._error(f"no picture for {self._config.stall_s:g} s{self._why()}")
            elif waited_ns >= GAP_NS:
                self._parts.degrade(
                    DevicePart.CAMERA,
                    f"camera {self._name}: no picture for a second; {self._remedy}",
                )

    def close(self) -> None:
        """Disconnect; a running iteration ends. Safe to call twice, and from any thread.

        What has failed is not waited for: a reader that nobody answers leaves off by itself.
        """
        if not self._reader.close(0.0 if self._failed else CLOSE_S) and not self._failed:
            self._notes = [f"camera {self._name}: did not let go within {CLOSE_S:g} s"]

    def _why(self) -> str:
        if self._reader.fault:
            return f" ({self._reader.fault})"
        damaged = self._reader.counts.damaged + self._undecoded
        return f" ({damaged} are damaged)" if damaged else ""

    def _error(self, what: str) -> CameraError:
        return CameraError(f"camera {self._name}: {what}; {self._remedy}")

    def _image(self, picture: TimedPicture) -> RgbImage | None:
        """The picture as the model is to see it; None where it cannot be decoded."""
        image = picture.image()
        if image is None:
            self._undecoded += 1
            return None
        if self._exposure is not None:
            self._exposure.look(picture.t_ns, image)
        return self._fitted(rotated(image, self._config.rotation_deg))

    def _fitted(self, image: RgbImage) -> RgbImage:
        """Made smaller, if it has to be, until it fits the configured size; its shape stays."""
        import cv2

        height, width = image.shape[:2]
        wanted = self._config.width_px, self._config.height_px
        if (width, height) == wanted:
            self._resized = ""
            return image
        scale = min(wanted[0] / width, wanted[1] / height, 1.0)
        size = round(width * scale), round(height * scale)
        self._resized = (
            f"its pictures have {width} x {height}, and are seen with {size[0]} x {size[1]}; set "
            "camera.width_px and height_px to that, or the camera's size to "
            f"{wanted[0]} x {wanted[1]}"
        )
        if size == (width, height):
            return image
        return cv2.resize(image, size, interpolation=cv2.INTER_AREA)  # type: ignore[return-value]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
