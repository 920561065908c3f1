"""Bake `rendered/mesh/body.npz` from MakeHuman's files.

usage: scripts/bake_body FOLDER
"""
# ruff: noqa: PLR2004  # seams and features lie where they lie, in metres and shares, once each

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from garments import Skin, cloth, cloth_weights, hidden
from hip_centres import hip_centre
from makehuman import Body, MakeHuman
from patterns import joint, legwear, share, shirt
from running_shoe import shoe

from hipdrive.rendered.mesh.asset import FILE, JOINTS, SEGMENTS, SIDES, STEPS, SURFACES

if TYPE_CHECKING:
    import numpy.typing as npt
    from garments import Mask
    from makehuman import Array, Faces

TARGET = Path(__file__).resolve().parents[1] / "device" / "hipdrive" / "rendered" / "mesh" / FILE
HEIGHT_M = 1.75
"""Garments are cut for bodies of this height."""
SHAPES = (
    ("male", 0.62, 0.28), ("male", 0.62, 0.45), ("male", 0.45, 1.3),
    ("female", 0.5, 0.3), ("female", 0.52, 0.48), ("female", 0.4, 1.1),
)  # fmt: skip
"""Sex, muscle and weight, in the order of the asset."""
REFERENCE = 1
MIDDLE = {"male": REFERENCE, "female": 4}
"""Of the shapes of each sex: what is heavier or slimmer has the same bones."""
CELL_M = 0.009
"""Detail of hands and head; at 300 pixels a metre it is not three of them."""
HAIRLINE = (
    (-0.2, -0.15, -0.12, -0.095, -0.072, -0.06, -0.045, -0.02, 0.06),
    (-0.075, -0.07, -0.05, -0.02, -0.015, 0.02, 0.043, 0.056, 0.063),
)
"""How far ahead of the eyes, and how far above them the hair begins, metres."""
HAIR_M = {"male": 0.012, "female": 0.018}


@dataclass
class Baked:
    """One piece, in the making; vertices [shapes, n, 3]."""

    vertices: Array
    weights: Array
    quads: Faces
    surfaces: npt.NDArray[np.intp]
    under: npt.NDArray[np.intp]

    def arrays(self, name: str) -> dict[str, npt.NDArray[np.generic]]:
        """As the file has them, without vertices that no quad has."""
        used, quads = np.unique(self.quads, return_inverse=True)
        return {
            f"{name}_vertices": np.rint(self.vertices[:, used] * STEPS).astype(np.int16),
            f"{name}_weights": np.rint(self.weights[used] * 255).astype(np.uint8),
            f"{name}_quads": quads.reshape(-1, 4).astype(np.uint16),
            f"{name}_surfaces": self.surfaces.astype(np.uint8),
            f"{name}_under": self.under.astype(np.uint8),
        }


def bake(source: MakeHuman) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of the file."""
    bodies = [upright(source, source.body(*shape)) for shape in SHAPES]
    skin = Skin(source.quads, len(bodies[0].vertices))
    patterns = {
        "shorts": [legwear(source, body, tights=False) for body in bodies],
        "tights": [legwear(source, body, tights=True) for body in bodies],
        "shirt": [shirt(source, body) for body in bodies],
    }
    inside = {name: cuts[REFERENCE].beyond < 0 for name, cuts in patterns.items()}
    pieces = {"body": naked(source, skin, bodies, inside)}
    for name, cuts in patterns.items():
        placed = [
            cloth(skin, body, cut, inside[name], rounds=3 if name == "tights" else 7)
            for body, cut in zip(bodies, cuts, strict=True)
        ]
        kept = skin.grown(inside[name])[skin.quads].all(axis=1)
        pieces[name] = Baked(
            np.array(placed) / HEIGHT_M,
            cloth_weights(skin, source.weights, inside[name]),
            skin.quads[kept],
            np.full(kept.sum(), SURFACES.index("shirt" if name == "shirt" else "legwear")),
            np.zeros(kept.sum(), np.intp),
        )
    pieces["shoes"] = shoes(bodies)
    arrays = {
        key: array for name, piece in pieces.items() for key, array in piece.arrays(name).items()
    }
    hips = {sex: hip_centre(bodies[shape]) for sex, shape in MIDDLE.items()}
    joints = np.array(
        [joints_of(body, hips[sex]) for (sex, *_), body in zip(SHAPES, bodies, strict=True)]
    )
    joints /= HEIGHT_M
    return arrays | {"joints": np.rint(joints * STEPS).astype(np.int16)}


def upright(source: MakeHuman, body: Body) -> Body:
    """The same, HEIGHT_M high and its soles at 0."""
    z = body.vertices[source.groups["body"], 2]
    size = HEIGHT_M / (z.max() - z.min())
    lift = np.array([0.0, 0.0, -z.min()])
    joints = {name: (place + lift) * size for name, place in body.joints.items()}
    return Body((body.vertices + lift) * size, joints)


def joints_of(body: Body, hip: Array) -> list[Array]:
    """In the asset's order; `hip` is the left one's centre."""
    found = []
    for name in JOINTS:
        if name.startswith("hip"):
            found.append(hip * [1, 1 if name.endswith("left") else -1, 1])
        elif name.startswith("ball"):
            toes = [body.joints[f"{name[5]}-toe-{toe}-1"] for toe in (1, 5)]
            found.append(np.mean(toes, axis=0))
        else:
            found.append(joint(body, "eye" if name == "eyes" else name))
    return found


def naked(source: MakeHuman, skin: Skin, bodies: list[Body], inside: dict[str, Mask]) -> Baked:
    """Skin, hair, face and socks."""
    reference = bodies[REFERENCE]
    surfaces = np.array([SURFACES.index(name) for name in painted(source, reference)])
    hair = np.zeros(len(reference.vertices), bool)
    hair[skin.quads[surfaces == SURFACES.index("hair")]] = True
    sock = np.zeros(len(hair), bool)
    sock[skin.quads[surfaces == SURFACES.index("sock")]] = True
    placed = []
    for (sex, *_), body in zip(SHAPES, bodies, strict=True):
        thick_m = HAIR_M[sex] * hair + 0.003 * sock
        placed.append(body.vertices + skin.normals(body.vertices) * thick_m[:, None])
    under = np.zeros(len(skin.quads), np.intp)
    top = hidden(skin, inside["shirt"])
    for bit, name in enumerate(("shorts", "tights")):
        covered = top | hidden(skin, inside[name])
        under |= covered[skin.quads].all(axis=1) << bit
    centre = reference.vertices[skin.quads].mean(axis=1)
    foot = share(source, "foot")[skin.quads].mean(axis=1)
    shod = (foot > 0.5) & (centre[:, 2] < joint(reference, "ankle")[2] - 0.02)
    kept = ~shod & (under != 3)
    piece = Baked(
        np.array(placed) / HEIGHT_M, source.weights, skin.quads[kept], surfaces[kept], under[kept]
    )
    fine = share(source, "head") + share(source, "forearm") > 0.6
    return with_ponytail(coarser(piece, np.where(fine, CELL_M, 0.0)), bodies)


def coarser(piece: Baked, cell_m: Array) -> Baked:
    """Vertices that share a cell of this size become one; 0: a vertex stays as it is.

    Fingers, ears and the inside of the mouth have most of the mesh's quads, smaller than a pixel.
    """
    places = piece.vertices[REFERENCE] * HEIGHT_M
    cells = np.floor(places / np.maximum(cell_m, 1e-9)[:, None]).astype(np.int64)
    alone = np.arange(len(places))
    keys = np.column_stack(
        [np.where(cell_m > 0, -1, alone), np.where(cell_m[:, None] > 0, cells, 0)]
    )
    # What lies in one cell but belongs to other segments or surfaces stays apart.
    surface = np.zeros(len(places), np.intp)
    surface[piece.quads] = piece.surfaces[:, None]
    keys = np.column_stack([keys, piece.weights.argmax(axis=1), surface])
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.ravel()
    count = np.bincount(group)

    def mean(values: Array) -> Array:
        columns = values.reshape(len(values), -1).T
        sums = [np.bincount(group, column) / count for column in columns]
        return np.stack(sums, axis=1).reshape(-1, *values.shape[1:])

    vertices = np.moveaxis(mean(np.moveaxis(piece.vertices, 1, 0)), 1, 0)
    quads = group[piece.quads]
    flat = (quads[:, 0] == quads[:, 2]) | (quads[:, 1] == quads[:, 3])
    flat |= [len(set(quad)) < 3 for quad in quads.tolist()]
    _, first = np.unique(np.sort(quads, axis=1), axis=0, return_index=True)
    kept = np.intersect1d(np.flatnonzero(~flat), first)
    return Baked(
        vertices, mean(piece.weights), quads[kept], piece.surfaces[kept], piece.under[kept]
    )


def painted(source: MakeHuman, body: Body) -> list[str]:
    """What each quad of the skin is made of."""
    centre = body.vertices[source.quads].mean(axis=1)
    ahead, aside, up = (centre - joint(body, "eye")).T
    head = share(source, "head")[source.quads].mean(axis=1) > 0.6
    ears = sum(
        np.linalg.norm(source.target(f"ears/{side}-ear-scale-incr"), axis=1) for side in "lr"
    )
    ear = (ears > 0.02)[source.quads].all(axis=1)
    leg = share(source, "foot", "shank")[source.quads].mean(axis=1) > 0.5
    eyes = np.isin(
        source.quads[:, 0], [source.groups["helper-l-eye"], source.groups["helper-r-eye"]]
    )
    height = centre[:, 2] - joint(body, "ankle")[2]
    chosen = np.full(len(centre), "skin", dtype="<U8")
    chosen[head & ~ear & (up > np.interp(ahead, *HAIRLINE))] = "hair"
    brow = (np.abs(up - 0.022) < 0.006) & (ahead > -0.01) & (np.abs(np.abs(aside) - 0.033) < 0.02)
    chosen[head & brow] = "brow"
    chosen[head & (np.abs(up + 0.066) < 0.008) & (ahead > -0.012) & (np.abs(aside) < 0.024)] = (
        "lips"
    )
    chosen[leg & (height < 0.055)] = "sock"
    chosen[eyes] = "white"
    chosen[eyes & (ahead > 0.009)] = "eye"
    return chosen.tolist()


def with_ponytail(piece: Baked, bodies: list[Body]) -> Baked:
    """Behind a woman's head; a man's is a point inside his."""
    along = np.linspace(0, 1, 8)
    middle = np.stack([-0.175 - 0.06 * np.sin(2.2 * along), 0 * along, 0.045 - 0.2 * along**1.3], 1)
    radius = 0.026 * np.sqrt(np.sin(np.pi * (0.06 + 0.9 * along)))
    turn = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    across = np.stack([0.7 * np.cos(turn), np.sin(turn), 0.7 * np.cos(turn)], axis=1)
    tube = (middle[:, None] + radius[:, None, None] * across).reshape(-1, 3)
    tails = [
        (joint(body, "eye") + (tube if sex == "female" else [-0.08, 0, 0])) / HEIGHT_M + 0 * tube
        for (sex, *_), body in zip(SHAPES, bodies, strict=True)
    ]
    first, points = piece.vertices.shape[1], len(turn)
    quads = [
        [row * points + k, row * points + (k + 1) % points,
         (row + 1) * points + (k + 1) % points, (row + 1) * points + k]
        for row in range(len(along) - 1) for k in range(points)
    ]  # fmt: skip
    weights = np.zeros((len(tube), len(SEGMENTS)))
    weights[:, SEGMENTS.index("head")] = 1
    return Baked(
        np.concatenate([piece.vertices, np.array(tails)], axis=1),
        np.concatenate([piece.weights, weights]),
        np.concatenate([piece.quads, outwards(tube, np.array(quads)) + first]),
        np.concatenate([piece.surfaces, np.full(len(quads), SURFACES.index("hair"))]),
        np.concatenate([piece.under, np.zeros(len(quads), np.intp)]),
    )


def shoes(bodies: list[Body]) -> Baked:
    """Both."""
    vertices, weights, quads, surfaces = [], [], [], []
    for number, side in enumerate(SIDES):
        local, faces, made_of, bend = shoe(side)
        ankles = [joint(body, f"ankle_{side}") / HEIGHT_M for body in bodies]
        vertices.append([local + ankle for ankle in ankles])
        weight = np.zeros((len(local), len(SEGMENTS)))
        weight[:, SEGMENTS.index(f"toes_{side}")] = bend
        weight[:, SEGMENTS.index(f"foot_{side}")] = 1 - bend
        weights.append(weight)
        quads.append(outwards(local, faces) + number * len(local))
        surfaces += [SURFACES.index(name) for name in made_of]
    return Baked(
        np.concatenate(vertices, axis=1),
        np.concatenate(weights),
        np.concatenate(quads),
        np.array(surfaces),
        np.zeros(len(surfaces), np.intp),
    )


def outwards(vertices: Array, quads: Faces) -> Faces:
    """The same surface, its corners anticlockwise from outside: about its middle it has volume."""
    corners = vertices[quads] - vertices.mean(axis=0)
    across = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    return quads if (across * corners.mean(axis=1)).sum() > 0 else quads[:, ::-1]


if __name__ == "__main__":
    np.savez_compressed(TARGET, **bake(MakeHuman(Path(sys.argv[1]))))
    print(TARGET.stat().st_size, hashlib.sha256(TARGET.read_bytes()).hexdigest())
