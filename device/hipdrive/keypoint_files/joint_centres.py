"""Where joints are, from markers on the skin around them.

A knee, and an ankle, lies in the middle between the markers inside and outside. The hips come from
Harrington et al. 2007 (J Biomech 40:595, 10.1016/j.jbiomech.2006.02.003): from the middle of the
two anterior superior iliac spines, with the pelvis's width between them and its depth to the middle
of the posterior ones, all in mm,

    forward -0.24 depth - 9.9,  up -0.30 width - 10.9,  to the side 0.33 width + 7.3
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.keypoint_files.joint_names import place_of, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

FRONT, BACK = ("asis", "asi", "ias"), ("psis", "psi", "ips")
"""What the spines are called, without side, case and punctuation."""
SACRUM = ("vsacral", "sacral", "sacrum", "sacr", "s2")
"""One marker between the posterior spines in their place."""
CENTRES = ("LHJC", "RHJC")
OUTSIDE = {
    "KJC": ("kneelat", "kneelateral", "lfc", "lfe", "fle", "kne"),
    "AJC": ("anklelat", "anklelateral", "lmal", "fal", "lm", "ank"),
}
INSIDE = {
    "KJC": ("kneemed", "kneemedial", "mfc", "mfe", "fme", "mkne"),
    "AJC": ("anklemed", "anklemedial", "mmal", "tam", "mm", "mank"),
}
"""Markers on both sides of knee and ankle: OpenSim, Visual3D, CAST, Plug-in Gait."""


def with_joint_centres(names: Sequence[str], metres: Array) -> tuple[list[str], Array]:
    """The markers with the centres of hips, knees and ankles that they tell and the file lacks.

    Args:
        names: of the markers.
        metres: [frames, markers, 3].
    """
    known, places = with_hip_centres(names, metres)
    for centre in OUTSIDE:
        for side in ("left", "right"):
            pair = [place_of(known, side, parts[centre]) for parts in (OUTSIDE, INSIDE)]
            if None not in pair and place_of(known, side, (centre.lower(),)) is None:
                middle = places[:, [place for place in pair if place is not None]].mean(axis=1)
                known.append(f"{side[0].upper()}{centre}")
                places = np.concatenate([places, middle[:, None]], axis=1)
    return known, places


def with_hip_centres(names: Sequence[str], metres: Array) -> tuple[list[str], Array]:
    """The markers with both hips, where the file has spines and no hips; else as they are.

    Args:
        names: of the markers.
        metres: [frames, markers, 3].
    """
    known = list(names)
    hips = [place_of(known, side, ("hjc", "hjcreg", "hip")) for side in ("left", "right")]
    front, back = (_both(known, part) for part in (FRONT, BACK))
    behind = back or _one(known, SACRUM)
    if None not in hips or not front or not behind:
        return known, metres
    left, right = (metres[:, place] for place in front)
    middle = (left + right) / 2
    side, width = _direction(right - left)
    depth_m = middle - metres[:, behind].mean(axis=1)
    forward, _ = _direction(depth_m - (depth_m * side).sum(-1, keepdims=True) * side)
    up = np.cross(side, forward)
    depth = np.linalg.norm(depth_m, axis=-1, keepdims=True)
    centre = middle - (0.24 * depth + 0.0099) * forward - (0.30 * width + 0.0109) * up
    aside = (0.33 * width + 0.0073) * side
    both = np.stack([centre - aside, centre + aside], axis=1)
    return [*known, *CENTRES], np.concatenate([metres, both], axis=1)


def _both(names: Sequence[str], part: Sequence[str]) -> list[int]:
    """Where left and right are; nothing if one is missing."""
    places = [place_of(names, side, part) for side in ("left", "right")]
    found = [place for place in places if place is not None]
    return found if len(found) == len(places) else []


def _one(names: Sequence[str], part: Sequence[str]) -> list[int]:
    """Where the first marker of these names is, which has no side."""
    return [place for place, name in enumerate(names) if plain(name) in part][:1]


def _direction(vectors: Array) -> tuple[Array, Array]:
    """Unit vectors and lengths [frames, 1]."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, np.nan), lengths
