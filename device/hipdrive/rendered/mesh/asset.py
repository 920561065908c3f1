"""The body as it lies in the package: `body.npz`, baked by `scripts/bake_body`.

MakeHuman's base mesh and shapes, released under CC0 1.0 (`NOTICE.md`), as pieces: the skin, and
each garment as a layer of its own. Every piece has the same six shapes, standing with the arms
somewhat away from the trunk. Lengths are shares of body height, x forwards, y to the left, z up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.rendered.arrays import Array

Indices: TypeAlias = npt.NDArray[np.intp]

FILE = "body.npz"
STEPS = 20_000
"""Whole numbers of the file a body height."""
SIDES = ("left", "right")
SEGMENTS = (
    "pelvis",
    "chest",
    "head",
    *(
        f"{limb}_{side}"
        for limb, side in product(("thigh", "shank", "foot", "toes", "upper_arm", "forearm"), SIDES)
    ),
)
"""What moves as one; a vertex follows several by its weights."""
JOINTS = (
    "eyes",
    *(
        f"{joint}_{side}"
        for joint, side in product(
            ("hip", "knee", "ankle", "ball", "shoulder", "elbow", "wrist"), SIDES
        )
    ),
)
"""Centres of rotation; `eyes` is the middle of both."""
HIP_RULE = "Harrington 2007"
"""What a hip's centre is: that regression from the iliac spines (`scripts/hip_centres.py`). It lies
4 cm (men) and 3 cm (women) ahead of where MakeHuman's rig turns the thigh: 5.7 and 3.7 degrees."""
BUILDS = (0.85, 1.0, 1.3)
"""Girths of the shapes of each sex, the slim one first."""
SEXES = ("male", "female")
SURFACES = (
    "skin", "hair", "brow", "lips", "white", "eye", "sock", "shirt", "legwear", "shoe", "sole",
)  # fmt: skip
"""What a quad is made of."""
LEGWEAR = ("shorts", "tights")
PIECES = ("body", *LEGWEAR, "shirt", "shoes")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the drawn body.

    Attributes:
        vertices: [shapes, n, 3], shapes of `SEXES` times `BUILDS`.
        weights: [n, segments], each row adds up to 1.
        quads: [q, 4], corners, seen from outside anticlockwise.
        surfaces: [q], numbers of `SURFACES`.
        under: [q], of the skin: bit k is set where `LEGWEAR[k]` with the shirt covers it.
    """

    vertices: Array
    weights: Array
    quads: Indices
    surfaces: Indices
    under: Indices


@dataclass(frozen=True, slots=True)
class Asset:
    """All of it.

    Attributes:
        pieces: by the names of `PIECES`.
        joints: [shapes, joints, 3].
    """

    pieces: Mapping[str, Piece]
    joints: Array


@cache
def asset() -> Asset:
    """Read the file, once."""
    with (resources.files(__package__) / FILE).open("rb") as file, np.load(file) as arrays:
        pieces = {name: _piece(arrays, name) for name in PIECES}
        return Asset(pieces, arrays["joints"].astype(np.float64) / STEPS)


def _piece(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Piece:
    weights = arrays[f"{name}_weights"].astype(np.float64)
    return Piece(
        vertices=arrays[f"{name}_vertices"].astype(np.float64) / STEPS,
        weights=weights / weights.sum(axis=1, keepdims=True),
        quads=arrays[f"{name}_quads"].astype(np.intp),
        surfaces=arrays[f"{name}_surfaces"].astype(np.intp),
        under=arrays[f"{name}_under"].astype(np.intp),
    )
