"""How long the Pi's sensor may expose: 1/500 s as long as gain makes up for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.config import CameraConfig

LONGEST_US = 2_000
"""1/500 s: a foot at 4.5 m/s is smeared by 9 mm."""
MOST_DIGITAL_GAIN = 1.5
"""More of it shows more noise and no more of the runner."""
BY_ITSELF = 0.0
"""libcamera's word for an automatic exposure, as picamera2 takes it."""
NO_GAIN = 1.01
"""There is more light than the fixed exposure can bear."""
LEAST_CHANGE = 1.15
"""Of the exposure; a smaller one is not worth the flicker."""
LOOK_NS = NS_PER_S
"""The sensor takes some frames to do as it is told, and to say so."""


def as_fraction(exposure_us: float) -> str:
    """As photographers say it."""
    return f"1/{round(1_000_000 / exposure_us)} s"


def too_dark(exposure_us: float) -> str:
    """What is said where light is short."""
    return (
        f"too little light for {as_fraction(LONGEST_US)}: exposed for up to "
        f"{as_fraction(exposure_us)}, which smears legs; put more light on the runner"
    )


class SensorExposure:
    """What the sensor is told, and told anew when light changes.

    libcamera keeps a fixed exposure and makes up for it by gain, analogue first. Where that does
    not do, the exposure is made as long as the light asks for; where there is too much light, it is
    the sensor's own, which is shorter then.

    Args:
        config: a fixed exposure, a fixed gain.
        most_gain: the sensor's largest analogue gain.
    """

    def __init__(self, config: CameraConfig, most_gain: float) -> None:
        self._fixed_us = config.exposure_us
        self._gain = config.gain
        self._most_gain = config.gain or most_gain
        self._frame_us = 1_000_000 / config.fps
        self._exposure_us = float(config.exposure_us or LONGEST_US)
        self._worst_us = 0.0
        self._looked_ns: int | None = None

    @property
    def controls(self) -> dict[str, float]:
        """Libcamera's controls as they are to be."""
        gain = {"AnalogueGain": self._gain} if self._gain else {}
        return {"ExposureTime": round(self._exposure_us), **gain}

    @property
    def warnings(self) -> list[str]:
        """What was said to be too dark since the session began."""
        return [too_dark(self._worst_us)] if self._worst_us > LONGEST_US else []

    def begin_session(self) -> None:
        """What is dark now concerns the new session too."""
        self._worst_us = 0.0 if self._fixed_us else self._exposure_us

    def changed(self, t_ns: int, metadata: Mapping[str, float]) -> dict[str, float] | None:
        """Other controls where the light asks for them.

        Args:
            t_ns: when the frame was taken.
            metadata: what the sensor says of it.
        """
        if self._fixed_us or (self._looked_ns is not None and t_ns - self._looked_ns < LOOK_NS):
            return None
        self._looked_ns = t_ns
        try:
            used_us = metadata["ExposureTime"]
            gain = metadata["AnalogueGain"] * metadata["DigitalGain"]
        except KeyError:
            return None
        wanted_us = self._wanted_us(used_us, gain)
        if wanted_us == self._exposure_us:
            return None
        self._exposure_us = wanted_us
        self._worst_us = max(self._worst_us, wanted_us)
        return self.controls

    def _wanted_us(self, used_us: float, gain: float) -> float:
        """The exposure to be fixed, us; `BY_ITSELF`: the sensor's own, as it is short enough."""
        if self._exposure_us == BY_ITSELF:
            return BY_ITSELF if used_us <= LONGEST_US else LONGEST_US
        if gain <= NO_GAIN * (self._gain or 1.0) and used_us <= LONGEST_US:
            return BY_ITSELF
        needed_us = used_us * gain / (self._most_gain * MOST_DIGITAL_GAIN)
        wanted_us = min(max(needed_us, LONGEST_US), self._frame_us)
        small = 1 / LEAST_CHANGE < wanted_us / self._exposure_us < LEAST_CHANGE
        return self._exposure_us if small and wanted_us > LONGEST_US else wanted_us
