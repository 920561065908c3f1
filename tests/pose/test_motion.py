"""What counts as motion in front of a camera that stands still."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hipdrive.pose.motion import MotionDetector

HEIGHT, WIDTH = 480, 640


def room(seed: int, level: int = 90, noise_sd: float = 3.0) -> npt.NDArray[np.uint8]:
    """A grey room with a sensor's noise."""
    noise = np.random.default_rng(seed).normal(level, noise_sd, (HEIGHT, WIDTH, 3))
    return noise.clip(0, 255).astype(np.uint8)


def with_person(image: npt.NDArray[np.uint8], left: int, contrast: int) -> npt.NDArray[np.uint8]:
    """A person of the least usable size: 150 px high, 40 px wide."""
    image = image.astype(np.int16)
    image[200:350, left : left + 40] += contrast
    return image.clip(0, 255).astype(np.uint8)


def test_noise_is_no_motion() -> None:
    moved = MotionDetector()
    assert moved(room(0)), "the first picture may show anything"
    assert not any(moved(room(seed)) for seed in range(1, 60))


def test_a_lamp_that_comes_and_goes_is_no_motion() -> None:
    moved = MotionDetector()
    moved(room(0, level=60))
    assert not any(moved(room(seed, level=60 + 40 * (seed % 2))) for seed in range(1, 20))


def test_a_small_person_who_steps_in_or_aside_is() -> None:
    moved = MotionDetector()
    moved(room(0))
    assert moved(with_person(room(1), 300, 20))
    assert not moved(with_person(room(2), 300, 20)), "who stands still does not move"
    assert moved(with_person(room(3), 340, 20))
    assert moved(room(4)), "and steps off"
