"""The video that is written: drawn pictures at the times of the recording, beside its sound."""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from typing import TYPE_CHECKING

import cv2

from hipdrive.camera.video_container import open_container, video_stream
from hipdrive.errors import OverlayError
from hipdrive.overlay.sound import Sound
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from av.container import InputContainer, OutputContainer
    from av.video.stream import VideoStream

    from hipdrive.types.frame import Frame, RgbImage

FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
"""FFmpeg's names, by the ending of the file's name."""
QUALITY = {"crf": "19", "preset": "veryfast"}
"""Of H.264, which plays everywhere; at this quality lines have clean edges."""
TICK = Fraction(1, 90_000)
"""Unit of the times of a recording that is no video."""
CREATED = "creation_time"
"""When it was filmed, so that a library of videos sorts it in; where it was stays behind."""
BT_601 = 6
"""FFmpeg's number of the matrix (SMPTE 170M) by which pictures are made yuv."""


def format_of(path: Path) -> str:
    """FFmpeg's name of the format that the name of a file asks for.

    Raises:
        OverlayError: it is none that is written.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise OverlayError(f"{path}: a video is written as {', '.join(FORMATS)}; name one of these")
    return kind


def write_film(path: Path, frames: Iterable[Frame], video: Path | None) -> list[str]:
    """Write pictures as a video.

    Args:
        path: of the file, which is to have one of `FORMATS`' endings.
        frames: of one size, in the order of their times, which are kept.
        video: the recording whose sound and colours are kept; None where it is no video.

    Returns:
        What could not be kept, one sentence each.

    Raises:
        OverlayError: the file cannot be written.
        SourceError: the recording cannot be read.
    """
    import av

    kind = format_of(path)
    options = {"movflags": "faststart"} if kind in {"mp4", "mov"} else {}
    try:
        with ExitStack() as stack:
            source = stack.enter_context(open_container(video)) if video else None
            out = stack.enter_context(av.open(str(path), "w", format=kind, options=options))
            stream = out.add_stream("libx264", options=QUALITY)
            tick, sound = TICK, None
            if source is not None and video is not None:
                tick = _take_after(stream, out, source, video_stream(source, video))
                sound = Sound(source, out)
            _write_frames(frames, out, stream, tick, sound)
            return sound.warnings if sound else []
    except av.FFmpegError as error:
        raise OverlayError(f"{path}: cannot be written ({error.strerror})") from error


def _write_frames(
    frames: Iterable[Frame],
    out: OutputContainer,
    stream: VideoStream,
    tick: Fraction,
    sound: Sound | None,
) -> None:
    from av import VideoFrame

    first_ns: int | None = None
    for frame in frames:
        picture = _even(frame.image)
        if first_ns is None:
            # The times of a video count from the origin that its sound counts from.
            first_ns = 0 if sound else frame.t_ns
            stream.height, stream.width = picture.shape[:2]
            stream.pix_fmt = "yuv420p"
            stream.codec_context.time_base = tick
        t_s = Fraction(frame.t_ns - first_ns, NS_PER_S)
        if sound:
            sound.copy_until(t_s)
        # As the pictures of most videos are read, backwards: the same colours come out.
        planes = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420).astype(picture.dtype, copy=False)
        encoded = VideoFrame.from_ndarray(planes, "yuv420p")
        encoded.pts, encoded.time_base = round(t_s / tick), tick
        out.mux(stream.encode(encoded))
    out.mux(stream.encode())
    if sound:
        sound.copy_until(None)


def _take_after(
    stream: VideoStream, out: OutputContainer, source: InputContainer, filmed: VideoStream
) -> Fraction:
    """Have the film look like the recording; the unit of its times."""
    if CREATED in source.metadata:
        out.metadata[CREATED] = source.metadata[CREATED]
    if filmed.average_rate:
        stream.codec_context.framerate = filmed.average_rate
    made, told = stream.codec_context, filmed.codec_context
    made.color_primaries, made.color_trc = told.color_primaries, told.color_trc
    plain = told.pix_fmt == "yuv420p"
    # `camera.picture` takes every yuv420p for BT.601, and what is read as it is written stays as it
    # was; other pixels were converted by what the file says of them.
    made.colorspace = told.colorspace if plain else BT_601
    # The two fields of an interlaced frame are half a frame apart.
    return (filmed.time_base or TICK) / 2


def _even(image: RgbImage) -> RgbImage:
    """The picture with an even number of rows and columns, as H.264 wants: the last is doubled."""
    height, width = image.shape[:2]
    if not (height % 2 or width % 2):
        return image
    grown = cv2.copyMakeBorder(image, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    return grown.astype(image.dtype, copy=False)
