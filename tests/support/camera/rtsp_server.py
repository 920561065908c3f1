"""A real RTSP server on loopback: GStreamer's, as Debian has it."""

from __future__ import annotations

import os
import signal
import subprocess
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import av
import pytest

from support.camera.encodings import usual_priority

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from hipdrive.types.frame import RgbImage

PACKAGES = "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good"
SYSTEM_PYTHON = "/usr/bin/python3"
PROGRAM = Path(__file__).with_name("rtsp_program.py")
PROBE = (
    "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst, "
    "GstRtspServer; Gst.init(None); assert Gst.ElementFactory.find('rtph264pay')"
)


@cache
def is_installed() -> bool:
    """Whether the system's Python has it."""
    if not Path(SYSTEM_PYTHON).exists():
        return False
    return (
        subprocess.run([SYSTEM_PYTHON, "-c", PROBE], capture_output=True, check=False).returncode
        == 0
    )


def film(path: Path, pictures: Iterable[RgbImage], fps: int) -> Path:
    """Pictures as a camera sends them: H.264 without B-frames, one a second that stands alone."""
    with usual_priority(), av.open(str(path), "w", format="matroska") as container:
        options = {"preset": "ultrafast", "tune": "zerolatency", "g": str(fps)}
        stream = container.add_stream("libx264", rate=fps, options=options)
        assert isinstance(stream, av.VideoStream)
        stream.pix_fmt, stream.bit_rate = "yuv420p", 8_000_000
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            if not number:
                stream.height, stream.width = frame.height, frame.width
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


class RtspServer:
    """The server, a process of its own; skips the test where it is not installed.

    Args:
        film: what `film` made.
        login: user and password; none: anybody.
    """

    def __init__(self, film: Path, login: tuple[str, str] | None = None) -> None:
        if not is_installed():
            pytest.skip(f"no RTSP server is installed; on Debian: apt install {PACKAGES}")
        self._film, self._login = film, login or ()
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/run"

    def start(self) -> None:
        """On the same port as before."""
        command = [SYSTEM_PYTHON, str(PROGRAM), str(self._film), str(self.port), *self._login]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def kill(self) -> None:
        """Power is cut."""
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """It goes on existing and says nothing any more."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.kill()
