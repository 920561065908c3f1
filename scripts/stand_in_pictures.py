"""Random pictures of rendered runners for the stand-in model to learn from."""

from __future__ import annotations

import itertools
import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import SourceError
from hipdrive.pose.crop import BodyPosition, Window, search_windows
from hipdrive.pose.letterbox import letterbox
from hipdrive.pose.movenet.model import WINDOW
from hipdrive.rendered.keypoints import joint_pixels
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import Painter
from hipdrive.rendered.truth import Truth
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    import numpy.typing as npt

SIZE = 192
SEED, HELD_OUT_SEED = 20_261_123, 77
PER_RUNNER = 40
"""Pictures of one runner: another way to run takes longer to find than a picture to draw."""
SEARCHING, EMPTY, PASSED_BY = 0.22, 0.08, 0.15
"""Shares of pictures that show more than the tracked crop, and nobody, and of runners with somebody
behind them."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is learnt from.

    Attributes:
        images: uint8 [n, 192, 192, 3].
        points: float32 [n, 17, 2], y and x in pixels of the picture; NaN where not in it.
        left: bool [n], True where the runner faces left and shows the left leg.
    """

    images: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]
    left: npt.NDArray[np.bool_]


def some_settings(chance: np.random.Generator) -> RenderedSettings:
    """A runner, a room and a camera like none before."""

    def between(low: float, high: float) -> float:
        return float(chance.uniform(low, high))

    def colour(low: int, high: int) -> str:
        return "#" + "".join(f"{value:02x}" for value in chance.integers(low, high, 3))

    skins = ("#f1c9a5", "#e0ac83", "#c68863", "#a1694a", "#7c4a32", "#573322", "#3c2418")
    speed = between(2.2, 4.6)
    peak = between(9, 19) + 4 * (speed - 2.2)
    return RenderedSettings.model_validate(
        {
            "seconds": 12.0,
            "seed": int(chance.integers(1 << 31)),
            "runner": {
                "height_m": between(1.5, 1.98),
                "build": between(0.85, 1.3),
                "facing": str(chance.choice(["left", "right"])),
                "thigh_ext_deg": peak,
                "stride_sd_deg": 1.5,
                "cadence_spm": between(155, 190),
                "overstride_m": between(0.14, 0.26),
                "trunk_lean_deg": between(0, 14),
                "knee_swing_deg": between(85, 125),
                "thigh_swing_deg": between(28, 52),
            },
            "treadmill": {"speed_mps": speed, "incline_percent": between(-2, 8)},
            "camera": {
                "distance_m": between(2.5, 3.8),
                "height_m": between(0.7, 1.3),
                "roll_deg": between(-6, 6),
                "yaw_deg": between(-16, 16),
                "exposure_ms": float(chance.choice([2.0, 2.0, 2.0, 8.0])),
                "noise": between(0, 14),
            },
            "scene": {
                "skin": str(chance.choice(skins)),
                "hair": colour(10, 120),
                "shirt": colour(10, 250),
                "shorts": colour(10, 200),
                "shoes": colour(20, 255),
                "background": str(chance.choice(["gym", "gym", "plain", "window"])),
                "light": between(0.55, 1.3),
                "second_person": bool(chance.random() < PASSED_BY),
            },
        }
    )


def some_pictures(seed: tuple[int, int]) -> Pictures:
    """Pictures of one random runner."""
    chance = np.random.default_rng(seed)
    while True:
        try:
            settings = some_settings(chance)
            truth = Truth(settings)
            break
        except SourceError:
            continue  # nobody can run like that
    camera = settings.camera
    painter = Painter(truth)
    t_s = chance.uniform(0.5, settings.seconds - 0.5, PER_RUNNER)
    pixels = joint_pixels(truth, painter.view, t_s)
    canvas = np.empty((camera.height_px, camera.width_px, 3), np.uint8)
    images = np.empty((PER_RUNNER, SIZE, SIZE, 3), np.uint8)
    points = np.empty((PER_RUNNER, len(COCO_17), 2), np.float32)
    searches = list(search_windows(camera.width_px, camera.height_px))
    for index, picture in enumerate(painter.pictures(t_s, itertools.repeat(canvas))):
        kind = chance.random()
        if kind < EMPTY:
            painter.empty(t_s[index], canvas)
            window = searches[int(chance.integers(len(searches)))]
        elif kind < EMPTY + SEARCHING:
            window = searches[int(chance.integers(len(searches)))]
        else:
            window = tracked(pixels[index], chance)
        letterbox(picture, window, images[index])
        corner, size = (window.left_px, window.top_px), (window.width_px, window.height_px)
        found = (pixels[index] + 0.5 - corner) * SIZE / size
        outside = ((found < 0) | (found >= SIZE)).any(axis=1) | (kind < EMPTY)
        found[outside] = np.nan
        points[index] = found[:, ::-1]
    return Pictures(images, points, np.full(PER_RUNNER, truth.near_side is Side.LEFT))


def tracked(pixels: npt.NDArray[np.float64], chance: np.random.Generator) -> Window:
    """A window as the tracking crop would have it, a little off."""
    left = {name: index for index, name in enumerate(COCO_17.joints)}
    hips = pixels[[left["left_hip"], left["right_hip"]]].mean(axis=0)
    shoulders = pixels[[left["left_shoulder"], left["right_shoulder"]]].mean(axis=0)
    torso = float(np.hypot(*(hips - shoulders))) * chance.uniform(0.85, 1.2)
    x, y = hips + chance.normal(0, 0.2, 2) * torso
    return BodyPosition(x, y, torso).window(WINDOW)


def pictures(count: int, seed: int) -> Pictures:
    """So many pictures, drawn by all cores."""
    runners = [(seed, number) for number in range(-(-count // PER_RUNNER))]
    with multiprocessing.get_context("spawn").Pool() as pool:
        drawn = pool.map(some_pictures, runners, chunksize=4)
    return Pictures(
        np.concatenate([part.images for part in drawn])[:count],
        np.concatenate([part.points for part in drawn])[:count],
        np.concatenate([part.left for part in drawn])[:count],
    )
