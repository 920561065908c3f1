"""The camera is a pinhole that stands, looks and is turned as told."""

from __future__ import annotations

import numpy as np
import pytest

from hipdrive.rendered.view import View
from support.rendered.runners import Tables, asked, joints, known, level, sighted

TIMES_S = np.arange(0.0, 3.0, 0.04)
CAMERAS: dict[str, Tables] = {
    "as it comes": {},
    "low": {"height_m": 0.3, "distance_m": 4.0},
    "high": {"height_m": 2.2},
    "from the front": {"yaw_deg": 25.0},
    "from behind": {"yaw_deg": -30.0, "height_m": 1.4},
    "turned": {"roll_deg": 12.0},
    "all at once": {"yaw_deg": 15.0, "roll_deg": -8.0, "height_m": 1.6, "lens_deg": 70.0},
    "upright": {"width_px": 480, "height_px": 640, "distance_m": 2.0},
}


each_facing = pytest.mark.parametrize("facing", ["left", "right"])


@each_facing
@pytest.mark.parametrize("camera", CAMERAS.values(), ids=CAMERAS)
def test_a_pinhole_sees_what_a_pinhole_should(facing: str, camera: Tables) -> None:
    settings = asked(runner={"facing": facing}, camera=camera)
    positions, view = (
        joints(known("usual" if facing == "right" else "uneven"), TIMES_S),
        View.of(settings),
    )
    for joint in ("nose", "hip_near", "knee_far", "ankle_near", "wrist_far", "shoulder_near"):
        expected = sighted(settings, positions[joint])
        assert view.project(positions[joint]) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("lens_deg", [30.0, 41.0, 75.0])
def test_the_lens_sees_its_angle_from_edge_to_edge(lens_deg: float) -> None:
    settings = level(asked(camera={"lens_deg": lens_deg}))
    camera = settings.camera
    half_m = camera.distance_m * np.tan(np.radians(lens_deg / 2))
    middle = camera.height_m
    ends = np.array([[0.0, 0.0, middle + half_m], [0.0, 0.0, middle - half_m]])
    rows = View.of(settings).project(ends)[:, 1]
    # The middle of the first pixel is 0, so that its upper edge is -0.5.
    assert rows == pytest.approx([-0.5, camera.height_px - 0.5], abs=1e-9)


def test_scale_is_the_size_of_a_metre_square_to_the_view() -> None:
    view = View.of(asked(camera={"yaw_deg": 20.0, "roll_deg": 5.0}))
    position = np.array([0.3, 0.1, 0.7])
    sideways = position + 1e-3 * view.axes[0]
    moved_px = np.linalg.norm(view.project(sideways) - view.project(position))
    assert moved_px / 1e-3 == pytest.approx(view.scale(position), rel=1e-6)
