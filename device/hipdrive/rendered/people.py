"""Who is drawn: the runner, their image in a mirror, and a person who walks by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from hipdrive.rendered.body import Body
from hipdrive.rendered.drawing import CapsuleFigure
from hipdrive.rendered.mesh.dressed import dressed
from hipdrive.rendered.mesh.motion import SegmentMotion
from hipdrive.rendered.mesh.painting import Light, MeshFigure
from hipdrive.rendered.others import to_and_fro, walker
from hipdrive.rendered.scene import FLOOR_M, WALL_BEHIND_M
from hipdrive.rendered.settings import SceneSettings

if TYPE_CHECKING:
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.rendered.view import View
    from hipdrive.types.frame import RgbImage

MIRRORED = 0.8
"""A mirror gives back so much of the light."""
BACKLIT = 0.7
"""Before a window a camera shows people darker."""
PASSER_SHADE = 0.85
GYMS = ("machines", "mirror")
AISLE_M = 0.75
"""Behind the runner, between their treadmill and the row of others."""
PASSER_M, PASSER_BUILD = 1.68, 1.1


class Drawable(Protocol):
    """A person whose joints are known, to be drawn."""

    def draw(self, image: RgbImage, joints: JointPositions, index: int, view: View) -> None:
        """Draw them as they are at the time with this index."""


def runner(settings: RenderedSettings, slope: float) -> Drawable:
    """The runner, on a belt of this slope in radians."""
    who, scene = settings.runner, settings.scene
    if who.figure == "capsules":
        return CapsuleFigure(scene, who.height_m, who.build)
    return _mesh(settings, slope)


class Reflection:
    """What a mirror on the wall shows of the runner.

    Args:
        settings: who, and where.
        slope: of the belt, radians.
    """

    def __init__(self, settings: RenderedSettings, slope: float) -> None:
        self._figure = _mesh(settings, slope, shade=MIRRORED, mirrored=True)
        self._mirror_m = -_camera_side(settings) * WALL_BEHIND_M

    def draw(self, image: RgbImage, joints: JointPositions, index: int, view: View) -> None:
        """Draw it, the runner being there."""
        turned, moved = np.array([1, -1, 1]), np.array([0, 2 * self._mirror_m, 0])
        reflected = {
            name: position[index : index + 1] * turned + moved for name, position in joints.items()
        }
        self._figure.draw(image, reflected, 0, view)


class PasserBy:
    """A person who walks to and fro behind the treadmill.

    Args:
        settings: of the runner and the room.
    """

    def __init__(self, settings: RenderedSettings) -> None:
        scene = SceneSettings(
            skin="#8d5a3b",
            shirt="#7a3b3b",
            shorts="#4a4a58",
            hair="#1c1512",
            light=settings.scene.light,
        )
        self._body = Body(PASSER_M)
        self._near_is_left = settings.runner.facing == "left"
        self._figure = self._drawn(settings, scene)
        behind_m = AISLE_M if settings.scene.background in GYMS else 0.75 * WALL_BEHIND_M
        self._floor = np.array([0.0, -behind_m * _camera_side(settings), FLOOR_M])

    def draw(self, image: RgbImage, t_s: float, view: View) -> None:
        """Draw them as they are at a time."""
        time_s = np.array([t_s])
        x_m, forwards = to_and_fro(time_s, 0.0)
        joints = walker(
            self._body, time_s, forwards=bool(forwards[0]), near_is_left=self._near_is_left
        )
        shift = self._floor + np.array([x_m[0], 0.0, 0.0])
        positions = {name: position + shift for name, position in joints.items()}
        self._figure.draw(image, positions, 0, view)

    def _drawn(self, settings: RenderedSettings, scene: SceneSettings) -> Drawable:
        if settings.runner.figure == "capsules":
            return CapsuleFigure(scene, self._body.height_m, PASSER_BUILD, shade=PASSER_SHADE)
        person = dressed("male", PASSER_BUILD, self._body.height_m, scene.legwear)
        light = Light(scene.light * PASSER_SHADE, _camera_side(settings))
        return MeshFigure(person, SegmentMotion(person), scene, light)


def _mesh(
    settings: RenderedSettings, slope: float, shade: float = 1.0, *, mirrored: bool = False
) -> MeshFigure:
    who, scene = settings.runner, settings.scene
    person = dressed(who.sex, who.build, who.height_m, scene.legwear)
    backlit = BACKLIT if scene.background == "window" else 1.0
    # The lamp is mirrored as well.
    side = _camera_side(settings) * (-1.0 if mirrored else 1.0)
    light = Light(scene.light * shade * backlit, side)
    return MeshFigure(person, SegmentMotion(person, slope), scene, light)


def _camera_side(settings: RenderedSettings) -> float:
    """1 with the camera to the runner's left, -1 to the right."""
    return 1.0 if settings.runner.facing == "left" else -1.0
