"""Patterns of the clothes: where each begins and ends on a body, and how far it stands off."""
# ruff: noqa: PLR2004  # seams lie where they lie, in metres and shares, once each

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from garments import Cut

from hipdrive.rendered.mesh.asset import SEGMENTS, SIDES

if TYPE_CHECKING:
    from makehuman import Array, Body, MakeHuman

NAMES = {"hip": "upper-leg", "wrist": "hand"}
"""What MakeHuman calls a joint, where it is not our word."""
SLEEVE = 0.55
"""Of the upper arm."""


def joint(body: Body, name: str) -> Array:
    """A joint by the asset's word for it; the middle of both without a side."""
    name, _, side = name.partition("_")
    sides = [side[0]] if side else ["l", "r"]
    return np.mean([body.joints[f"{s}-{NAMES.get(name, name)}"] for s in sides], axis=0)


def share(source: MakeHuman, *segments: str) -> Array:
    """Of a vertex's weights, what these segments of both sides have."""
    names = [
        name for name in SEGMENTS if name.partition("_left")[0].partition("_right")[0] in segments
    ]
    return source.weights[:, [SEGMENTS.index(name) for name in names]].sum(axis=1)


def legwear(source: MakeHuman, body: Body, *, tights: bool) -> Cut:
    """Shorts to above the knee, or tights to above the ankle."""
    z = body.vertices[:, 2]
    hip, knee, shoulder, ankle = (
        joint(body, name)[2] for name in ("hip", "knee", "shoulder", "ankle")
    )
    waist = hip + 0.3 * (shoulder - hip)
    hem = ankle + 0.06 if tights else hip - 0.62 * (hip - knee)
    arms = share(source, "upper_arm", "forearm")
    beyond = np.maximum(z - waist, hem - z)
    beyond[arms > 0.1] = 1.0
    down = np.clip((waist - z) / (waist - hem), 0, 1)
    off_m = np.full_like(z, 0.004) if tights else 0.006 + 0.02 * down**1.3

    def hemmed(places: Array) -> Array:
        return np.concatenate([places[:, :2], np.clip(places[:, 2:], hem, waist)], axis=1)

    return Cut(beyond, hemmed, off_m)


def shirt(source: MakeHuman, body: Body) -> Cut:
    """A T-shirt with sleeves of half an upper arm."""
    vertices = body.vertices
    hip, shoulder = joint(body, "hip")[2], joint(body, "shoulder")[2]
    low, collar = hip + 0.1 * (shoulder - hip), body.joints["neck"]
    along = np.zeros(len(vertices))
    upper_m = np.zeros((len(vertices), 3))
    for side in SIDES:
        start, end = joint(body, f"shoulder_{side}"), joint(body, f"elbow_{side}")
        on = share(source, "upper_arm") + share(source, "forearm") > 0.5
        on &= vertices[:, 1] * start[1] > 0
        way = end - start
        along[on] = ((vertices[on] - start) @ way) / (way @ way)
        upper_m[on] = way
    # The collar falls towards the front.
    high = collar[2] + 0.005 - 0.35 * (vertices[:, 0] - collar[0])
    beyond = np.maximum.reduce(
        [
            low - vertices[:, 2],
            vertices[:, 2] - high,
            along - SLEEVE,
        ]
    )
    beyond[share(source, "head") > 0.6] = 1.0
    down = np.clip((shoulder - vertices[:, 2]) / (shoulder - low), 0, 1)
    arm = share(source, "upper_arm") > 0.3
    off_m = 0.007 + 0.015 * np.where(arm, np.clip(along, 0, 1), down**2)

    def hemmed(places: Array) -> Array:
        z = np.clip(places[:, 2], low, high)
        moved = np.concatenate([places[:, :2], z[:, None]], axis=1)
        return np.where(
            arm[:, None], places - np.maximum(along - SLEEVE, 0)[:, None] * upper_m, moved
        )

    return Cut(beyond, hemmed, off_m)
