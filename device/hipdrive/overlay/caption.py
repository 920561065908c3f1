"""The plate in a picture's corner: the mean against its band, the last strides, and the cues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.leg_colours import BODY_RGB, NEAR_RGB
from hipdrive.overlay.drawing import BAND_RGB, OUTLINE_RGB
from hipdrive.overlay.lettering import text_width, write
from hipdrive.texts import coach as texts
from hipdrive.texts.phrases import Phrases
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.overlay.measured import Moment
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.frame import RgbImage

WIDTH, HEIGHT, MARGIN = 280, 118, 10
"""Of the plate and around it, px in a picture 480 px high."""
OPACITY = 0.72
LEAST_SPAN_DEG = 12.0
"""As on the page: a small scatter is not to look like a large one."""
SMALL, LARGE = 0.45, 1.5
LIGHT_RGB = {
    CueKind.LED_BASELINE: (60, 220, 110),
    CueKind.LED_IN_BAND: (60, 220, 110),
    CueKind.LED_BELOW: (255, 176, 0),
    CueKind.LED_ABOVE: (90, 160, 255),
    CueKind.LED_QUICKER_STEPS: (90, 160, 255),
    CueKind.LED_LOOK_AHEAD: (90, 160, 255),
    CueKind.LED_LOST: (90, 160, 255),
}
DARK_RGB, BUZZ_RGB = (70, 76, 82), (255, 90, 90)


@dataclass(frozen=True, slots=True)
class _Plate:
    """A part of the picture, darkened, with places in it in px of a picture 480 px high."""

    image: RgbImage
    scale: float

    def text(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        rgb: tuple[int, int, int] = BODY_RGB,
    ) -> None:
        """A line that begins there."""
        at = ((MARGIN + x) * self.scale, (MARGIN + y) * self.scale)
        write(self.image, text, at, size * self.scale, rgb)

    def box(
        self, left: float, top: float, right: float, bottom: float, rgb: tuple[int, int, int]
    ) -> None:
        """A filled rectangle."""
        corners = np.rint((np.array([[left, top], [right, bottom]]) + MARGIN) * self.scale)
        one, other = corners.astype(int).tolist()
        cv2.rectangle(self.image, one, other, rgb, -1)

    def dot(self, x: float, y: float, radius: float, rgb: tuple[int, int, int]) -> None:
        """A filled circle."""
        centre = np.rint((np.array([x, y]) + MARGIN) * self.scale).astype(int).tolist()
        cv2.circle(self.image, centre, max(1, round(radius * self.scale)), rgb, -1, cv2.LINE_AA)


def draw_caption(image: RgbImage, moment: Moment, scale: float, language: Language) -> None:
    """Draw the plate into the upper left corner.

    Args:
        image: uint8 [height, width, 3], RGB; drawn into.
        moment: what is shown.
        scale: 1 for a picture 480 px high.
        language: of all that stands there.
    """
    margin = round(MARGIN * scale)
    height, width = round(HEIGHT * scale), round(WIDTH * scale)
    part = image[margin : margin + height, margin : margin + width]
    dark = np.full_like(part, OUTLINE_RGB)
    cv2.addWeighted(dark, OPACITY, part, 1 - OPACITY, 0, dst=part)
    plate, coach = _Plate(image, scale), moment.coach
    say = Phrases("overlay", language)
    mean = "-" if coach.mean_bam is None else f"{say.number(deg_from_bam(coach.mean_bam), 1)}°"
    plate.text(mean, 10, 46, LARGE)
    beside = 10 + text_width(mean, LARGE * scale) / scale + 10
    plate.text(say("thigh_ext"), beside, 25, SMALL)
    plate.text(_wanted(coach, say), beside, 43, SMALL)
    _draw_strides(plate, moment)
    plate.dot(18, 104, 7, LIGHT_RGB.get(coach.led, DARK_RGB))
    said = texts.said_now(coach, language)
    room = (WIDTH - 36) * scale / max(1, text_width(said, SMALL * scale))
    plate.text(said, 32, 109, SMALL * min(1.0, room))
    if moment.buzzing:
        buzz = say("buzz")
        buzz_width = text_width(buzz, SMALL * scale) / scale
        plate.text(buzz, WIDTH - 12 - buzz_width, 86, SMALL, BUZZ_RGB)


def _wanted(coach: CoachStatus, say: Phrases) -> str:
    band = coach.band
    if band is not None:
        return say("band", low=deg_from_bam(band.low_bam), high=deg_from_bam(band.high_bam))
    if coach.baseline_strides_needed:
        done, needed = coach.baseline_strides, coach.baseline_strides_needed
        return say("baseline", done=done, needed=needed)
    return say("no_band")


def _draw_strides(plate: _Plate, moment: Moment) -> None:
    """The last strides as dots over the band, the newest at the right."""
    left, right, top, bottom = 12, 210, 56, 92
    band, strides = moment.coach.band, moment.strides_deg
    edges = [] if band is None else [deg_from_bam(band.low_bam), deg_from_bam(band.high_bam)]
    if not (edges or strides):
        return
    values = [*edges, *strides]
    middle = (max(values) + min(values)) / 2
    span = max(LEAST_SPAN_DEG, 1.15 * (max(values) - min(values)))

    def y(deg: float) -> float:
        return (top + bottom) / 2 - (deg - middle) / span * (bottom - top)

    if edges:
        plate.box(left, y(edges[1]), right, y(edges[0]), BAND_RGB)
    for number, deg in enumerate(reversed(strides)):
        plate.dot(right - 6 - 10 * number, y(deg), 3, NEAR_RGB)
