"""The runner's joints as markers in metres, for formats of motion capture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import ExportError
from hipdrive.exporters.body_track import body_track
from hipdrive.types.side import Side

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.api.stored_session import Session

    Array = npt.NDArray[np.float64]

LABELS = {"toe": "BigToe"}
"""Names of joints that other programs spell otherwise; the rest by its own with a capital."""


@dataclass(frozen=True, slots=True)
class Markers:
    """Joints over time, in the plane in which the runner runs.

    Attributes:
        t_s: [n], `body_track.RATE_HZ` a second, since the first frame of the session.
        labels: [m], such as "RKnee".
        ahead_m, above_m: [n, m]: ahead of the hips' mean place, and above the belt; NaN where a
            joint was not seen.
    """

    t_s: Array
    labels: tuple[str, ...]
    ahead_m: Array
    above_m: Array


def markers(session: Session) -> Markers:
    """The markers of a session.

    Raises:
        SourceError: the key points are missing or damaged.
        ExportError: there is no runner in them, or nobody knows how large.
    """
    camera = session.summary.camera if session.summary else None
    if camera is None or camera.px_per_m is None:
        raise ExportError(
            f"{session.folder}: has no scale, so nobody knows how long a pixel is; replay its "
            "poses.npz with runner.height_m set and export that session"
        )
    track = body_track(session)
    places = {
        f"{side[0].upper()}{LABELS.get(joint, joint.capitalize())}": points / camera.px_per_m
        for side in (Side.RIGHT, Side.LEFT)
        for name, points in track.points_px.items()
        if name.startswith(f"{side}_")
        for joint in [name.removeprefix(f"{side}_")]
    }
    stacked = np.stack(list(places.values()), axis=1)
    return Markers(track.t_s, tuple(places), stacked[..., 0], stacked[..., 1])
