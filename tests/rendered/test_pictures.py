"""Frames of a rendered runner: repeatable, as blurred, noisy and bright as asked."""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.rendered.source import RenderedRunner
from hipdrive.types.frame import FRAMES_IN_USE
from support.rendered.pictures import (
    CLEAN,
    SIGNAL,
    colour_at,
    differs,
    filmed,
    is_green,
    joint_px,
    picture,
    pictures,
    room,
    usual,
)
from support.rendered.runners import asked

if TYPE_CHECKING:
    from hipdrive.camera.source import FrameSource
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.types.frame import RgbImage

SWING_S = 0.55
"""A time at which the near foot goes forward fast."""
WALL = np.s_[:60, :160]
"""Rows and columns of a corner where nobody ever is."""


def short(seed: int = 1, noise: float = 3.0, background: str = "gym") -> RenderedSettings:
    return asked(
        seconds=1.0,
        seed=seed,
        camera={"noise": noise, "fps": 12.0, "jitter_ms": 5.0},
        scene={"background": background},
    )


@cache
def usual_source() -> RenderedRunner:
    return RenderedRunner(short())


def frames(source: FrameSource) -> list[tuple[int, bytes]]:
    return [(frame.t_ns, frame.image.tobytes()) for frame in source]


def grey(image: RgbImage) -> float:
    return float(image.mean())


# The source


def test_the_same_seed_gives_the_same_frames() -> None:
    assert frames(RenderedRunner(short())) == frames(usual_source())


@pytest.mark.parametrize(("noise", "background"), [(3.0, "plain"), (0.0, "gym")])
def test_another_seed_gives_other_pictures(noise: float, background: str) -> None:
    """Another sensor's noise, or another room."""
    one, other = (
        [image for _, image in frames(RenderedRunner(short(seed, noise, background)))]
        for seed in (1, 2)
    )
    assert all(a != b for a, b in zip(one, other, strict=True))


def test_frames_come_again_to_whoever_asks_again() -> None:
    assert frames(usual_source()) == frames(usual_source())


def test_a_source_tells_what_it_is() -> None:
    with RenderedRunner(short(), name="rendered:slow.toml") as source:
        assert source.name == "rendered:slow.toml"
        assert source.frame_count == len(list(source)) == 12
        assert source.warnings == []
    source.close()


def test_times_rise_from_frame_to_frame() -> None:
    times = [t_ns for t_ns, _ in frames(usual_source())]
    assert times == sorted(set(times))


def test_pictures_are_as_large_as_asked_and_rgb_in_bytes() -> None:
    settings = asked(seconds=1.0, camera={"width_px": 200, "height_px": 300, "fps": 5.0})
    for frame in RenderedRunner(settings):
        assert frame.image.shape == (300, 200, 3)
        assert frame.image.dtype == np.uint8


def test_all_frames_share_as_many_memories_in_turn_as_are_in_use() -> None:
    frames = list(itertools.islice(usual_source(), 2 * FRAMES_IN_USE))
    for one, other in itertools.combinations(frames[:FRAMES_IN_USE], 2):
        assert not np.shares_memory(one.image, other.image)
    for one, other in zip(frames, frames[FRAMES_IN_USE:], strict=False):
        assert np.shares_memory(one.image, other.image)


def test_a_frame_stands_until_so_many_more_are_asked_for() -> None:
    source = iter(usual_source())
    first = next(source)
    before = first.image.copy()
    assert len(list(usual_source())) == 12
    for _ in range(FRAMES_IN_USE - 1):
        assert np.array_equal(first.image, before)
        next(source)
    assert np.array_equal(first.image, before)
    next(source)
    assert not np.array_equal(first.image, before)


# Exposure


def test_a_longer_exposure_is_the_mean_over_its_time() -> None:
    """Of 24 ms: the same as a dozen sharp pictures two apart."""
    sharp = filmed(usual(), camera={**CLEAN, "exposure_ms": 0.0}, scene=SIGNAL)
    long = filmed(usual(), camera={**CLEAN, "exposure_ms": 24.0}, scene=SIGNAL)
    times_s = SWING_S + np.linspace(-11e-3, 11e-3, 12)
    mean = np.mean([image.astype(float) for image in pictures(sharp, times_s)], axis=0)
    blurred = np.abs(picture(long, SWING_S) - mean).mean()
    assert blurred < 0.5 * np.abs(picture(sharp, SWING_S) - mean).mean()


def test_a_longer_exposure_smears_what_moves() -> None:
    areas = []
    for exposure_ms in (0.0, 10.0, 30.0):
        truth = filmed(
            usual(), camera={**CLEAN, "exposure_ms": exposure_ms}, scene={"background": "plain"}
        )
        areas.append(np.sum(differs(picture(truth, SWING_S), room(truth, SWING_S))))
    assert areas == sorted(set(areas))
    assert areas[2] > 1.04 * areas[0]


def test_a_foot_on_the_belt_is_smeared_along_it_and_stays_at_the_middle() -> None:
    truth = filmed(usual(), camera={**CLEAN, "exposure_ms": 20.0}, scene=SIGNAL)
    t_s = 0.1 + 0.08
    (ankle,) = joint_px(truth, np.array([t_s]), "ankle_near")
    assert is_green(colour_at(picture(truth, t_s), ankle))


# Noise and light


@pytest.mark.parametrize("sd", [1.0, 6.0, 15.0])
def test_noise_is_as_strong_as_asked(sd: float) -> None:
    clean, noisy = (
        picture(filmed(usual(), camera={"noise": noise}, scene={"background": "plain"}), 0.4)
        for noise in (0.0, sd)
    )
    wall = clean[WALL].astype(int)
    assert 4 * sd < wall.min()
    assert wall.max() < 255 - 3 * sd
    error = noisy[WALL] - wall
    # Whole numbers add the variance of rounding.
    assert error.std() == pytest.approx(np.hypot(sd, np.sqrt(1 / 12)), rel=0.03)
    assert abs(error.mean()) < 0.05 * sd


def test_noise_is_new_in_every_frame() -> None:
    truth = filmed(usual(), camera={"noise": 6.0}, scene={"background": "plain"})
    walls = [image[WALL].astype(float) for image in pictures(truth, np.arange(6) / 30)]
    errors = [(wall - np.mean(walls, axis=0)).ravel() for wall in walls]
    # The mean holds a sixth of each, so that two are -1/5 alike.
    for number, one in enumerate(errors):
        for other in errors[:number]:
            assert np.corrcoef(one, other)[0, 1] == pytest.approx(-0.2, abs=0.05)


@pytest.mark.parametrize("light", [0.2, 0.6])
def test_less_light_darkens_everything_alike(light: float) -> None:
    dark, usual_light = (
        picture(filmed(usual(), camera=CLEAN, scene={"light": value}), 0.4).astype(float)
        for value in (light, 1.0)
    )
    below_white = usual_light < 240
    assert np.abs(dark - light * usual_light)[below_white].max() < 4


def test_more_light_brightens() -> None:
    bright, usual_light = (
        picture(filmed(usual(), camera=CLEAN, scene={"light": value}), 0.4) for value in (1.5, 1.0)
    )
    assert grey(bright) > 1.2 * grey(usual_light)


# The room


def test_backgrounds_differ_and_the_runner_does_not() -> None:
    kinds = ("gym", "plain", "window")
    images = [
        picture(filmed(usual(), camera=CLEAN, scene={**SIGNAL, "background": kind}), 0.4)
        for kind in kinds
    ]
    (knee,) = joint_px(usual(), np.array([0.4]), "knee_near")
    assert len({image.tobytes() for image in images}) == 3
    assert len({colour_at(image, knee) for image in images}) == 1


def test_a_second_person_walks_behind_the_runner() -> None:
    alone, together = (
        filmed(usual(), camera=CLEAN, scene={**SIGNAL, "second_person": second})
        for second in (False, True)
    )
    times_s = np.arange(0.2, 2.4, 0.2)
    changed = [
        differs(one, two)
        for one, two in zip(pictures(alone, times_s), pictures(together, times_s), strict=True)
    ]
    assert sum(mask.sum() > 2000 for mask in changed) >= 5
    middles = [np.nonzero(mask)[1].mean() for mask in changed if mask.sum() > 2000]
    assert np.ptp(middles) > 100
    knees = np.rint(joint_px(alone, times_s, "knee_near")).astype(int)
    assert not any(mask[y, x] for mask, (x, y) in zip(changed, knees, strict=True))


def test_a_second_person_is_no_part_of_the_truth() -> None:
    together = RenderedRunner(asked(scene={"second_person": True}))
    assert together.truth.strides() == usual().strides()
