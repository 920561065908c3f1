"""Markers in space, seen from the runner's right as a camera would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import SourceError
from hipdrive.keypoint_files.joint_centres import with_joint_centres
from hipdrive.keypoint_files.joint_names import JointNames
from hipdrive.keypoint_files.marker_paths import UNITS_PER_M
from hipdrive.keypoint_files.track import KeypointTrack

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.keypoint_files.marker_paths import MarkerPaths

    Array = npt.NDArray[np.float64]

PX_PER_M = 500.0
"""A thigh of 200 px; angles and times do not depend on it."""
LEG_M = (0.4, 1.4)
"""Hip to ankle of a person from a child on; anything else is in another unit than it says."""
LEAST_HIP_WIDTH = 0.05
"""Of the leg; less means that all is in one plane already."""


def seen_from_the_side(markers: MarkerPaths) -> KeypointTrack:
    """Key points as a camera on the runner's right sees them, square to the hips.

    Which axis is up, and where the right is, comes from the markers themselves. Recordings in one
    plane stay as they are.

    Raises:
        SourceError: a marker is missing, or the unit is not the one it says.
    """
    where = markers.where
    names, metres = with_joint_centres(markers.names, markers.metres)
    found = JointNames(names)
    skeleton = found.skeleton("markers", where)
    metres = metres[:, found.columns]
    at = {joint: metres[:, number] for number, joint in enumerate(found.joints)}
    for joint, path in at.items():
        if np.isnan(path).any(axis=-1).all() and joint.endswith(("hip", "knee", "ankle")):
            raise SourceError(f"{where}: {joint} is never seen; fill its gaps, or leave it out")
    _check_unit(at, markers.unit, where)
    up, right = _up(at), _right(at)
    right -= (right @ up) * up
    across = float(np.linalg.norm(right))
    if across < LEAST_HIP_WIDTH * _leg_m(at):
        flat = np.nanmax(metres, axis=(0, 1)) - np.nanmin(metres, axis=(0, 1))
        forward = np.eye(3)[int(np.argmax(flat * (up == 0)))]
    else:
        forward = np.cross(up, right / across)
    seen = np.isfinite(metres).all(axis=-1)
    x, y = metres @ forward, metres @ -up
    points = np.stack([(x - np.nanmean(x)) * PX_PER_M, (y - np.nanmean(y)) * PX_PER_M, seen], -1)
    points[~seen] = 0
    return KeypointTrack(np.rint(markers.t_s * 1e9).astype(np.int64), points, skeleton)


def _up(at: dict[str, Array]) -> Array:
    """The axis along which shoulders are above ankles."""
    middle = np.nanmean(at["left_shoulder"] + at["right_shoulder"], axis=0)
    rise = middle - np.nanmean(at["left_ankle"] + at["right_ankle"], axis=0)
    axis = int(np.argmax(np.abs(rise)))
    up: Array = np.eye(3)[axis] * np.sign(rise[axis])
    return up


def _right(at: dict[str, Array]) -> Array:
    """From the left hip to the right one, m."""
    right: Array = np.nanmean(at["right_hip"] - at["left_hip"], axis=0)
    return right


def _leg_m(at: dict[str, Array]) -> float:
    """Thigh and shank of the right leg."""
    hip, knee, ankle = (at[f"right_{joint}"] for joint in ("hip", "knee", "ankle"))
    lengths = [np.linalg.norm(a - b, axis=-1) for a, b in ((hip, knee), (knee, ankle))]
    return float(np.nanmedian(lengths[0]) + np.nanmedian(lengths[1]))


def _check_unit(at: dict[str, Array], unit: str, where: str) -> None:
    leg_m = _leg_m(at)
    least, most = LEG_M
    if least <= leg_m <= most:
        return
    units = [
        u for u, n in UNITS_PER_M.items() if least <= leg_m * UNITS_PER_M[unit.lower()] / n <= most
    ]
    what_would = (
        f"in {units[0]} it would be a person's: put the right unit into the file"
        if units
        else "no unit makes it a person's: export it in m or mm, not in pixels"
    )
    raise SourceError(
        f"{where}: says that it is in {unit}, so the leg is {leg_m:.3g} m long; {what_would}"
    )
