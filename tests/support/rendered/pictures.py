"""Pictures of rendered runners, and clothes by whose colour a part of the body is known."""

from __future__ import annotations

import itertools
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hipdrive.rendered.source import Painter
from support.rendered.runners import Array, asked, joints, sighted, truth_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.rendered.truth import Truth
    from hipdrive.types.frame import RgbImage

    Mask: TypeAlias = npt.NDArray[np.bool_]

SIGNAL = {
    "skin": "#ff0000",
    "shoes": "#00ff00",
    "shirt": "#0000ff",
    "shorts": "#0000ff",
    "background": "plain",
}
"""Red legs with green shoes under blue clothes, before a grey wall."""
CLEAN = {"noise": 0.0}


@cache
def usual(facing: str = "right") -> Truth:
    return truth_of(runner={"facing": facing})


def filmed(truth: Truth, **tables: Any) -> Truth:  # noqa: ANN401  # tables of keys, as in a file
    """The same runner with another camera, in other clothes or another room."""
    assert not tables.keys() & {"runner", "treadmill"}
    changed = copy(truth)
    changed.settings = asked(runner=truth.settings.runner.model_dump(), **tables)
    return changed


def blank(truth: Truth) -> RgbImage:
    camera = truth.settings.camera
    return np.zeros((camera.height_px, camera.width_px, 3), np.uint8)


def pictures(truth: Truth, t_s: Array) -> list[RgbImage]:
    return [
        picture.copy() for picture in Painter(truth).pictures(t_s, itertools.repeat(blank(truth)))
    ]


def picture(truth: Truth, t_s: float) -> RgbImage:
    return pictures(truth, np.array([t_s]))[0]


def room(truth: Truth, t_s: float) -> RgbImage:
    """Without the runner."""
    image = blank(truth)
    Painter(truth).empty(t_s, image)
    return image


def differs(one: RgbImage, other: RgbImage) -> Mask:
    """Where two pictures differ by more than what rounding does."""
    difference: Mask = np.abs(one.astype(int) - other).max(axis=2) > 24
    return difference


def joint_px(truth: Truth, t_s: Array, joint: str) -> Array:
    """Where geometry puts a joint, [times, 2]."""
    return sighted(truth.settings, joints(truth, t_s)[joint])


def colour_at(image: RgbImage, pixel: Array) -> tuple[int, int, int]:
    x, y = np.rint(pixel).astype(int)
    red, green, blue = image[y, x].tolist()
    return red, green, blue


def is_red(colour: tuple[int, int, int]) -> bool:
    return colour[0] > 100 and max(colour[1:]) < 30


def is_green(colour: tuple[int, int, int]) -> bool:
    return colour[1] > 100 and max(colour[0], colour[2]) < 30
