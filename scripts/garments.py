"""Clothes cut from the skin of a body: pushed off it, smoothed, hemmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from makehuman import Array, Body, Faces

    Mask = npt.NDArray[np.bool_]

HIDDEN_RINGS = 2
"""Skin this many quads from a hem stays, so that no gap shows where the cloth stands off."""
WEIGHT_ROUNDS = 4


@dataclass(frozen=True)
class Cut:
    """A garment's pattern for one body.

    Attributes:
        beyond: [n], how far a vertex is outside of the garment, metres; negative inside.
        hem: moves vertices that are outside onto the hem.
        off_m: [n], how far the cloth is off the skin.
    """

    beyond: Array
    hem: Callable[[Array], Array]
    off_m: Array


class Skin:
    """The skin's topology.

    Args:
        quads: [q, 4].
        count: of the vertices.
    """

    def __init__(self, quads: Faces, count: int) -> None:
        self.quads = quads
        self._count = count
        sides = np.concatenate([quads[:, [k, (k + 1) % 4]] for k in range(4)])
        self._edges = np.unique(np.concatenate([sides, sides[:, ::-1]]), axis=0)

    def normals(self, vertices: Array) -> Array:
        """[n, 3], of length 1, outwards."""
        corners = vertices[self.quads]
        faces = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
        total = np.zeros_like(vertices)
        for corner in self.quads.T:
            np.add.at(total, corner, faces)
        size = np.linalg.norm(total, axis=1, keepdims=True)
        return np.divide(total, size, out=np.zeros_like(total), where=size > 0)

    def mean(self, values: Array, inside: Mask) -> Array:
        """Of the neighbours that are inside, for those inside; the others stay."""
        start, end = self._edges[inside[self._edges].all(axis=1)].T
        total, number = np.zeros_like(values), np.zeros(self._count)
        np.add.at(total, start, values[end])
        np.add.at(number, start, 1)
        some = number > 0
        result = values.copy()
        result[some] = total[some] / number[some, None]
        return result

    def grown(self, mask: Mask, rings: int = 1) -> Mask:
        """The mask and its neighbours."""
        for _ in range(rings):
            wider = mask.copy()
            wider[self.quads[mask[self.quads].any(axis=1)]] = True
            mask = wider
        return mask


def cloth(skin: Skin, body: Body, cut: Cut, inside: Mask, rounds: int) -> Array:
    """Where the cloth's vertices are, [n, 3]; of use where `inside` grown by a ring is true."""
    grown = skin.grown(inside)
    normals = skin.normals(body.vertices)
    placed = body.vertices
    for _ in range(rounds):
        placed = skin.mean(placed, grown)
    short = cut.off_m - ((placed - body.vertices) * normals).sum(axis=1)
    placed = placed + normals * np.maximum(short, 0)[:, None]
    placed = (placed + skin.mean(placed, grown)) / 2
    outside = grown & (cut.beyond > 0)
    result = placed.copy()
    result[outside] = cut.hem(placed)[outside]
    return result


def cloth_weights(skin: Skin, weights: Array, inside: Mask) -> Array:
    """Cloth follows its surroundings too."""
    grown = skin.grown(inside)
    for _ in range(WEIGHT_ROUNDS):
        weights = skin.mean(weights, grown)
    return weights


def hidden(skin: Skin, inside: Mask) -> Mask:
    """Vertices of the skin far enough under the cloth never to be seen."""
    return ~skin.grown(~inside, HIDDEN_RINGS)
