"""How long a camera over USB may expose: 1/500 s where its pictures are bright enough then.

V4L2 has no way to say "by yourself, and no longer than". So the longest exposure is tried, and
where the picture is too dark, the camera is left to itself, and it is said how long it exposes.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from hipdrive.camera.exposure import LONGEST_US, too_dark
from hipdrive.camera.v4l2_controls import AutoExposure, CameraControl
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.camera.v4l2_controls import V4l2Controls
    from hipdrive.config import CameraConfig
    from hipdrive.types.frame import RgbImage

UNIT_US = 100
LOOK_NS = NS_PER_S
DARK, BRIGHT = 50, 205
"""Mean of a picture, of 255, between which there is light for an exposure."""
STEP_PX = 8
"""Every so many pixels one is looked at."""


class _Mode(Enum):
    FIXED, TRIED, FREE = auto(), auto(), auto()


class UsbExposure:
    """What the camera is told, by the brightness of its pictures.

    Args:
        config: a fixed exposure, a fixed gain.
        controls: of the camera.
    """

    def __init__(self, config: CameraConfig, controls: V4l2Controls) -> None:
        self._config = config
        self._controls = controls
        self._mode = _Mode.TRIED
        self._looked_ns: int | None = None
        self._said = ""

    @property
    def warnings(self) -> list[str]:
        """What cannot be done, or is too dark."""
        return [self._said] if self._said else []

    def begin(self) -> None:
        """The camera was opened, or a session begins: tell it, and try the longest exposure."""
        config, controls = self._config, self._controls
        self._looked_ns, self._said = None, ""
        controls.set(CameraControl.EXPOSURE_AUTO_PRIORITY, 0)
        if config.gain and not controls.set(CameraControl.GAIN, round(config.gain)):
            self._said = "its gain cannot be set"
        self._mode = _Mode.FIXED if config.exposure_us else _Mode.TRIED
        exposure_us = config.exposure_us or LONGEST_US
        manual = controls.set(CameraControl.EXPOSURE_AUTO, AutoExposure.MANUAL)
        units = max(exposure_us // UNIT_US, 1)
        if not (manual and controls.set(CameraControl.EXPOSURE_ABSOLUTE, units)):
            self._said = "its exposure cannot be set, so it may be longer than 1/500 s"
            self._leave_to_itself()

    def look(self, t_ns: int, image: RgbImage) -> None:
        """Look at a picture, once a second."""
        first = self._looked_ns is None
        if self._looked_ns is not None and t_ns - self._looked_ns < LOOK_NS:
            return
        self._looked_ns = t_ns
        # The first may have been taken before the camera did as it was told.
        if first or self._mode is _Mode.FIXED:
            return
        if self._mode is _Mode.TRIED:
            if DARK <= image[::STEP_PX, ::STEP_PX].mean() <= BRIGHT:
                return
            self._leave_to_itself()
        else:
            self._note()

    def _leave_to_itself(self) -> None:
        self._mode = _Mode.FREE
        for automatic in (AutoExposure.APERTURE_PRIORITY, AutoExposure.AUTO):
            if self._controls.set(CameraControl.EXPOSURE_AUTO, automatic):
                return

    def _note(self) -> None:
        """Say how long it exposes, where it tells."""
        units = self._controls.get(CameraControl.EXPOSURE_ABSOLUTE)
        if units is None or self._said:
            return
        if units * UNIT_US > LONGEST_US:
            self._said = too_dark(units * UNIT_US)
