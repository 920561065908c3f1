"""Draws the runner's joints, the angle, the band and what the legs do onto a picture.

The near leg is blue, the far one orange, as on the page and in the report; the band is green.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.leg_colours import BODY_RGB, FAR_RGB, NEAR_RGB
from hipdrive.overlay.lettering import write
from hipdrive.overlay.measured import PEAK
from hipdrive.types.angle import deg_from_bam

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.overlay.measured import LegEvent, Moment, Points, SeenRunner
    from hipdrive.texts.phrases import Phrases
    from hipdrive.types.band import Band
    from hipdrive.types.frame import RgbImage

BAND_RGB, ANGLE_RGB, OUTLINE_RGB = (0, 158, 115), (255, 255, 255), (20, 24, 28)
"""The band's green is of the legs' palette too."""
NEAR_LEG = ("near_hip", "near_knee", "near_ankle")
FAR_LEG = ("far_hip", "far_knee", "far_ankle")
TRUNK = ("near_hip", "shoulder")
BAND_OPACITY = 0.4
BAND_LENGTH, ARC_LENGTH = 1.05, 0.55
"""Radii of the band and of the arc, in lengths of the thigh."""
STEP_DEG = 2.0


def draw_body(image: RgbImage, moment: Moment, scale: float, say: Phrases) -> None:
    """Draw all that belongs to the runner.

    Args:
        image: uint8 [height, width, 3], RGB; drawn into.
        moment: what is known of it.
        scale: thickness of the lines, 1 for a picture 480 px high.
        say: the words of what the legs do.
    """
    body = moment.body
    if body is None:
        return
    if body.thigh_ext_deg is not None and moment.coach.band is not None:
        _draw_band(image, body, body.thigh_ext_deg, moment.coach.band)
    _draw_line(image, [body[joint] for joint in FAR_LEG], FAR_RGB, 3 * scale)
    _draw_line(image, [body[joint] for joint in TRUNK], BODY_RGB, 3 * scale)
    if body.thigh_ext_deg is not None:
        _draw_angle(image, body, body.thigh_ext_deg, scale)
    _draw_line(image, [body[joint] for joint in NEAR_LEG], NEAR_RGB, 4 * scale)
    for event in moment.events:
        _draw_event(image, body, event, scale, say)


def _draw_band(image: RgbImage, body: SeenRunner, now_deg: float, band: Band) -> None:
    """The wedge below the hip in which the thigh's furthest point back is wanted."""
    low_deg, high_deg = deg_from_bam(band.low_bam), deg_from_bam(band.high_bam)
    edge = _arc(body, now_deg, low_deg, high_deg, BAND_LENGTH)
    wedge = np.concatenate([body["near_hip"][np.newaxis], edge])
    if not np.isfinite(wedge).all():
        return
    left, top, width, height = cv2.boundingRect(np.rint(wedge).astype(np.int32))
    left, top = max(left, 0), max(top, 0)
    part = image[top : top + height, left : left + width]
    if not part.size:
        return
    filled = part.copy()
    cv2.fillPoly(filled, [_pixels(wedge - (left, top))], BAND_RGB, cv2.LINE_AA)
    cv2.addWeighted(filled, BAND_OPACITY, part, 1 - BAND_OPACITY, 0, dst=part)


def _draw_angle(image: RgbImage, body: SeenRunner, deg: float, scale: float) -> None:
    """The vertical, dashed, the arc from it to the thigh, and the angle in figures."""
    if not np.isfinite(np.concatenate([body["near_hip"], body["near_knee"]])).all():
        return
    hip = body["near_hip"]
    (end,) = _arc(body, deg, 0.0, 0.0, 1.0)[:1]
    for number in range(0, 10, 2):
        dash = [hip + (end - hip) * share / 10 for share in (number, number + 1)]
        _draw_line(image, dash, ANGLE_RGB, scale)
    arc = _arc(body, deg, min(0.0, deg), max(0.0, deg), ARC_LENGTH)
    _draw_line(image, list(arc), ANGLE_RGB, 2 * scale)
    beside = hip[0] + 0.35 * (end[1] - hip[1]) * body.forward, hip[1]
    write(image, f"{deg:.0f}°", beside, 0.7 * scale, ANGLE_RGB, centred=True)


def _arc(
    body: SeenRunner, now_deg: float, low_deg: float, high_deg: float, radius: float
) -> Points:
    """Points around the near hip, from one thigh extension to another.

    Their directions are turned from where the thigh is, whose extension is known: so they agree
    with it also where the camera's roll was taken off.

    Args:
        body: the runner.
        now_deg: extension of the thigh as it is drawn.
        low_deg: from where.
        high_deg: to where.
        radius: in lengths of the thigh.
    """
    steps = max(2, int((high_deg - low_deg) / STEP_DEG) + 2)
    turns = np.radians(np.linspace(low_deg, high_deg, steps) - now_deg) * body.forward
    x, y = (body["near_knee"] - body["near_hip"]) * radius
    turned = [x * np.cos(turns) - y * np.sin(turns), x * np.sin(turns) + y * np.cos(turns)]
    points: Points = body["near_hip"] + np.stack(turned, axis=1)
    return points


def _draw_event(
    image: RgbImage, body: SeenRunner, event: LegEvent, scale: float, say: Phrases
) -> None:
    """A ring around the joint that it is about, and for the near leg its name."""
    leg = "near" if event.near else "far"
    place = body[f"{leg}_{'knee' if event.name == PEAK else 'ankle'}"]
    if not np.isfinite(place).all():
        return
    (centre,) = _pixels(place[np.newaxis]).tolist()
    for rgb, wider in ((OUTLINE_RGB, 3), (NEAR_RGB if event.near else FAR_RGB, 0)):
        radius, thickness = round(9 * scale), max(1, round((2 + wider) * scale))
        cv2.circle(image, centre, radius, rgb, thickness, cv2.LINE_AA)
    if event.near:
        label = say(event.name)
        if event.deg is not None:
            label += f" {say.number(event.deg, 1)}°"
        behind = place[0] - 16 * scale * body.forward, place[1] + 22 * scale
        write(image, label, behind, 0.55 * scale, NEAR_RGB, right=body.forward > 0)


def _draw_line(
    image: RgbImage, points: Sequence[Points], rgb: tuple[int, int, int], width: float
) -> None:
    """A line through the points that are known, in its colour with a dark edge."""
    for colour, thickness in ((OUTLINE_RGB, width + 2), (rgb, width)):
        for one, other in pairwise(points):
            if np.isfinite(one).all() and np.isfinite(other).all():
                start, end = _pixels(np.stack([one, other])).tolist()
                cv2.line(image, start, end, colour, max(1, round(thickness)), cv2.LINE_AA)


def _pixels(points: Points) -> cv2.typing.MatLike:
    """Whole pixels, kept to what OpenCV takes for a place."""
    return np.rint(points).clip(-20_000, 20_000).astype(np.int32)
