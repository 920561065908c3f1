"""Joints of a recording with clusters of markers, from a trial in which the person stands.

Laboratories put markers on the knees and ankles for a trial of standing only, and take them off for
the run; clusters on thigh and shank stay. Each segment is a rigid body (Cappozzo 1995, Clin.
Biomech. 10:171), so its markers carry the joint along. Which markers those are need not be told: a
joint goes with the three near it that keep their distances to one another.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hipdrive.errors import SourceError
from hipdrive.keypoint_files.joint_centres import with_joint_centres
from hipdrive.keypoint_files.joint_names import ALIASES, place_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.keypoint_files.marker_paths import MarkerPaths

    Array = npt.NDArray[np.float64]

NEXT = {
    "shoulder": ("hip",),
    "hip": ("knee",),
    "knee": ("hip", "ankle"),
    "ankle": ("knee",),
}
"""What is carried along, and the joints beyond which another segment begins."""
OTHER = {"left": "right", "right": "left"}
NEAR, NEAREST = 0.9, 8
"""How far from a joint its markers are, of the way to the next one, and how many are tried."""
THINNEST_M = 0.02
"""Height of the triangle; on a line they would not tell how it is turned."""
LOOSEST_M = 0.03
"""So far, at most, skin may throw the joint (root mean square)."""


class _Body(NamedTuple):
    """Three markers that move as one.

    Attributes:
        markers: their places in both files.
        thrown_m: how far their own movement throws the joint, root mean square.
    """

    markers: list[str]
    thrown_m: float


def with_static_trial(moving: MarkerPaths, standing: MarkerPaths) -> MarkerPaths:
    """The moving markers, and the joints that only the standing ones show.

    Raises:
        SourceError: nothing carries such a joint along.
    """
    names, places = with_joint_centres(standing.names, standing.metres)
    moving_names, metres = with_joint_centres(moving.names, moving.metres)
    middle = dict(zip(names, np.nanmedian(places, axis=0), strict=True))
    joints = {side: _joints(names, middle, side) for side in OTHER}
    added = {}
    for side, other in OTHER.items():
        for joint, at in joints[side].items():
            if place_of(moving_names, side, ALIASES[joint]) is not None:
                continue
            reach_m = NEAR * _to_the_next_m(joints[side], joint)
            body = _body(moving, middle, at, reach_m, joints[other].get(joint))
            if body is None or not body.thrown_m < LOOSEST_M:
                raise SourceError(
                    f"{moving.where}: has no three markers near the {side} {joint} of "
                    f"{standing.where} that move as one; leave three on each segment on"
                )
            added[f"{side}_{joint}"] = _carried(moving, middle, body.markers, at)
    columns = [metres, *(path[:, None] for path in added.values())]
    return replace(moving, names=[*moving_names, *added], metres=np.concatenate(columns, axis=1))


def _joints(names: list[str], middle: dict[str, Array], side: str) -> dict[str, Array]:
    """Those of a side that the standing trial shows, and where."""
    found = {joint: place_of(names, side, ALIASES[joint]) for joint in NEXT}
    return {joint: middle[names[place]] for joint, place in found.items() if place is not None}


def _to_the_next_m(joints: dict[str, Array], joint: str) -> float:
    beyond = [joints[other] for other in NEXT[joint] if other in joints]
    return min((_apart_m(at, joints[joint]) for at in beyond), default=0.0)


def _apart_m(one: Array, other: Array) -> float:
    return float(np.linalg.norm(one - other))


def _body(
    moving: MarkerPaths,
    middle: dict[str, Array],
    joint: Array,
    reach_m: float,
    mirrored: Array | None,
) -> _Body | None:
    """The three markers that throw the joint least, none of them nearer to the other leg's."""
    away = {}
    for name in moving.names:
        if name in middle and np.isfinite(middle[name]).all():
            away[name] = _apart_m(middle[name], joint)
            if mirrored is not None and _apart_m(middle[name], mirrored) < away[name]:
                del away[name]
    near = sorted((name for name, m in away.items() if m <= reach_m), key=away.__getitem__)
    bodies = [
        _Body(list(three), _thrown_m(moving, middle, three, joint))
        for three in combinations(near[:NEAREST], 3)
    ]
    return min(bodies, key=lambda body: body.thrown_m, default=None)


def _thrown_m(
    moving: MarkerPaths, middle: dict[str, Array], three: tuple[str, ...], joint: Array
) -> float:
    """What their distances change by, enlarged as far as the joint is beyond them."""
    corners = np.array([middle[name] for name in three])
    paths = moving.metres[:, [list(moving.names).index(name) for name in three]]
    sides = [(0, 1), (1, 2), (2, 0)]
    still = np.array([np.linalg.norm(corners[a] - corners[b]) for a, b in sides])
    height_m = np.linalg.norm(np.cross(corners[1] - corners[0], corners[2] - corners[0]))
    height_m /= still.max()
    if height_m < THINNEST_M:
        return float("inf")
    seen = np.isfinite(paths).all(axis=(1, 2))
    if not seen.any():
        return float("inf")
    lengths = np.stack([np.linalg.norm(paths[seen, a] - paths[seen, b], axis=-1) for a, b in sides])
    loose_m = float(np.sqrt(((lengths.T - still) ** 2).mean()))
    beyond_m = _apart_m(corners.mean(axis=0), joint)
    return loose_m * (1 + beyond_m / float(height_m))


def _carried(
    moving: MarkerPaths, middle: dict[str, Array], three: list[str], joint: Array
) -> Array:
    """The joint's path [frames, 3], by the turn that fits the markers best (Kabsch 1976)."""
    corners = np.array([middle[name] for name in three])
    paths = moving.metres[:, [list(moving.names).index(name) for name in three]]
    seen = np.isfinite(paths).all(axis=(1, 2))
    about, centres = corners.mean(axis=0), paths[seen].mean(axis=1)
    u, _, vt = np.linalg.svd(
        np.einsum("fki,kj->fij", paths[seen] - centres[:, None], corners - about)
    )
    turned = np.linalg.det(u @ vt)
    u[:, :, 2] *= turned[:, None]
    path = np.full((len(paths), 3), np.nan)
    path[seen] = centres + (u @ vt) @ (joint - about)
    return path
