"""Text on a picture, in OpenCV's own letters: no font has to be on the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.overlay.measured import Points
    from hipdrive.types.frame import RgbImage

FACE = cv2.FONT_HERSHEY_SIMPLEX
DEGREE = "°"
"""These letters have no such sign, so a ring is drawn."""
LETTER_PX = 22
"""Height of a capital letter at size 1."""
EDGE_RGB = (20, 24, 28)
ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
"""OpenCV 4 has no other letters."""


def text_width(text: str, size: float) -> int:
    """How wide a text is, px."""
    (width, _), _ = cv2.getTextSize(
        _lettered(text).replace(DEGREE, "o"), FACE, size, _thickness(size)
    )
    return int(width)


def write(
    image: RgbImage,
    text: str,
    place: Points | Sequence[float],
    size: float,
    rgb: tuple[int, int, int],
    *,
    centred: bool = False,
    right: bool = False,
) -> None:
    """Write a line, with a dark edge so that it can be read on everything.

    Args:
        image: RGB; drawn into.
        text: ASCII, the degree sign, and umlauts, which are written as two letters.
        place: x and y where it begins; its base line.
        size: 1 for capitals of 22 px.
        rgb: its colour.
        centred: `place` is its middle.
        right: `place` is its end.
    """
    width = text_width(text, size)
    height_px, width_px = image.shape[:2]
    left = round(place[0]) - (width // 2 if centred else width if right else 0)
    # What would stick out is moved in.
    x = max(2, min(left, width_px - width - 2))
    y = max(round(LETTER_PX * size) + 2, min(round(place[1]), height_px - 4))
    for part in _lettered(text).partition(DEGREE):
        if part == DEGREE:
            _degree(image, (x, y), size, rgb)
            x += text_width("o", size)
        elif part:
            _letters(image, part, (x, y), size, rgb)
            x += text_width(part, size)


def _letters(
    image: RgbImage, text: str, place: tuple[int, int], size: float, rgb: tuple[int, int, int]
) -> None:
    # Not in thicker letters below: those of OpenCV 5 are wider, too.
    edge = max(1, round(1.2 * size))
    shifts = [(x, y) for x in (-edge, 0, edge) for y in (-edge, 0, edge) if x or y]
    for (x, y), colour in (*((shift, EDGE_RGB) for shift in shifts), ((0, 0), rgb)):
        at = place[0] + x, place[1] + y
        cv2.putText(image, text, at, FACE, size, colour, _thickness(size), cv2.LINE_AA)


def _degree(
    image: RgbImage, place: tuple[int, int], size: float, rgb: tuple[int, int, int]
) -> None:
    centre = (place[0] + round(6 * size), place[1] - round(LETTER_PX * 0.8 * size))
    radius, thickness = max(2, round(3.5 * size)), max(1, round(1.6 * size))
    for colour, wide in ((EDGE_RGB, thickness + 2), (rgb, thickness)):
        cv2.circle(image, centre, radius, colour, wide, cv2.LINE_AA)


def _lettered(text: str) -> str:
    return text.translate(ASCII)


def _thickness(size: float) -> int:
    return max(1, round(2 * size))
