"""Where the hips are, from markers on the pelvis.

Harrington et al. 2007 (J Biomech 40:595, 10.1016/j.jbiomech.2006.02.003): from the middle of the
two anterior superior iliac spines, with the pelvis's width between them and its depth to the middle
of the posterior ones, all in mm,

    forward -0.24 depth - 9.9,  up -0.30 width - 10.9,  to the side 0.33 width + 7.3
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.keypoint_files.joint_names import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

FRONT, BACK = ("asis", "asi", "ias"), ("psis", "psi", "ips")
"""What the spines are called, without side, case and punctuation."""
CENTRES = ("LHJC", "RHJC")


def with_hip_centres(names: Sequence[str], metres: Array) -> tuple[list[str], Array]:
    """The markers with both hips, where the file has spines and no hips; else as they are.

    Args:
        names: of the markers.
        metres: [frames, markers, 3].
    """
    known = list(names)
    hips = [place_of(known, side, ("hjc", "hjcreg", "hip")) for side in ("left", "right")]
    spines = [place_of(known, side, part) for part in (FRONT, BACK) for side in ("left", "right")]
    if None not in hips or None in spines:
        return known, metres
    left, right, back_left, back_right = (metres[:, place] for place in spines if place is not None)
    middle = (left + right) / 2
    side, width = _direction(right - left)
    depth_m = middle - (back_left + back_right) / 2
    forward, _ = _direction(depth_m - (depth_m * side).sum(-1, keepdims=True) * side)
    up = np.cross(side, forward)
    depth = np.linalg.norm(depth_m, axis=-1, keepdims=True)
    centre = middle - (0.24 * depth + 0.0099) * forward - (0.30 * width + 0.0109) * up
    aside = (0.33 * width + 0.0073) * side
    both = np.stack([centre - aside, centre + aside], axis=1)
    return [*known, *CENTRES], np.concatenate([metres, both], axis=1)


def _direction(vectors: Array) -> tuple[Array, Array]:
    """Unit vectors and lengths [frames, 1]."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, np.nan), lengths
