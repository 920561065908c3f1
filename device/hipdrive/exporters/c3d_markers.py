"""`c3d`: the joints as markers with foot strikes and toe-offs, in motion laboratories' format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import ExportError
from hipdrive.exporters.activity import S_PER_MIN, value_of
from hipdrive.exporters.body_track import RATE_HZ
from hipdrive.exporters.extra import missing
from hipdrive.exporters.markers import markers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import ezc3d

    from hipdrive.api.stored_session import Session
    from hipdrive.api.values import StrideValues
    from hipdrive.exporters.markers import Markers

MM_PER_M = 1000
NOT_SEEN = -1.0
"""Residual of a point that was not seen."""
MOST_FRAMES = 65_535
SUFFIX = ".c3d"
EVENTS = {"Foot Strike": "foot_strike_s", "Foot Off": "toe_off_s"}


class C3dMarkers:
    """Markers in mm: X ahead, Y to the left, which is 0, and Z up; events of accepted strides."""

    name = "c3d"

    def write(self, session: Session, path: Path) -> None:
        """Write one trial.

        Raises:
            SourceError: the key points are missing or damaged.
            ExportError: there is no runner in them, or nobody knows how large.
            MissingPackageError: ezc3d is not installed.
        """
        found = markers(session)
        try:
            write_c3d(found, session.strides, session.folder.resolve().name, path)
        except ImportError as error:
            raise missing(self.name, "ezc3d") from error


def write_c3d(found: Markers, strides: Iterable[StrideValues], name: str, path: Path) -> None:
    """Write markers and the events of strides.

    Args:
        found: the markers.
        strides: of the same session.
        name: of the session.
        path: of the file.

    Raises:
        ExportError: it is longer than the format can count.
        ImportError: ezc3d is not installed.
    """
    import ezc3d

    if len(found.t_s) > MOST_FRAMES:
        raise ExportError(
            f"{name}: C3D counts {MOST_FRAMES} frames, {MOST_FRAMES / RATE_HZ / S_PER_MIN:.0f} "
            f"min, and this has {len(found.t_s)}; export it as trc"
        )
    seen = np.isfinite(found.ahead_m) & np.isfinite(found.above_m)
    points = np.zeros((4, len(found.labels), len(found.t_s)))
    points[0] = np.where(seen, found.ahead_m * MM_PER_M, 0).T
    points[2] = np.where(seen, found.above_m * MM_PER_M, 0).T
    points[3] = 1
    file = ezc3d.c3d()
    point = file["parameters"]["POINT"]
    point["RATE"]["value"] = [float(RATE_HZ)]
    point["UNITS"]["value"] = ["mm"]
    point["LABELS"]["value"] = list(found.labels)
    file.add_parameter("POINT", "X_SCREEN", "+X")
    file.add_parameter("POINT", "Y_SCREEN", "+Z")
    file["data"]["points"] = points
    file["data"]["meta_points"]["residuals"] = np.where(seen, 0.0, NOT_SEEN).T[np.newaxis]
    _add_events(file, strides, float(found.t_s[0]))
    file.add_parameter("HIPDRIVE", "SESSION", name)
    # The library puts its own suffix behind any other.
    made = path.with_name(f"{path.name}.partial{SUFFIX}")
    try:
        file.write(str(made))
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _add_events(file: ezc3d.c3d, strides: Iterable[StrideValues], began_s: float) -> None:
    """Foot strikes and toe-offs, in the parameters where laboratories' programs look for them."""
    events = sorted(
        (t_s - began_s, label, stride.leg.capitalize())
        for stride in strides
        for label, column in EVENTS.items()
        if stride.accepted and (t_s := value_of(stride, column)) is not None and t_s >= began_s
    )
    file.add_parameter("EVENT", "USED", [len(events)])
    if not events:
        return
    file.add_parameter("EVENT", "CONTEXTS", [side for _, _, side in events])
    file.add_parameter("EVENT", "LABELS", [label for _, label, _ in events])
    # A row of minutes, and one of seconds.
    times = np.array([divmod(t_s, S_PER_MIN) for t_s, _, _ in events]).T
    file.add_parameter("EVENT", "TIMES", times)
