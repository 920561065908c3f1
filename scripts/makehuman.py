"""MakeHuman's base mesh as its files have it: body shapes, joints and skinning weights.

Metres, x forwards, y to the left, z up. The files are OBJ, JSON and gzipped text, under CC0 1.0.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from hipdrive.rendered.mesh.asset import SEGMENTS

if TYPE_CHECKING:
    from pathlib import Path

Array: TypeAlias = npt.NDArray[np.float64]
Faces: TypeAlias = npt.NDArray[np.intp]

DECIMETRES = 0.1
LEVELS = ("min", "average", "max")
ORIGINS = ("african", "asian", "caucasian")
"""A body is the mean of the three."""
FACES_OF = ("body", "helper-l-eye", "helper-r-eye")
LIMBS = {
    "upperleg": "thigh",
    "lowerleg": "shank",
    "foot": "foot",
    "toe": "foot",
    "upperarm": "upper_arm",
    "lowerarm": "forearm",
    "wrist": "forearm",
    "metacarpal": "forearm",
    "finger": "forearm",
}
CHEST_SHARE = {
    "root": 0.0,
    "pelvis": 0.0,
    "spine05": 0.1,
    "spine04": 0.35,
    "spine03": 0.65,
    "spine02": 0.9,
    "spine01": 1.0,
    "breast": 1.0,
    "clavicle": 1.0,
    "shoulder": 1.0,
}
"""Of a bone of the trunk; the rest is the pelvis's."""
HEAD_SHARE = {"neck01": 0.3, "neck02": 0.6, "neck03": 0.85}
"""Of a bone of the neck; the rest is the chest's."""
CURL_DEG = (50.0, 70.0, 40.0)
"""Of the three joints of each finger: a loose fist."""


@dataclass(frozen=True)
class Body:
    """One shape.

    Attributes:
        vertices: [n, 3].
        joints: by name, of each the place [3].
    """

    vertices: Array
    joints: dict[str, Array]


class MakeHuman:
    """Reads the files.

    Args:
        folder: holds `3dobjs`, `rigs` and `targets`.

    Attributes:
        quads: [q, 4], corners of the skin and the eyes.
        groups: vertices of each named group.
        weights: [n, segments].
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._base, self.quads, self.groups = _mesh(folder / "3dobjs" / "base.obj")
        text = (folder / "rigs" / "standard" / "weights.default.json").read_text("utf-8")
        self._bones: dict[str, list[tuple[int, float]]] = json.loads(text)["weights"]
        self.weights = self._weights()

    def body(self, sex: str, muscle: float, weight: float) -> Body:
        """A young body; muscle and weight from 0 to 1, 0.5 is average, and somewhat beyond."""
        shaped = self._base.copy()
        for origin in ORIGINS:
            shaped += self.target(f"macrodetails/{origin}-{sex}-young") / len(ORIGINS)
        for (m, m_share), (w, w_share) in product(_levels(muscle), _levels(weight)):
            if m_share * w_share:
                name = f"macrodetails/universal-{sex}-young-{m}muscle-{w}weight"
                shaped += m_share * w_share * self.target(name)
        vertices = shaped[:, [2, 0, 1]] * DECIMETRES
        joints = {
            name.removeprefix("joint-"): vertices[group].mean(axis=0)
            for name, group in self.groups.items()
            if name.startswith("joint-")
        }
        return Body(self._fists(vertices, joints), joints)

    def target(self, name: str) -> Array:
        """How far a target moves each vertex, in the file's own axes and decimetres."""
        moved = np.zeros_like(self._base)
        with gzip.open(self._folder / "targets" / f"{name}.target.gz", "rt") as lines:
            for line in lines:
                if line.strip() and not line.startswith("#"):
                    index, *way = line.split()
                    moved[int(index)] = [float(part) for part in way]
        return moved

    def bone(self, name: str) -> Array:
        """Weights of one of the rig's bones."""
        weights = np.zeros(len(self._base))
        for index, share in self._bones[name]:
            weights[index] += share
        return weights

    def _weights(self) -> Array:
        merged = np.zeros((len(self._base), len(SEGMENTS)))
        for name in self._bones:
            bone = self.bone(name)
            for segment, share in _segments(name):
                merged[:, SEGMENTS.index(segment)] += share * bone
        total = merged.sum(axis=1, keepdims=True)
        return np.divide(merged, total, out=np.zeros_like(merged), where=total > 0)

    def _fists(self, vertices: Array, joints: dict[str, Array]) -> Array:
        curled = vertices.copy()
        for side, suffix in (("l", "L"), ("r", "R")):
            knuckle, last = joints[f"{side}-finger-2-1"], joints[f"{side}-finger-5-1"]
            along = joints[f"{side}-finger-3-1"] - joints[f"{side}-hand"]
            thumb = joints[f"{side}-finger-1-4"] - joints[f"{side}-hand"]
            axis = (last - knuckle) / np.linalg.norm(last - knuckle)
            axis *= np.sign(np.cross(axis, along) @ thumb)
            for finger in (2, 3, 4, 5):
                turned, moved = np.eye(3), np.zeros(3)
                for number, deg in enumerate(CURL_DEG, start=1):
                    joint = joints[f"{side}-finger-{finger}-{number}"]
                    turn = _about(axis, np.radians(deg))
                    moved = turned @ (joint - turn @ joint) + moved
                    turned = turned @ turn
                    bone = self.bone(f"finger{finger}-{number}.{suffix}")[:, None]
                    curled += bone * (vertices @ turned.T + moved - vertices)
        return curled


def _mesh(path: Path) -> tuple[Array, Faces, dict[str, Faces]]:
    vertices, quads, groups, group = [], [], {}, ""
    for line in path.read_text("utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            vertices.append([float(part) for part in rest.split()])
        elif kind == "g":
            group = rest.strip()
        elif kind == "f":
            corners = [int(part.split("/")[0]) - 1 for part in rest.split()]
            groups.setdefault(group, set()).update(corners)
            if group in FACES_OF:
                quads.append(corners)
    found = {name: np.array(sorted(members)) for name, members in groups.items()}
    return np.array(vertices), np.array(quads), found


def _levels(value: float) -> list[tuple[str, float]]:
    """Shares of the least, the average and the most; beyond 1 it goes on as from 0.5 to 1."""
    least, most = max(0.0, 1 - 2 * value), max(0.0, 2 * value - 1)
    return list(zip(LEVELS, (least, 1 - least - most, most), strict=True))


def _segments(bone: str) -> list[tuple[str, float]]:
    name, _, suffix = bone.partition(".")
    side = {"L": "left", "R": "right"}.get(suffix, "")
    for start, limb in LIMBS.items():
        if side and name.startswith(start):
            return [(f"{limb}_{side}", 1.0)]
    for start, share in CHEST_SHARE.items():
        if name.startswith(start):
            return [("chest", share), ("pelvis", 1 - share)]
    share = HEAD_SHARE.get(name, 1.0)
    return [("head", share), ("chest", 1 - share)]


def _about(axis: Array, angle: float) -> Array:
    """The matrix that turns about an axis (Rodrigues)."""
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn: Array = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return turn
