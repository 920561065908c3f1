"""The body in the package is the one the notice speaks of, whole and small."""

from __future__ import annotations

import hashlib
from importlib import resources

import numpy as np
import pytest

from hipdrive.rendered.body import HALF_HIPS, THIGH
from hipdrive.rendered.mesh.asset import (
    BUILDS,
    JOINTS,
    LEGWEAR,
    PIECES,
    SEGMENTS,
    SEXES,
    SURFACES,
    asset,
)

FOLDER = resources.files("hipdrive.rendered.mesh")
SHAPES = len(SEXES) * len(BUILDS)
each_piece = pytest.mark.parametrize("name", PIECES)


def test_the_notice_names_the_licence_and_the_very_file() -> None:
    notice = (FOLDER / "NOTICE.md").read_text("utf-8")
    content = (FOLDER / "body.npz").read_bytes()
    assert "CC0 1.0" in notice
    assert "MakeHuman" in notice
    assert hashlib.sha256(content).hexdigest() in notice


def test_the_file_is_small() -> None:
    assert len((FOLDER / "body.npz").read_bytes()) < 600_000


@each_piece
def test_every_corner_is_a_vertex_and_every_vertex_is_used(name: str) -> None:
    piece = asset().pieces[name]
    assert piece.vertices.shape[0] == SHAPES
    assert np.array_equal(np.unique(piece.quads), np.arange(piece.vertices.shape[1]))
    assert piece.surfaces.max() < len(SURFACES)


@each_piece
def test_every_vertex_goes_with_its_segments_as_a_whole(name: str) -> None:
    weights = asset().pieces[name].weights
    assert weights.shape[1] == len(SEGMENTS)
    assert weights.min() >= 0
    assert np.abs(weights.sum(axis=1) - 1).max() < 1e-5


@pytest.mark.parametrize("bit", range(len(LEGWEAR)))
def test_clothes_cover_skin(bit: int) -> None:
    body = asset().pieces["body"]
    covered = (body.under >> bit) & 1 == 1
    assert set(body.surfaces[covered]) <= {SURFACES.index("skin"), SURFACES.index("sock")}
    assert covered.any() == (LEGWEAR[bit] == "tights")


def test_both_sides_of_a_body_are_alike() -> None:
    joints = asset().joints
    for name in ("hip", "knee", "ankle", "ball", "shoulder", "elbow", "wrist"):
        left, right = (joints[:, JOINTS.index(f"{name}_{side}")] for side in ("left", "right"))
        assert np.abs(left * [1, -1, 1] - right).max() < 0.002


def test_a_body_stands_one_height_tall() -> None:
    pieces = asset().pieces
    top = pieces["body"].vertices[..., 2].max(axis=1)
    low = pieces["shoes"].vertices[..., 2].min(axis=1)
    # Hair on top, a sole below.
    assert np.all(top >= 0.998)
    assert np.all(top < 1.02)
    assert np.all(np.abs(low) < 0.012)


def test_knees_are_between_hips_and_ankles_about_halfway() -> None:
    """Drillis and Contini: thigh and shank are as good as equally long."""
    joints = asset().joints[..., 2]
    hip, knee, ankle = (
        joints[:, JOINTS.index(f"{name}_left")] for name in ("hip", "knee", "ankle")
    )
    assert np.abs((hip - knee) / (hip - ankle) - 0.5).max() < 0.04


def test_hips_are_where_published_proportions_have_them() -> None:
    """What the figure's segments are: a thigh 0.245 of the height, a hip 0.05 beside the middle."""
    joints = asset().joints
    hip, knee = (joints[:, JOINTS.index(f"{name}_left")] for name in ("hip", "knee"))
    assert np.abs(np.hypot(*(hip - knee)[:, [0, 2]].T) - THIGH).max() < 0.006
    assert np.abs(hip[:, 1] - HALF_HIPS).max() < 0.004


def test_whoever_puts_on_weight_keeps_their_hips() -> None:
    hips = asset().joints[:, JOINTS.index("hip_left")].reshape(len(SEXES), len(BUILDS), 3)
    assert np.ptp(hips, axis=1).max() < 1e-9


def test_a_standing_leg_is_upright() -> None:
    """Of people who stand at ease, the hip is ahead of the ankle and above the knee within 2 cm."""
    joints = asset().joints * 1.75
    hip, knee, ankle = (
        joints[:, JOINTS.index(f"{name}_left"), 0] for name in ("hip", "knee", "ankle")
    )
    assert np.abs(hip - knee).max() < 0.02
    assert (hip - ankle).min() > 0
