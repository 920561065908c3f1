"""Harmless variants of a clip: what a runner would never notice must not change a verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np

from hipdrive.camera.source import ClosedOnExit
from hipdrive.camera.video import VideoFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.types.frame import Frame, RgbImage


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a clip is encoded anew.

    Attributes:
        codec: FFmpeg's name.
        quality: constant rate factor of x264 (0 to 51), quantiser of MPEG-4 (1 to 31); both get
            worse upwards.
    """

    codec: str
    quality: int

    def options(self) -> dict[str, str]:
        """Options of the encoder."""
        if self.codec == "libx264":
            return {"crf": str(self.quality), "preset": "veryfast"}
        return {"qmin": str(self.quality), "qmax": str(self.quality)}


@dataclass(frozen=True, slots=True)
class Variant:
    """What is done to a clip.

    Attributes:
        name: in the table, and of the folder that keeps its key points.
        encoding: None: the file as it is.
        light: factor of every value of the picture.
        every, first: one frame of so many, beginning with this one.
        cut_px: columns taken away at the left and rows at the top.
        scale: of the picture.
        mirrored: left and right changed.
    """

    name: str
    encoding: Encoding | None = None
    light: float = 1.0
    every: int = 1
    first: int = 0
    cut_px: tuple[int, int] = (0, 0)
    scale: float = 1.0
    mirrored: bool = False

    def picture(self, image: RgbImage) -> RgbImage:
        """The picture as this variant has it."""
        across, down = self.cut_px
        seen = image[down:, across:]
        if self.scale != 1:
            seen = cv2.resize(
                seen, None, fx=self.scale, fy=self.scale, interpolation=cv2.INTER_AREA
            )
        if self.light != 1:
            seen = cv2.convertScaleAbs(seen, alpha=self.light)
        return np.ascontiguousarray(seen[:, ::-1] if self.mirrored else seen)


AS_FILMED = Variant("as filmed")
X264, MPEG4 = "libx264", "mpeg4"
VARIANTS = (
    *(Variant(f"x264 crf {crf}", Encoding(X264, crf)) for crf in (16, 23, 30)),
    *(Variant(f"mpeg4 q {q}", Encoding(MPEG4, q)) for q in (3, 6, 10)),
    *(Variant(f"light {light}", light=light) for light in (0.6, 0.8, 1.2, 1.4)),
    Variant("even frames", every=2),
    Variant("odd frames", every=2, first=1),
    Variant("cut 3 px left", cut_px=(3, 0)),
    Variant("cut 8 px top", cut_px=(0, 8)),
    Variant("cut 11, 5 px", cut_px=(11, 5)),
    Variant("scale 0.7", scale=0.7),
    Variant("scale 0.9", scale=0.9),
    Variant("mirror", mirrored=True),
    Variant("mirror, crf 23", Encoding(X264, 23), mirrored=True),
    Variant("mirror, light 0.6", light=0.6, mirrored=True),
)


class Varied(ClosedOnExit):
    """A variant of a clip as a source of frames.

    Args:
        clip: the video.
        variant: what is done to it.
        folder: for the file that is encoded anew.
    """

    def __init__(self, clip: Path, variant: Variant, folder: Path) -> None:
        self._variant = variant
        self._video = VideoFile(
            encoded(clip, variant.encoding, folder) if variant.encoding else clip
        )
        self.name = f"{clip.name}, {variant.name}"
        self.frame_count = None

    @property
    def warnings(self) -> list[str]:
        """Those of the file."""
        return self._video.warnings

    def __iter__(self) -> Iterator[Frame]:
        variant = self._variant
        for frame in islice(self._video, variant.first, None, variant.every):
            yield replace(frame, image=variant.picture(frame.image))

    def close(self) -> None:
        """Close the file."""
        self._video.close()


def encoded(clip: Path, encoding: Encoding, folder: Path) -> Path:
    """A clip encoded anew with the times it had, in a file of the folder."""
    path = folder / f"{clip.stem}.{encoding.codec}.{encoding.quality}.mp4"
    with av.open(path, "w") as container, VideoFile(clip) as video:
        stream = container.add_stream(encoding.codec, 60, options=encoding.options())
        stream.pix_fmt = "yuv420p"
        # MPEG-4 keeps times in sixteen bits.
        stream.codec_context.time_base = Fraction(1, 60_000)
        for number, frame in enumerate(video):
            # Both encoders take even sizes only.
            image = frame.image[: frame.image.shape[0] & ~1, : frame.image.shape[1] & ~1]
            if not number:
                stream.height, stream.width = image.shape[:2]
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), "rgb24")
            picture.time_base = stream.codec_context.time_base
            picture.pts = frame.t_ns * 60_000 // 1_000_000_000
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path
