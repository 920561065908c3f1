"""A strip of key frames: foot strike, mid-stance, toe-off and peak of one stride, side by side."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from hipdrive.overlay.lettering import write
from hipdrive.overlay.measured import FOOT_STRIKE, PEAK, TOE_OFF

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.overlay.measured import Recording, SeenRunner
    from hipdrive.texts.phrases import Phrases
    from hipdrive.types.frame import RgbImage
    from hipdrive.types.stride import Stride

HEIGHT_PX = 640
"""Of the strip; four pictures of it fit on a laptop's screen."""
ROOM = 0.35
"""Beside and above the joints that are known, in lengths of the runner from ankle to shoulder."""
GAP_PX = 6


MID_STANCE = "mid_stance"


class KeyFrame(NamedTuple):
    """A picture of the strip.

    Attributes:
        number: of the picture in the recording.
        name: what it shows, by the name of its sentence.
    """

    number: int
    name: str


def key_frames(recording: Recording) -> list[KeyFrame]:
    """The key frames of the most usual stride of the near leg; none where no stride shows them.

    The most usual is the one whose peak is nearest to the median of all.
    """
    strides = [each for each in recording.strides if each.near and _complete(each)]
    if not strides:
        return []
    median_bam = statistics.median(each.thigh_ext_bam for each in strides)
    stride = min(strides, key=lambda each: abs(each.thigh_ext_bam - median_bam))
    strike_ns, off_ns = stride.foot_strike_ns, stride.toe_off_ns
    assert strike_ns is not None  # noqa: S101  # it is complete
    assert off_ns is not None  # noqa: S101  # as above
    moments = (
        (strike_ns, FOOT_STRIKE),
        ((strike_ns + off_ns) // 2, MID_STANCE),
        (off_ns, TOE_OFF),
        (stride.t_ns, PEAK),
    )
    frames = [KeyFrame(recording.nearest(t_ns), name) for t_ns, name in moments]
    return sorted(frames, key=lambda frame: frame.number)


def strip(
    pictures: Mapping[int, RgbImage], frames: list[KeyFrame], recording: Recording, say: Phrases
) -> RgbImage:
    """The key frames side by side, each cut around the runner, with their titles.

    Args:
        pictures: by their number; all that `frames` name.
        frames: which.
        recording: knows where the runner is.
        say: the words of the titles.

    Returns:
        RGB.
    """
    bodies = [recording.moment(frame.number).body for frame in frames]
    shape = next(iter(pictures.values())).shape
    size = _size(bodies, shape)
    parts: list[RgbImage] = []
    for frame, body in zip(frames, bodies, strict=True):
        part = _cut(pictures[frame.number], body, size)
        width = round(HEIGHT_PX * size[0] / size[1])
        part = cv2.resize(part, (width, HEIGHT_PX), interpolation=cv2.INTER_AREA).astype(np.uint8)
        write(part, say(frame.name), (width / 2, 40), 0.9, (255, 255, 255), centred=True)
        if parts:
            parts.append(np.full((HEIGHT_PX, GAP_PX, 3), 255, np.uint8))
        parts.append(part)
    return np.concatenate(parts, axis=1)


def _complete(stride: Stride) -> bool:
    return stride.accepted and None not in (stride.foot_strike_ns, stride.toe_off_ns)


def _size(bodies: list[SeenRunner | None], shape: tuple[int, ...]) -> tuple[int, int]:
    """Width and height of what is cut out of every picture: it holds the runner in each of them."""
    spans = [np.ptp(body.joints, axis=0) for body in bodies if body is not None]
    largest = np.nanmax(spans, axis=0) if spans else np.array([shape[1], shape[0]])
    room = 2 * ROOM * largest[1]
    width, height = (largest + room).tolist()
    return min(round(width), shape[1]), min(round(height), shape[0])


def _cut(image: RgbImage, body: SeenRunner | None, size: tuple[int, int]) -> RgbImage:
    height, width = image.shape[:2]
    middle = np.array([width / 2, height / 2])
    if body is not None and np.isfinite(body.joints).any():
        middle = (np.nanmin(body.joints, axis=0) + np.nanmax(body.joints, axis=0)) / 2
    left, top = (
        int(max(0, min(round(at - length / 2), whole - length)))
        for at, length, whole in zip(middle, size, (width, height), strict=True)
    )
    return image[top : top + size[1], left : left + size[0]]
