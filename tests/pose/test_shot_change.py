from __future__ import annotations

import numpy as np
import pytest

from hipdrive.pose.shot_change import ShotChangeDetector
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner

Picture = np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]


def filmed(seconds: float = 2.0, tables: dict[str, object] | None = None) -> list[Picture]:
    settings = RenderedSettings.model_validate({"seconds": seconds, **(tables or {})})
    return [frame.image.copy() for frame in RenderedRunner(settings)]


def cuts(pictures: list[Picture]) -> list[int]:
    changed = ShotChangeDetector()
    return [number for number, picture in enumerate(pictures) if changed(picture)]


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"scene": {"second_person": True}},
        {"camera": {"fps": 5.0, "distance_m": 1.6}, "scene": {"background": "plain"}},
        {"camera": {"fps": 5.0, "noise": 20.0}, "scene": {"background": "plain", "light": 0.15}},
        {"camera": {"lost": 0.7}},
    ],
    ids=["usual", "passer-by", "close", "dark", "lost frames"],
)
def test_whoever_runs_before_a_camera_that_stands_still_is_no_cut(
    tables: dict[str, object],
) -> None:
    assert cuts(filmed(6.0, tables)) == []


@pytest.mark.parametrize(
    "second",
    [
        {"camera": {"distance_m": 4.5}},
        {"runner": {"facing": "left"}},
        {"scene": {"background": "plain"}, "camera": {"yaw_deg": 30.0}},
    ],
    ids=["from further away", "from the other side", "another room"],
)
def test_another_shot_is_told_at_its_first_picture(second: dict[str, object]) -> None:
    first = filmed()
    assert cuts([*first, *filmed(tables=second)]) == [len(first)]


def test_the_same_picture_in_half_of_the_light_is_no_cut() -> None:
    first = filmed(1.0)
    assert cuts([*first, *(picture // 2 for picture in first)]) == []


def test_black_between_two_shots_is_one_cut_and_within_a_shot_none() -> None:
    first = filmed(1.0)
    black = [np.zeros_like(first[0])] * 5
    assert cuts([*first, *black, *first]) == []
    assert cuts([*first, *black, *filmed(1.0, {"runner": {"facing": "left"}})]) == [len(first) + 5]


def test_a_picture_smaller_than_the_grid_is_no_trouble() -> None:
    chance = np.random.default_rng(1)
    small = [chance.integers(0, 255, (9, 7, 3), np.uint8)] * 3
    assert cuts(small) == []
