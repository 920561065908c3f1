"""Opening a video file: which formats are read, what is refused and why, what the file says."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from hipdrive.camera.picture_size import MOST_PIXELS, check_pixels
from hipdrive.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer
    from av.video.stream import VideoStream

CONTAINERS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,asf,flv,gif,h264,hevc"
"""FFmpeg's names of the formats that are opened. A list, because FFmpeg would also "play" a text
file, and follow a playlist to other files."""

RAW_STREAMS = ("h264", "hevc")
"""Formats without times; opened only to be refused with the right advice."""

WIDEST_PIXEL = 4
"""As many times wider than high, or higher than wide, at most; those of films are 2."""

CAPTURE_RATE = "com.android.capture.fps"
"""Frames a second that the camera took: a key of the MP4 and MOV files of Android's recorder. Apple
has none; its slow motion plays at its true speed until it is exported, and then says nothing."""
LEAST_SLOW_MOTION = Fraction(6, 5)
"""Less is a rate that was rounded, or a camera that was a little late."""
MOST_SLOW_MOTION = 100
"""2,400 frames a second played at 24. What is slower shows less than a step a minute of film."""


def open_container(path: Path) -> InputContainer:
    """Open the file, and nothing but this file.

    Raises:
        SourceError: it cannot be read, or is no video.
    """
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
        raise SourceError(f"{path}: {why_not_a_video(path)}") from error


def why_not_a_video(path: Path) -> str:
    """What such a file is, and what would do."""
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        return "is empty; record or copy it again"
    if head[4:] == b"ftyp":
        return (
            "the recording was cut off before its index was written, so none of it can be read; "
            "record again, and into .mkv or .ts where the power may fail"
        )
    return "is not a video; use mp4, mov, mkv, webm, avi, ts or gif, or convert it with ffmpeg"


def video_stream(container: InputContainer, path: Path) -> VideoStream:
    """The first stream of moving pictures, ready to be decoded.

    Raises:
        SourceError: there is none, or none whose frames have times.
    """
    from av.stream import Disposition

    if container.format.name in RAW_STREAMS:
        raise SourceError(
            f"{path}: is a raw stream, whose frames carry no times; record into a container, "
            "for example with `rpicam-vid --codec libav -o run.mp4`"
        )
    if not (container.streams.video or container.streams.audio):
        raise SourceError(f"{path}: {why_not_a_video(path)}")
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


def pixel_aspect(stream: VideoStream, path: Path) -> Fraction:
    """How many times wider than high a pixel is meant to be seen; 1 where the file does not say.

    Raises:
        SourceError: that cannot be.
    """
    aspect = stream.sample_aspect_ratio or Fraction(1)
    if not Fraction(1, WIDEST_PIXEL) <= aspect <= WIDEST_PIXEL:
        raise SourceError(
            f"{path}: says that its pixels are {aspect.numerator}:{aspect.denominator} wide, which "
            "no camera's are; write it anew with ffmpeg -vf setsar=1"
        )
    return aspect


def stated_slow_motion(container: InputContainer, stream: VideoStream) -> Fraction:
    """The rate at which the file was taken, over that at which it plays; 1 where they agree."""
    told = container.metadata.get(CAPTURE_RATE) or stream.metadata.get(CAPTURE_RATE, "")
    try:
        taken = float(told)
    except ValueError:
        return Fraction(1)
    played = stream.average_rate
    if not played or not LEAST_SLOW_MOTION <= taken / played <= MOST_SLOW_MOTION:
        return Fraction(1)
    return Fraction(taken).limit_denominator(1000) / played
