"""What is drawn is where the truth says, and what is nearer hides what is further."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.rendered.source import RenderedRunner
from hipdrive.rendered.times import START_NS
from support.rendered.pictures import (
    CLEAN,
    SIGNAL,
    colour_at,
    differs,
    filmed,
    is_green,
    is_red,
    joint_px,
    picture,
    pictures,
    room,
    usual,
)
from support.rendered.runners import Array, asked, joints, sighted, whole_strides

if TYPE_CHECKING:
    from hipdrive.rendered.truth import Truth

TIMES_S = np.arange(0.1, 1.6, 0.0407)
FACINGS = ("left", "right")
FAR_RED = 0.85 * 255
"""The far leg lies in the shade, so its red is never brighter than this, and the near one's is."""

each_facing = pytest.mark.parametrize("facing", FACINGS)


@cache
def signalling(facing: str) -> Truth:
    return filmed(usual(facing), camera=CLEAN, scene=SIGNAL)


def between(truth: Truth, t_s: Array, upper: str, lower: str, share: float) -> Array:
    positions = joints(truth, t_s)
    return sighted(truth.settings, positions[upper] * (1 - share) + positions[lower] * share)


def distance_px(point: Array, start: Array, end: Array) -> Array:
    """From a line between two points, each [times, 2]."""
    along = end - start
    share = np.sum((point - start) * along, 1) / np.sum(along**2, 1)
    nearest = start + np.clip(share, 0, 1)[:, None] * along
    distance: Array = np.linalg.norm(point - nearest, axis=1)
    return distance


@each_facing
def test_shoes_are_at_the_near_ankle(facing: str) -> None:
    truth = signalling(facing)
    ankles = joint_px(truth, TIMES_S, "ankle_near")
    for image, ankle in zip(pictures(truth, TIMES_S), ankles, strict=True):
        assert is_green(colour_at(image, ankle))


@each_facing
@pytest.mark.parametrize("joint", ["knee_near", "wrist_near", "elbow_near"])
def test_skin_is_at_the_near_joints(facing: str, joint: str) -> None:
    truth = signalling(facing)
    spots = joint_px(truth, TIMES_S, joint)
    for image, spot in zip(pictures(truth, TIMES_S), spots, strict=True):
        assert is_red(colour_at(image, spot))


@each_facing
@pytest.mark.parametrize(
    ("near", "share"), [(("knee_near", "ankle_near"), 0.65), (("hip_near", "knee_near"), 0.85)]
)
def test_the_near_leg_hides_the_far_one(facing: str, near: tuple[str, str], share: float) -> None:
    truth, times_s = signalling(facing), np.arange(0.1, 1.6, 0.002)
    spots = between(truth, times_s, *near, share)
    hip, knee, ankle = (joint_px(truth, times_s, f"{k}_far") for k in ("hip", "knee", "ankle"))
    behind = np.minimum(distance_px(spots, hip, knee), distance_px(spots, knee, ankle)) < 3
    assert behind.sum() >= 5
    for image, spot in zip(pictures(truth, times_s[behind]), spots[behind], strict=True):
        assert is_red(colour_at(image, spot))
        assert colour_at(image, spot)[0] > FAR_RED


@each_facing
def test_the_far_leg_is_seen_beside_the_near_one_and_darker(facing: str) -> None:
    truth, times_s = signalling(facing), np.arange(0.1, 1.2, 0.02)
    spots = between(truth, times_s, "knee_far", "ankle_far", 0.65)
    hip, knee, ankle = (joint_px(truth, times_s, f"{k}_near") for k in ("hip", "knee", "ankle"))
    apart = np.minimum(distance_px(spots, hip, knee), distance_px(spots, knee, ankle)) > 40
    assert apart.sum() >= 10
    for image, spot in zip(pictures(truth, times_s[apart]), spots[apart], strict=True):
        assert is_red(colour_at(image, spot))
        assert colour_at(image, spot)[0] < FAR_RED


@each_facing
@pytest.mark.parametrize("share", [0.45, 0.6, 0.75])
def test_a_shank_is_drawn_about_its_line_to_half_a_pixel(facing: str, share: float) -> None:
    """At foot strike it stands almost upright and alone; green tells red from the grey wall."""
    truth = signalling(facing)
    strikes = np.array([stride.strike_s for stride, _ in whole_strides(truth, "near")])
    spots = between(truth, strikes, "knee_near", "ankle_near", share)
    for image, (x, y) in zip(pictures(truth, strikes), spots, strict=True):
        columns = np.arange(round(x) - 30, round(x) + 31)
        drawn = []
        for row in (int(y), int(y) + 1):
            green = image[row, columns, 1].astype(float)
            cover = 1 - green / green.max()
            drawn.append(np.sum(columns * cover) / np.sum(cover))
        assert drawn[0] + (y % 1) * (drawn[1] - drawn[0]) == pytest.approx(x, abs=0.5)


@each_facing
def test_only_the_runner_is_added_to_the_room(facing: str) -> None:
    truth = signalling(facing)
    for t_s in (0.2, 0.5, 0.9):
        rows, columns = np.nonzero(differs(picture(truth, t_s), room(truth, t_s)))
        positions = joints(truth, np.array([t_s]))
        spots = np.concatenate(
            [sighted(truth.settings, position) for position in positions.values()]
        )
        # A head's or a foot's radius about the outermost joints.
        assert np.abs([columns.min(), columns.max()] - np.sort(spots[:, 0])[[0, -1]]).max() < 40
        assert np.abs([rows.min(), rows.max()] - np.sort(spots[:, 1])[[0, -1]]).max() < 40


def test_the_silhouette_facing_left_is_the_mirror_image() -> None:
    left, right = (
        differs(picture(signalling(facing), 0.4), room(signalling(facing), 0.4))
        for facing in FACINGS
    )
    mirrored = left[:, ::-1]
    assert np.sum(mirrored & right) / np.sum(mirrored | right) > 0.95


def test_each_frame_shows_the_moment_that_it_tells() -> None:
    """In 15 ms of jitter a foot goes on by 20 pixels, twice the radius of a shoe."""
    camera = {**CLEAN, "jitter_ms": 15.0, "lost": 0.3}
    source = RenderedRunner(asked(camera=camera, scene=SIGNAL, seconds=2.0))
    for frame in source:
        t_s = np.array([(frame.t_ns - START_NS) / 1e9])
        (ankle,) = joint_px(source.truth, t_s, "ankle_near")
        assert is_green(colour_at(frame.image, ankle))


@pytest.mark.parametrize(
    "camera",
    [{"roll_deg": 10.0}, {"yaw_deg": 20.0}, {"lens_deg": 60.0}, {"height_m": 1.8}],
    ids=str,
)
def test_what_is_drawn_follows_the_camera(camera: dict[str, float]) -> None:
    truth = filmed(usual(), camera={**CLEAN, **camera}, scene=SIGNAL)
    times_s = TIMES_S[::5]
    ankles = joint_px(truth, times_s, "ankle_near")
    for image, ankle in zip(pictures(truth, times_s), ankles, strict=True):
        assert is_green(colour_at(image, ankle))


def test_the_belt_s_stripes_go_backwards_with_the_belt() -> None:
    """Seen on the empty treadmill: after some way, every stripe is that much further back."""
    truth = filmed(usual(), camera=CLEAN, scene={"background": "plain"})
    speed, aside = truth.settings.treadmill.speed_mps, np.array([-0.6, 0.6])
    start, end = sighted(truth.settings, np.stack([aside, 0 * aside, 0 * aside], 1))
    row = round(start[1])
    columns = np.arange(round(start[0]), round(end[0]))
    metre_px = (end[0] - start[0]) / 1.2
    lines = [room(truth, t_s)[row, columns, 0].astype(float) for t_s in (0.0, 0.03)]
    shift = round(speed * 0.03 * metre_px)
    same = np.corrcoef(lines[0][shift:], lines[1][:-shift])[0, 1]
    assert same > 0.8
    assert same > np.corrcoef(lines[0][:-shift], lines[1][shift:])[0, 1] + 0.3
