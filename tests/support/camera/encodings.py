"""The ways in which people have a video, and how one is written in each of them."""

from __future__ import annotations

import os
import struct
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from support.camera.video_files import patch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hipdrive.types.frame import RgbImage

    Timed = tuple[Fraction, RgbImage]
    """The time in s, and the picture."""

BIT_RATE = 12_000_000
"""So that codecs are compared and not how much was saved; each picture of MJPEG stands alone."""
DROPPED = 5
"""Of a variable rate one frame in so many is missing, at places that look like chance."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """A way to write a video.

    Attributes:
        name: what a table calls it.
        suffix: of the file, which says the container.
        codec: FFmpeg's name of the encoder.
        pix_fmt: FFmpeg's name of how pixels are stored.
        options: of the encoder.
        kind: what is done to the pictures beside: turned, mirrored, interlaced, wide, variable.
        fps: frames a second that it is written from.
    """

    name: str
    suffix: str = ".mp4"
    codec: str = "libx264"
    pix_fmt: str = "yuv420p"
    options: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    fps: int = 60


_B_FRAMES = {"bf": "3", "b-adapt": "0"}
_QUIET_265 = {"x265-params": "log-level=none:pools=1"}
_AV1 = {"preset": "10", "svtav1-params": "lp=1"}
ENCODINGS = (
    Encoding("H.264 in MP4", options=_B_FRAMES),
    Encoding("H.264 in MOV", ".mov"),
    Encoding("H.264 in MKV", ".mkv", options=_B_FRAMES),
    Encoding("H.264 in AVI, B-frames", ".avi", options=_B_FRAMES),
    Encoding("H.264 in TS", ".ts", options=_B_FRAMES),
    Encoding("HEVC, 8 bit", codec="libx265", options=_QUIET_265),
    Encoding("HEVC, 10 bit", codec="libx265", pix_fmt="yuv420p10le", options=_QUIET_265),
    Encoding(
        "VP9 in WebM", ".webm", "libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"}
    ),
    Encoding("AV1 in MP4", codec="libsvtav1", options=_AV1),
    Encoding("AV1 in WebM", ".webm", codec="libsvtav1", options=_AV1),
    Encoding("MJPEG in AVI", ".avi", "mjpeg", "yuvj420p"),
    Encoding("MPEG-4 in AVI, B-frames", ".avi", "mpeg4", options={"bf": "2"}),
    Encoding("MPEG-2 in TS", ".ts", "mpeg2video", options={"bf": "2"}),
    Encoding("GIF, 50 a second", ".gif", "gif", "rgb8", fps=50),
    Encoding("turned by a quarter", ".mov", kind="turned"),
    Encoding("mirrored", ".mov", kind="mirrored"),
    Encoding("interlaced, top field first", kind="interlaced", options={"x264-params": "tff=1"}),
    Encoding("anamorphic, 4:3", kind="wide"),
    Encoding("variable rate", kind="variable"),
    Encoding("24 a second", fps=24),
    Encoding("30 a second", fps=30),
    Encoding("120 a second", fps=120),
    Encoding("240 a second", fps=240),
)

_TICK = {".gif": Fraction(1, 100)}
_TURNS = {"turned": (0, 1, -1, 0), "mirrored": (-1, 0, 0, 1)}
WIDE = Fraction(4, 3)


@contextmanager
def usual_priority() -> Iterator[None]:
    """Takes back what the AV1 encoder does to the thread that opens it.

    SVT-AV1 gives itself the highest real-time priority where it may, as root does, and with it the
    whole process and every program that is started from there on: two of them that wait in a loop
    for a third hold both cores for good.
    """
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


def write(folder: Path, pictures: Iterable[RgbImage], encoding: Encoding) -> Path:
    """Pictures at `encoding.fps` a second as a file; its name has nothing special in it."""
    path = folder / f"video{encoding.suffix}"
    timed = ((Fraction(n, encoding.fps), picture) for n, picture in enumerate(pictures))
    with usual_priority(), av.open(str(path), "w") as container:
        rate = encoding.fps // 2 if encoding.kind == "interlaced" else encoding.fps
        stream = container.add_stream(encoding.codec, rate=rate, options=encoding.options)
        assert isinstance(stream, av.VideoStream)
        tick = _TICK.get(encoding.suffix, Fraction(1, rate))
        stream.pix_fmt = encoding.pix_fmt
        stream.bit_rate = BIT_RATE * (5 if encoding.codec == "mjpeg" else 1)
        stream.codec_context.time_base = tick
        if encoding.kind == "wide":
            stream.codec_context.sample_aspect_ratio = WIDE
        for number, (t_s, picture) in enumerate(_stored(timed, encoding.kind)):
            planes = encoding.kind == "interlaced"
            frame = av.VideoFrame.from_ndarray(picture, "yuv420p" if planes else "rgb24")
            if not number:
                stream.height, stream.width = frame.height, frame.width
            if encoding.codec == "gif":
                frame = frame.reformat(format=encoding.pix_fmt)
            frame.pts, frame.time_base = round(t_s / tick), tick
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    if encoding.kind in _TURNS:
        a, b, c, d = (value << 16 for value in _TURNS[encoding.kind])
        patch(path, b"tkhd", 40, struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30))
    return path


def shown(encoding: Encoding, count: int) -> list[int]:
    """Which of so many pictures a viewer sees."""
    return [n for n in range(count) if encoding.kind != "variable" or not _is_dropped(n)]


def _is_dropped(number: int) -> bool:
    return number * 7919 % 101 % DROPPED == DROPPED - 1


def _stored(timed: Iterator[Timed], kind: str) -> Iterator[Timed]:
    """What is put into the file so that a player shows the pictures as they were."""
    if kind == "interlaced":
        for (t_s, top), (_, bottom) in zip(timed, timed, strict=False):
            yield t_s, _woven(top, bottom)
        return
    for number, (t_s, picture) in enumerate(timed):
        if kind == "variable" and _is_dropped(number):
            continue
        yield t_s, _as_stored(picture, kind)


def _woven(top: RgbImage, bottom: RgbImage) -> RgbImage:
    """Every second line of each, uint8 [height * 3 / 2, width], the planes of yuv420p in turn.

    Colour is woven by its own lines, as in a camera; woven as RGB, lines of colour would mix both.
    """
    early, late = (
        av.VideoFrame.from_ndarray(each).to_ndarray(format="yuv420p") for each in (top, bottom)
    )
    height, width = top.shape[:2]
    woven = early.copy()
    woven[1:height:2] = late[1:height:2]
    colour, other = (each[height:].reshape(-1, width // 2) for each in (woven, late))
    colour[1::2] = other[1::2]
    return woven.astype(np.uint8, copy=False)


def _as_stored(picture: RgbImage, kind: str) -> RgbImage:
    if kind == "turned":
        return np.ascontiguousarray(np.rot90(picture))
    if kind == "mirrored":
        return np.ascontiguousarray(picture[:, ::-1])
    if kind == "wide":
        height, width, _ = picture.shape
        narrow = cv2.resize(picture, (int(width / WIDE), height), interpolation=cv2.INTER_AREA)
        return narrow.astype(np.uint8, copy=False)
    return picture
