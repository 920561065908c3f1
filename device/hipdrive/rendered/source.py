"""The rendered runner as a source of frames."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.camera.source import ClosedOnExit
from hipdrive.rendered.figure import figure
from hipdrive.rendered.mesh import shadow
from hipdrive.rendered.others import WALK_MPS, walker
from hipdrive.rendered.people import PasserBy, Reflection, runner
from hipdrive.rendered.scene import Scene
from hipdrive.rendered.times import all_seconds, frame_times_ns
from hipdrive.rendered.truth import Truth
from hipdrive.rendered.view import View
from hipdrive.types.frame import FRAMES_IN_USE, Frame
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.types.frame import RgbImage

SUBFRAME_MS = 4.0
"""A longer exposure is the mean of several pictures."""
_NOISE_MARGIN_PX = 61
_CHUNK = 256


class RenderedRunner(ClosedOnExit):
    """Draws a runner of whom everything is known.

    Args:
        settings: who, where, how long.
        name: what the operator calls it.

    Attributes:
        truth: every answer.
        frame_count: how many frames will come.
        warnings: none.

    Raises:
        SourceError: no runner can do what the settings ask.
    """

    def __init__(self, settings: RenderedSettings, name: str = "rendered:") -> None:
        self.name = name
        self.warnings: list[str] = []
        self.truth = Truth(settings)
        self.t_ns = frame_times_ns(settings)
        self.frame_count = len(self.t_ns)
        self._settings = settings
        self._painter = Painter(self.truth)

    def __iter__(self) -> Iterator[Frame]:
        camera = self._settings.camera
        shape = (FRAMES_IN_USE, camera.height_px, camera.width_px, 3)
        images = itertools.cycle(np.empty(shape, np.uint8))
        for first in range(0, len(self.t_ns), _CHUNK):
            times = self.t_ns[first : first + _CHUNK]
            for t_ns, picture in zip(
                times, self._painter.pictures(all_seconds(times), images), strict=True
            ):
                yield Frame(int(t_ns), picture)

    def close(self) -> None:
        """Nothing to free."""


class Painter:
    """Draws the pictures of a runner, at any times.

    Args:
        truth: who runs.
    """

    def __init__(self, truth: Truth) -> None:
        self._truth = truth
        settings = truth.settings
        self.view = View.of(settings)
        self._scene = Scene(settings, truth.slope, self.view)
        self._runner = runner(settings, truth.slope)
        self._near_is_left = truth.near_side is Side.LEFT
        mirror = settings.scene.background == "mirror"
        self._reflection = Reflection(settings, truth.slope) if mirror else None
        self._other = PasserBy(settings) if settings.scene.second_person else None
        self._casts_shadow = settings.runner.figure == "mesh"
        # Beside capsules the other one is drawn over the treadmill, as those rows were measured.
        self._behind = settings.runner.figure == "mesh" and bool(self._reflection or self._other)
        camera = settings.camera
        self._subframes = max(1, round(camera.exposure_ms / SUBFRAME_MS))
        self._noise = _Noise(camera.noise, camera.height_px, camera.width_px, settings.seed)

    def joint_positions(self, t_s: Array) -> JointPositions:
        """The runner's joints in metres, also while away."""
        running = figure(self._truth.body, self._truth.at(t_s), near_is_left=self._near_is_left)
        for start, end in self._truth.settings.runner.away:
            gone = (t_s >= start) & (t_s < end)
            if not gone.any():
                continue
            leaving = t_s < (start + end) / 2
            distance_m = WALK_MPS * np.minimum(t_s - start, end - t_s)
            for forwards in (False, True):
                here = gone & (leaving != forwards)
                walking = walker(
                    self._truth.body, t_s, forwards=forwards, near_is_left=self._near_is_left
                )
                for name, position in walking.items():
                    running[name][here] = (
                        position[here]
                        - np.stack([distance_m, 0 * distance_m, 0 * distance_m], 1)[here]
                    )
        return running

    def pictures(self, t_s: Array, images: Iterator[RgbImage]) -> Iterator[RgbImage]:
        """One picture for each time, each drawn into the next of `images`."""
        exposure_s = self._truth.settings.camera.exposure_ms / 1000
        count = self._subframes
        spread = (np.arange(count) - (count - 1) / 2) * exposure_s / count
        times_s = (t_s[:, None] + spread).ravel()
        joints = self.joint_positions(times_s)
        for index, image in enumerate(itertools.islice(images, len(t_s))):
            if count == 1:
                self._draw(image, joints, index, times_s[index])
            else:
                self._blend(image, joints, range(index * count, index * count + count), times_s)
            self._noise.add(image, round(t_s[index] * 1e6))
            yield image

    def empty(self, t_s: float, image: RgbImage) -> None:
        """Draw the room without the runner."""
        self._room(image, t_s)
        self._scene.draw_before(image)
        self._noise.add(image, round(t_s * 1e6))

    def _blend(
        self, image: RgbImage, joints: JointPositions, indices: range, times_s: Array
    ) -> None:
        total = np.zeros(image.shape, np.float32)
        for index in indices:
            self._draw(image, joints, index, times_s[index])
            cv2.accumulate(image, total)
        np.rint(total / len(indices), out=total)
        image[:] = total

    def _draw(self, image: RgbImage, joints: JointPositions, index: int, t_s: float) -> None:
        self._room(image, t_s)
        if self._reflection:
            self._reflection.draw(image, joints, index, self.view)
            self._before_the_wall(image, t_s)
        if self._casts_shadow:
            shadow.cast(image, joints, index, self.view, self._truth.slope)
        self._runner.draw(image, joints, index, self.view)
        self._scene.draw_before(image)

    def _room(self, image: RgbImage, t_s: float) -> None:
        self._scene.draw(image, t_s)
        self._before_the_wall(image, t_s)

    def _before_the_wall(self, image: RgbImage, t_s: float) -> None:
        """A second person who walks by, and the treadmill in front of them or of a mirror."""
        if self._other:
            self._other.draw(image, t_s, self.view)
        if self._behind:
            self._scene.draw_treadmill(image, t_s)


@dataclass(frozen=True, slots=True)
class _Tile:
    brighter: RgbImage
    darker: RgbImage


class _Noise:
    """The sensor's noise: windows of one large tile, chosen by the frame's time."""

    def __init__(self, sd: float, height_px: int, width_px: int, seed: int) -> None:
        self._size = height_px, width_px
        self._seed = seed
        self._tile: _Tile | None = None
        if sd:
            shape = (height_px + _NOISE_MARGIN_PX, width_px + _NOISE_MARGIN_PX, 3)
            chance = np.random.default_rng((seed, 4))
            noise = np.rint(chance.standard_normal(shape, np.float32) * sd)
            self._tile = _Tile(
                noise.clip(0, 255).astype(np.uint8), (-noise).clip(0, 255).astype(np.uint8)
            )

    def add(self, image: RgbImage, time_us: int) -> None:
        if self._tile is None:
            return
        height_px, width_px = self._size
        top, left = (
            (time_us * prime + self._seed) % 8191 % _NOISE_MARGIN_PX for prime in (7919, 6101)
        )
        window = np.s_[top : top + height_px, left : left + width_px]
        cv2.add(image, self._tile.brighter[window], dst=image)
        cv2.subtract(image, self._tile.darker[window], dst=image)
