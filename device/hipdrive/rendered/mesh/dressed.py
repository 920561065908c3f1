"""One body in its clothes: a single mesh of a given size, ready to be moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.rendered.mesh.asset import (
    BUILDS,
    JOINTS,
    LEGWEAR,
    SEXES,
    Asset,
    Indices,
    Piece,
    asset,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.rendered.arrays import Array


@dataclass(frozen=True, slots=True)
class DressedBody:
    """A person standing still.

    Attributes:
        vertices: [n, 3], metres, soles at height 0.
        weights: [n, segments].
        quads: [q, 4], anticlockwise from outside.
        normals: [q, 3], of length 1, outwards.
        quad_weights: [q, segments].
        surfaces: [q], numbers of `SURFACES`.
        joints: centres of rotation by name, each [3].
        height_m: sole to crown.
    """

    vertices: Array
    weights: Array
    quads: Indices
    normals: Array
    quad_weights: Array
    surfaces: Indices
    joints: Mapping[str, Array]
    height_m: float


def dressed(sex: str, build: float, height_m: float, legwear: str) -> DressedBody:
    """A person of this sex, girth and height in a shirt, shoes, and shorts or tights.

    Args:
        sex: one of `SEXES`.
        build: between the shapes of `BUILDS`; beyond them the last differences go on.
        height_m: sole to crown.
        legwear: one of `LEGWEAR`.
    """
    whole = asset()
    shares = _shares(sex, build)
    pieces = [_worn(whole, name, legwear) for name in ("body", legwear, "shirt", "shoes")]
    vertices = np.concatenate([np.tensordot(shares, p.vertices, 1) for p in pieces]) * height_m
    firsts = np.cumsum([0, *(p.vertices.shape[1] for p in pieces[:-1])])
    weights = np.concatenate([p.weights for p in pieces])
    quads = np.concatenate([p.quads + first for p, first in zip(pieces, firsts, strict=True)])
    surfaces = np.concatenate([p.surfaces for p in pieces])
    # The ponytail of a man is a point.
    solid = np.linalg.norm(_faces(vertices, quads), axis=1) > 0
    quads, surfaces = quads[solid], surfaces[solid]
    joints = np.tensordot(shares, whole.joints, 1) * height_m
    smooth = _normals(vertices, quads)
    return DressedBody(
        vertices=vertices,
        weights=weights,
        quads=quads,
        normals=_unit(smooth[quads].mean(axis=1)),
        quad_weights=weights[quads].mean(axis=1),
        surfaces=surfaces,
        joints=dict(zip(JOINTS, joints, strict=True)),
        height_m=height_m,
    )


def _shares(sex: str, build: float) -> Array:
    """Of the asset's shapes."""
    upper = 1 if build < BUILDS[1] else 2
    share = (build - BUILDS[upper - 1]) / (BUILDS[upper] - BUILDS[upper - 1])
    shares = np.zeros(len(SEXES) * len(BUILDS))
    first = SEXES.index(sex) * len(BUILDS)
    shares[first + upper - 1 : first + upper + 1] = 1 - share, share
    return shares


def _worn(whole: Asset, name: str, legwear: str) -> Piece:
    """A piece without the skin that is under the clothes."""
    piece = whole.pieces[name]
    seen = (piece.under >> LEGWEAR.index(legwear)) & 1 == 0
    return Piece(
        piece.vertices,
        piece.weights,
        piece.quads[seen],
        piece.surfaces[seen],
        piece.under[seen],
    )


def _normals(vertices: Array, quads: Indices) -> Array:
    faces = _faces(vertices, quads)
    total = np.zeros_like(vertices)
    for corner in quads.T:
        np.add.at(total, corner, faces)
    return _unit(total)


def _faces(vertices: Array, quads: Indices) -> Array:
    """Outwards, twice as long as the quads have area."""
    corners = vertices[quads]
    return np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])


def _unit(vectors: Array) -> Array:
    size = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Array = vectors / np.maximum(size, 1e-12)
    return result
