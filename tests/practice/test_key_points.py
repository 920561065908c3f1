"""Strides that are made up are those that the gait engine measures of the same motion."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.metrics.catalogue import FIELDS, fields, measures, stride_metrics
from hipdrive.practice.runners import Leaner, Quickener
from hipdrive.practice.strides import BELT_MPS, STRIDE_SD, StrideMaker, true_of
from hipdrive.rendered.noise import measured
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.steered import Motion, SteeredPoses
from hipdrive.session.units import in_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.types.stride import Stride

USUAL = Motion()
STRIDES = 150
METRICS = (*FIELDS, *stride_metrics())
SETTINGS = RenderedSettings.model_validate(
    {"camera": {"fps": 60}, "runner": {"facing": "right"}, "treadmill": {"speed_mps": BELT_MPS}}
)


def values_of(strides: list[Stride]) -> dict[str, list[float]]:
    """By the name of the metric, in its unit."""
    found: dict[str, list[float]] = {name: [] for name in STRIDE_SD}
    for stride in strides:
        for metric, whole in zip(METRICS, (*fields(stride), *measures(stride)), strict=True):
            if whole is not None and metric.name in found:
                found[metric.name].append(in_unit(metric.unit, whole))
    return found


@cache
def seen(motion: Motion) -> Mapping[str, list[float]]:
    """What the engine measures of key points with MoveNet's noise."""
    poses = SteeredPoses(SETTINGS, measured(), np.random.default_rng(18))
    engine = GaitEngine(None)
    strides: list[Stride] = []
    for _ in range(STRIDES):
        for pose in poses.stride(motion):
            strides += engine.step(pose).strides
    return values_of([each for each in strides if each.near and each.accepted])


@cache
def made(motion: Motion) -> Mapping[str, list[float]]:
    """What is made up."""
    maker = StrideMaker(np.random.default_rng(18))
    return values_of([maker.next(motion)[1] for _ in range(STRIDES)])


@pytest.mark.parametrize("name", STRIDE_SD)
def test_they_scatter_as_those_of_key_points_do(name: str) -> None:
    ratio = np.std(made(USUAL)[name], ddof=1) / np.std(seen(USUAL)[name], ddof=1)
    assert 0.7 < ratio < 1.4


@pytest.mark.parametrize("motion", [Motion(24.0), Leaner.INSTEAD, Quickener.INSTEAD])
@pytest.mark.parametrize("name", STRIDE_SD)
def test_a_change_of_the_motion_is_seen_as_large_as_it_is_made(motion: Motion, name: str) -> None:
    change = np.mean(seen(motion)[name]) - np.mean(seen(USUAL)[name])
    true = true_of(motion)[name] - true_of(USUAL)[name]
    error = STRIDE_SD[name] * sqrt(2 / STRIDES)
    assert change == pytest.approx(true, abs=4 * error + 0.25 * abs(true))


def test_most_strides_of_key_points_are_usable() -> None:
    assert len(seen(USUAL)["thigh_ext"]) > 0.9 * STRIDES
