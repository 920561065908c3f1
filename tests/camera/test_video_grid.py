"""One scene in every encoding: the same things at the same places and times.

`scripts/video_grid` does the same with a runner and a pose model.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from support.camera.encodings import ENCODINGS, Encoding, shown, write
from support.camera.video_files import read

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.types.frame import RgbImage

WIDTH, HEIGHT, COUNT = 192, 144, 24
RADIUS_PX = 14
PLACE_PX = 0.6
"""What compression and a field's missing lines do to the middle of a disc, and more."""


def place(number: int) -> tuple[int, int]:
    """The middle of the disc; it never comes back to where it was."""
    return 30 + 5 * number, 40 + 2 * number


def scene(number: int) -> RgbImage:
    image = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    cv2.rectangle(image, (0, HEIGHT - 20), (WIDTH, HEIGHT), (110, 90, 70), -1)
    cv2.circle(image, place(number), RADIUS_PX, (230, 235, 240), -1, cv2.LINE_AA)
    return image


def found(image: RgbImage) -> tuple[float, float]:
    weight = (image[: HEIGHT - 20, :, 1].astype(float) - 128).clip(0)
    rows, columns = np.mgrid[: weight.shape[0], : weight.shape[1]]
    return float((columns * weight).sum() / weight.sum()), float(
        (rows * weight).sum() / weight.sum()
    )


@pytest.mark.parametrize("encoding", ENCODINGS, ids=lambda encoding: encoding.name)
def test_places_and_times_survive(tmp_path: Path, encoding: Encoding) -> None:
    if encoding.codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg has no encoder {encoding.codec}")
    path = write(tmp_path, [scene(number) for number in range(COUNT)], encoding)
    times_ns, images, warnings = read(path)
    assert warnings == []
    numbers = shown(encoding, COUNT)
    expected = [float(Fraction(n - numbers[0], encoding.fps)) for n in numbers]
    # A format may count in milliseconds.
    assert [(t - times_ns[0]) / 1e9 for t in times_ns] == pytest.approx(expected, abs=0.00051)
    for number, image in zip(numbers, images, strict=True):
        assert image.shape == (HEIGHT, WIDTH, 3)
        assert found(image) == pytest.approx(place(number), abs=PLACE_PX)
