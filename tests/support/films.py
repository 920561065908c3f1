"""Videos in which nobody is to be measured, made of the real clip or drawn."""

from __future__ import annotations

import itertools
from fractions import Fraction
from itertools import islice
from math import pi, radians
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np

from hipdrive.camera.video import VideoFile
from hipdrive.rendered.figure import Posture, figure
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import Painter
from hipdrive.rendered.stance import Leg
from hipdrive.rendered.times import all_seconds, frame_times_ns
from hipdrive.rendered.truth import Truth
from support.walking import KNEE_BENT, LOWEST, THIGH_BACK, curve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.types.frame import RgbImage

FPS = 30
FOOT_UP = ((-4.0, -20.0), (8.0, 0.0), (35.0, 0.0), (62.0, 60.0), (85.0, -5.0), (96.0, -20.0))
"""The heel against the ground, degrees, per cent of a stride: toes up at heel strike, flat, up."""
HIPS_M, RISE_M = 0.9, 0.0225
"""Of somebody of 1.75 m: mean height, and half of 4.5 cm."""


def written(path: Path, pictures: Iterable[RgbImage], *, slower: float = 1.0) -> Path:
    """A video of these pictures, 30 a second or as many times slower."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=FPS)
        stream.bit_rate = 8_000_000
        stream.codec_context.time_base = Fraction(1, 3000)
        for number, picture in enumerate(pictures):
            height, width, _ = picture.shape
            even = np.ascontiguousarray(picture[: height - height % 2, : width - width % 2])
            if not number:
                stream.height, stream.width = even.shape[:2]
                stream.pix_fmt = "yuv420p"
            frame = av.VideoFrame.from_ndarray(even, format="rgb24")
            frame.pts = round(number * 3000 / FPS * slower)
            frame.time_base = Fraction(1, 3000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def of(clip: Path, seconds: float = 8.0) -> Iterator[RgbImage]:
    """The first seconds of the clip."""
    with VideoFile(clip) as video:
        for frame in islice(video, round(seconds * FPS)):
            yield frame.image.copy()


def side_by_side(clip: Path) -> Iterator[RgbImage]:
    """The runner twice, the right one three seconds ahead."""
    pictures = list(of(clip))
    for left, right in zip(pictures, pictures[90:] + pictures[:90], strict=True):
        yield np.concatenate([left, right], axis=1)


def small(clip: Path, share: float) -> Iterator[RgbImage]:
    """In the corner of a picture of the usual size."""
    for picture in of(clip):
        height = round(720 * share)
        width = height * picture.shape[1] // picture.shape[0]
        room = np.full((720, 1280, 3), 150, np.uint8)
        room[720 - height :, 1200 - width : 1200] = cv2.resize(
            picture, (width, height), interpolation=cv2.INTER_AREA
        )
        yield room


def half_mirrored(clip: Path) -> Iterator[RgbImage]:
    for number, picture in enumerate(of(clip)):
        yield picture if number < 4 * FPS else np.ascontiguousarray(picture[:, ::-1])


def with_a_title(clip: Path) -> Iterator[RgbImage]:
    pictures = list(of(clip, 12.0))
    title = np.full_like(pictures[0], 30)
    cv2.putText(title, "My run", (150, 600), cv2.FONT_HERSHEY_SIMPLEX, 4, (240, 240, 240), 12)
    yield from [title] * 60
    yield from pictures


def settings_of(seconds: float, **tables: Any) -> RenderedSettings:  # noqa: ANN401  # as in a file
    return RenderedSettings.model_validate({"seconds": seconds, **tables})


def painted(painter: Painter, settings: RenderedSettings) -> Iterator[RgbImage]:
    camera = settings.camera
    image = np.empty((camera.height_px, camera.width_px, 3), np.uint8)
    for picture in painter.pictures(all_seconds(frame_times_ns(settings)), itertools.repeat(image)):
        yield picture.copy()


def runner(seconds: float, **tables: Any) -> Iterator[RgbImage]:  # noqa: ANN401  # as in a file
    settings = settings_of(seconds, **tables)
    return painted(Painter(Truth(settings)), settings)


def passed_by(seconds: float, first_s: float, last_s: float) -> Iterator[RgbImage]:
    """A runner whom somebody passes behind, for a while."""
    alone = runner(seconds)
    together = runner(seconds, scene={"second_person": True})
    for number, (without, with_other) in enumerate(zip(alone, together, strict=True)):
        yield with_other if first_s <= number / FPS < last_s else without


class _Walker(Painter):
    """Walks where the runner ran, at 113 steps a minute."""

    stride_s = 1.06

    def joint_positions(self, t_s: Array) -> JointPositions:
        turns = t_s / self.stride_s
        posture = Posture(
            near=_leg(turns),
            far=_leg(turns + 0.5),
            lean=np.full_like(t_s, radians(3)),
            hip_height_m=HIPS_M - RISE_M * np.cos(4 * pi * (turns - LOWEST)),
            phase=turns,
        )
        return figure(self._truth.body, posture, near_is_left=self._near_is_left)


class _Stander(_Walker):
    def joint_positions(self, t_s: Array) -> JointPositions:
        return super().joint_positions(0.3 * self.stride_s + 0.02 * np.sin(t_s))


class _Nobody(Painter):
    """The room, and things in it that stand upright."""

    def _draw(self, image: RgbImage, _joints: JointPositions, _index: int, t_s: float) -> None:
        self._room(image, t_s)
        _furnish(image)


class _Furnished(Painter):
    def _room(self, image: RgbImage, t_s: float) -> None:
        super()._room(image, t_s)
        _furnish(image)


def _leg(turns: Array) -> Leg:
    thigh, knee, foot = (
        np.radians([curve(points, float(at)) for at in turns])
        for points in (THIGH_BACK, KNEE_BENT, FOOT_UP)
    )
    return Leg(thigh, knee, foot)


def _furnish(image: RgbImage) -> None:
    """A coat on a stand with a hat, a chair, a lamp and a ball; 640 x 480."""
    cv2.line(image, (520, 460), (520, 120), (60, 40, 30), 6)
    coat = [(490, 160), (550, 160), (565, 300), (545, 330), (500, 330), (478, 300)]
    cv2.fillPoly(image, [np.array(coat)], (90, 60, 110))
    cv2.circle(image, (520, 130), 22, (80, 60, 50), -1)
    cv2.rectangle(image, (60, 300), (140, 315), (120, 80, 50), -1)
    cv2.rectangle(image, (55, 200), (68, 430), (120, 80, 50), -1)
    cv2.line(image, (130, 315), (125, 430), (120, 80, 50), 6)
    cv2.line(image, (210, 430), (210, 150), (40, 40, 40), 4)
    shade = [(185, 150), (235, 150), (222, 100), (198, 100)]
    cv2.fillPoly(image, [np.array(shade)], (230, 220, 180))
    cv2.circle(image, (260, 410), 35, (40, 90, 160), -1)


def drawn(painter: type[Painter], seconds: float, **tables: Any) -> Iterator[RgbImage]:  # noqa: ANN401
    settings = settings_of(seconds, **tables)
    return painted(painter(Truth(settings)), settings)


def walker(seconds: float, facing: str) -> Iterator[RgbImage]:
    return drawn(_Walker, seconds, runner={"facing": facing})


def stander(seconds: float) -> Iterator[RgbImage]:
    return drawn(_Stander, seconds)


def empty_room(seconds: float) -> Iterator[RgbImage]:
    return drawn(_Nobody, seconds)


def furnished_runner(seconds: float) -> Iterator[RgbImage]:
    return drawn(_Furnished, seconds)
