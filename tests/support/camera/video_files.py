"""Videos whose every frame is known."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np

from hipdrive.camera.video import VideoFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hipdrive.types.frame import RgbImage

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
MILLISECONDS = Fraction(1, 1000)
SIZE = (64, 48)


def plain(colour: tuple[int, int, int], size: tuple[int, int] = SIZE) -> RgbImage:
    return np.full((size[1], size[0], 3), colour, np.uint8)


def noise(count: int) -> list[RgbImage]:
    generator = np.random.default_rng(1)
    return [generator.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8) for _ in range(count)]


def encode(
    path: Path,
    images: Sequence[RgbImage],
    pts: Sequence[int] | None = None,
    *,
    time_base: Fraction = MILLISECONDS,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    gop: int = 1,
    index_first: bool = True,
) -> Path:
    """Write a video whose truth is known; 40 ms a frame unless `pts` says otherwise."""
    options = {"movflags": "faststart"} if index_first else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = pix_fmt
        stream.time_base = stream.codec_context.time_base = time_base
        stream.gop_size = gop
        stream.max_b_frames = 0
        for image, time in zip(images, pts or range(0, 40 * len(images), 40), strict=True):
            frame = av.VideoFrame.from_ndarray(image)
            frame.pts, frame.time_base = time, time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def packets(path: Path) -> list[tuple[int, int]]:
    """(offset, length) of each frame in the file."""
    with av.open(str(path)) as container:
        return [(p.pos, p.size) for p in container.demux(video=0) if p.pos is not None and p.size]


def read(path: Path) -> tuple[list[int], list[RgbImage], list[str]]:
    with VideoFile(path) as source:
        frames = [(frame.t_ns, frame.image.copy()) for frame in source]
        return [t for t, _ in frames], [image for _, image in frames], source.warnings


def colour(image: RgbImage) -> tuple[int, int, int]:
    """The nearest corner of the colour cube, of the mean."""
    red, green, blue = (255 * (image[..., channel].mean() > 127) for channel in range(3))
    return int(red), int(green), int(blue)


def patch(path: Path, box: bytes, skip: int, value: bytes) -> None:
    """Overwrite part of an mp4 box; `skip` counts from behind its name."""
    data = bytearray(path.read_bytes())
    start = data.index(box) + len(box) + skip
    data[start : start + len(value)] = value
    path.write_bytes(data)
