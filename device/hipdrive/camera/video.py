"""Frames of a video file, each with the time that the file gives it."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from hipdrive.camera.picture_size import MOST_PIXELS, check_pixels
from hipdrive.camera.source import ClosedOnExit
from hipdrive.errors import SourceError
from hipdrive.types.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av import VideoFrame
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    from hipdrive.types.frame import RgbImage

CONTAINERS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,asf,flv,h264,hevc"
"""FFmpeg's names of the formats that are opened. A list, because FFmpeg would also "play" a text
file, and follow a playlist to other files."""

RAW_STREAMS = ("h264", "hevc")
"""Formats without times; opened only to be refused with the right advice."""


class VideoFile(ClosedOnExit):
    """A recorded video.

    Frames carry the presentation timestamps of the file, to the nanosecond, and stand upright
    however the phone was held. Each iteration starts at the beginning. What is damaged is
    stepped over and shows up in `warnings`.

    Args:
        path: the file.

    Raises:
        SourceError: there is no such file, or it is no video with times.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: InputContainer | None = None
        with _open(path) as container:
            self._frame_count = _video_stream(container, path).frames or None
        self._counts = _FrameCounts()

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    @property
    def frame_count(self) -> int | None:
        """Number of frames declared in the file; None when it is not declared."""
        return self._frame_count

    @property
    def warnings(self) -> list[str]:
        """What was left out of the last iteration so far, one sentence each."""
        return self._counts.warnings(self.name, self._frame_count)

    def __iter__(self) -> Iterator[Frame]:
        """Decode from the beginning.

        Yields:
            Frames with strictly increasing `t_ns`, counted from the origin of the file.

        Raises:
            SourceError: the file went away, or not one frame of it could be used.
        """
        self.close()
        container = self._container = _open(self._path)
        counts = self._counts = _FrameCounts()
        try:
            frames = _decoded(container, _video_stream(container, self._path), counts)
            for frame in _timed(frames, counts):
                yield frame
                if self._container is not container:
                    return
        finally:
            container.close()
        if not counts.used:
            raise SourceError(
                f"{self._path}: not one frame could be used; {_reasons(self.warnings)}"
            )

    def close(self) -> None:
        """Close the file; a running iteration ends. Safe to call twice."""
        if self._container is not None:
            self._container.close()
            self._container = None


class _FrameCounts:
    """What became of the frames of one iteration."""

    def __init__(self) -> None:
        self.read = 0
        self.damaged = 0
        self.used = 0
        self.untimed = 0
        self.unordered = 0
        self.cut_off = False

    def warnings(self, name: str, total: int | None) -> list[str]:
        """The warnings; `total` is the number declared in the file."""
        found = []
        if self.damaged or self.cut_off:
            damage = "is cut off" if self.cut_off else "is damaged"
            of_how_many = total or f"at least {self.read + self.damaged}"
            found.append(
                f"{name} {damage}: {self.read} of {of_how_many} frames could be read; "
                "copy it again from where it was recorded"
            )
        if self.untimed:
            found.append(f"{name}: {_frames(self.untimed)} without a time left out")
        if self.unordered:
            found.append(
                f"{name}: {_frames(self.unordered)} left out whose time is not after that of the "
                "frame before"
            )
        return found


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def _reasons(warnings: list[str]) -> str:
    return "; ".join(warnings) or "the file has none; record it again"


def _open(path: Path) -> InputContainer:
    import av

    if path.is_dir():
        raise SourceError(f"{path}: is a folder, not a video; open it as a folder of frames")
    if path.exists() and not path.is_file():
        # A pipe would block where no signal reaches it.
        raise SourceError(f"{path}: is not a file; save the video to one first")
    try:
        # The prefix keeps a name like "http:x" a file, the whitelist what the file refers to.
        return av.open(
            f"file:{path}",
            options={"protocol_whitelist": "file", "format_whitelist": CONTAINERS},
        )
    except FileNotFoundError as error:
        raise SourceError(f"{path}: no such file; check the name") from error
    except PermissionError as error:
        raise SourceError(f"{path}: cannot be read (permission denied); check its owner") from error
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SourceError(f"{path}: {_why_not_a_video(path)}") from error


def _why_not_a_video(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        return "is empty; record or copy it again"
    if head[4:] == b"ftyp":
        return (
            "the recording was cut off before its index was written, so none of it can be read; "
            "record again, and into .mkv or .ts where the power may fail"
        )
    return "is not a video; use mp4, mov, mkv, webm, avi or ts, or convert it with ffmpeg"


def _video_stream(container: InputContainer, path: Path) -> VideoStream:
    from av.stream import Disposition

    if container.format.name in RAW_STREAMS:
        raise SourceError(
            f"{path}: is a raw stream, whose frames carry no times; record into a container, "
            "for example with `rpicam-vid --codec libav -o run.mp4`"
        )
    if not (container.streams.video or container.streams.audio):
        raise SourceError(f"{path}: {_why_not_a_video(path)}")
    # A sound file's cover picture is a video stream, too.
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams:
        raise SourceError(f"{path}: has no video stream, only sound or data; choose another file")
    stream = streams[0]
    if stream.codec_context is None:
        raise SourceError(f"{path}: its kind of video cannot be decoded; convert it to H.264")
    check_pixels(stream.codec_context.width, stream.codec_context.height, str(path))
    # A packet may say otherwise than the file; FFmpeg then takes it for damaged.
    stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
    # With threads, how many frames survive damage, and what they look like, depends on the number
    # of cores: 16 of them lose good frames by the dozen. One gives the same frames everywhere.
    stream.thread_count = 1
    return stream


def _decoded(
    container: InputContainer, stream: VideoStream, counts: _FrameCounts
) -> Iterator[VideoFrame]:
    """Every whole frame in the order of display; damage is counted and stepped over."""
    import av

    end = Fraction(0)
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except av.FFmpegError:
            counts.cut_off = True
            return
        end = max(end, _end_of(packet))
        yield from _decoded_packet(packet, counts)
    declared, slack = _declared_end(container, stream)
    counts.cut_off = end + slack < declared


def _decoded_packet(packet: Packet[VideoStream], counts: _FrameCounts) -> Iterator[VideoFrame]:
    import av

    try:
        # Part of a frame would decode into a picture whose rest is made up.
        frames = [] if packet.is_corrupt else packet.decode()
    except av.FFmpegError:
        counts.damaged += 1
        return
    counts.damaged += packet.is_corrupt
    for frame in frames:
        if frame.is_corrupt:
            counts.damaged += 1
        else:
            counts.read += 1
            yield frame


def _end_of(packet: Packet[VideoStream]) -> Fraction:
    """The time in s at which the packet's frame stops being shown."""
    if packet.pts is None or packet.is_corrupt:
        return Fraction(0)
    return (packet.pts + (packet.duration or 0)) * packet.time_base


def _declared_end(container: InputContainer, stream: VideoStream) -> tuple[Fraction, Fraction]:
    """The declared end of the file, and how much earlier a whole file may end; both in s."""
    if stream.duration is not None and stream.time_base is not None:
        # Some formats count the time of a frame or two that is not there.
        return ((stream.start_time or 0) + stream.duration) * stream.time_base, Fraction(1, 4)
    # This one counts the sound, too, which may go on for a little longer than the picture.
    return Fraction(container.duration or 0, 1_000_000), Fraction(1)


def _timed(frames: Iterator[VideoFrame], counts: _FrameCounts) -> Iterator[Frame]:
    """The frames whose time is after that of the frame before."""
    latest_ns: int | None = None
    for frame in frames:
        t_ns = _t_ns(frame)
        if t_ns is None:
            counts.untimed += 1
        elif latest_ns is not None and t_ns <= latest_ns:
            counts.unordered += 1
        else:
            counts.used += 1
            latest_ns = t_ns
            yield Frame(t_ns, _upright(_rgb(frame), _display_matrix(frame)))


def _t_ns(frame: VideoFrame) -> int | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return round(frame.pts * frame.time_base * 1_000_000_000)


def _rgb(frame: VideoFrame) -> RgbImage:
    """The picture as it is stored, uint8 [height, width, 3], red first."""
    import cv2

    even = frame.width % 2 == 0 and frame.height % 2 == 0
    if frame.format.name == "yuv420p" and even:
        # OpenCV converts in integers, the same on every machine, and so does the Pi's camera.
        # FFmpeg's converter gives other numbers on other processors and versions.
        image = cv2.cvtColor(frame.to_ndarray(), cv2.COLOR_YUV2RGB_I420)
    else:
        image = frame.to_ndarray(format="rgb24")
    return image.astype(np.uint8, copy=False)


def _display_matrix(frame: VideoFrame) -> tuple[int, int, int, int]:
    """How the stored picture maps onto the screen: x' = a x + c y, y' = b x + d y.

    Phones do not turn the pixels; they store the phone's orientation as this matrix.
    """
    from av.sidedata.sidedata import Type

    side_data: Any = frame.side_data  # PyAV's stub knows one of the kinds only
    matrix = side_data.get(Type.DISPLAYMATRIX)
    if matrix is None:
        return 1, 0, 0, 1
    a, b, _, c, d, *_ = struct.unpack("=9i", bytes(matrix))
    return a, b, c, d


def _upright(image: RgbImage, matrix: tuple[int, int, int, int]) -> RgbImage:
    """Turn and mirror by the nearest quarter turn."""
    a, b, c, d = matrix
    if abs(b) > abs(a):
        image = image.transpose(1, 0, 2)
        a, d = c, b
    return np.ascontiguousarray(image[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1])
