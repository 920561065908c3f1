"""How long the Pi's sensor exposes, with as much light as there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from hipdrive.config import CameraConfig
from hipdrive.health.degraded import DegradedParts
from support.camera.fake_picamera2 import MOST_GAIN, Rig
from support.camera.fake_request import Shot
from support.camera.opened import BLUE, RED, open_camera, rig

if TYPE_CHECKING:
    from hipdrive.camera.pi import PiCamera

__all__ = ["rig"]

SECOND_NS = 1_000_000_000
FPS = 50


def exposed_us(rig: Rig) -> float:
    assert rig.camera is not None
    return rig.camera.exposure()["ExposureTime"]


def passing(rig: Rig, camera: PiCamera, start_s: float, seconds: float) -> list[float]:
    """Exposures of the frames of some seconds, ten a second."""
    times = [round((start_s + number / 10) * SECOND_NS) for number in range(round(10 * seconds))]
    rig.add([Shot(t_ns) for t_ns in times])
    found = []
    for _ in times:
        next(iter(camera))
        found.append(exposed_us(rig))
    return found


@pytest.mark.parametrize("needs_us", [2_500, 8_000, 2_000 * MOST_GAIN])
def test_where_gain_makes_up_for_it_a_five_hundredth_is_kept(rig: Rig, needs_us: float) -> None:
    rig.needs_us = needs_us
    with open_camera(rig, CameraConfig(fps=FPS)) as camera:
        assert set(passing(rig, camera, 1, 5)) == {2_000}
        assert camera.warnings == []


def test_in_bright_light_the_sensor_exposes_for_less(rig: Rig) -> None:
    rig.needs_us = 500
    with open_camera(rig, CameraConfig(fps=FPS)) as camera:
        assert passing(rig, camera, 1, 5)[-1] == 500
        rig.needs_us = 9_000
        # By itself it would expose for 9 ms now.
        assert passing(rig, camera, 6, 5)[-1] == 2_000
        assert camera.warnings == []


def test_in_the_dark_it_exposes_for_longer_and_says_so(rig: Rig) -> None:
    # Four times what a five hundredth can have with all of the gain.
    rig.needs_us = 4 * 2_000 * MOST_GAIN * 1.5
    with open_camera(rig, CameraConfig(fps=FPS)) as camera:
        assert passing(rig, camera, 1, 10)[-1] == pytest.approx(8_000, rel=0.15)
        (said,) = camera.warnings
        assert "camera imx708: too little light for 1/500 s: exposed for up to 1/1" in said
        rig.needs_us = 8_000
        assert passing(rig, camera, 11, 5)[-1] == 2_000
        assert camera.warnings == [said], "some of this session was dark"
        camera.begin_session(DegradedParts())
        assert camera.warnings == []


def test_it_never_exposes_for_longer_than_a_frame(rig: Rig) -> None:
    rig.needs_us = 1e9
    with open_camera(rig, CameraConfig(fps=FPS)) as camera:
        assert max(passing(rig, camera, 1, 20)) == 1_000_000 / FPS


def test_what_is_configured_is_kept_whatever_the_light(rig: Rig) -> None:
    rig.needs_us = 1e6
    with open_camera(rig, CameraConfig(fps=FPS, exposure_us=1000, gain=4.0)) as camera:
        assert set(passing(rig, camera, 1, 5)) == {1_000}
        assert rig.camera is not None
        assert rig.camera.exposure()["AnalogueGain"] == 4.0
        assert camera.warnings == []


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_the_picture_is_turned_clockwise(rig: Rig, rotation: Literal[90, 180, 270]) -> None:
    rig.add([Shot(1, RED, BLUE)])
    size = (320, 240) if rotation == 180 else (240, 320)
    config = CameraConfig(width_px=size[0], height_px=size[1], rotation_deg=rotation)
    with open_camera(rig, config) as camera:
        image = next(iter(camera)).image
        assert camera._camera.camera_configuration()["main"]["size"] == (320, 240)
    assert image.shape == (size[1], size[0], 3)
    # As filmed, red is to the left of blue.
    corner = {90: image[:100], 180: image[:, 200:], 270: image[200:]}[rotation]
    assert np.median(corner[..., 0]) > 200
    assert np.median(corner[..., 2]) < 60
