"""`trc`: the joints as markers, in the text format of OpenSim and motion capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.exporters.body_track import RATE_HZ
from hipdrive.exporters.markers import markers
from hipdrive.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.api.stored_session import Session

MM_PER_M = 1000
HEADER = (
    "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\t"
    "OrigDataRate\tOrigDataStartFrame\tOrigNumFrames"
)


class TrcMarkers:
    """Markers in mm: x ahead, y up, z to the right; empty cells where a joint was not seen.

    z is 0 everywhere: a camera from the side sees no depth.
    """

    name = "trc"

    def write(self, session: Session, path: Path) -> None:
        """Write one trial.

        Raises:
            SourceError: the key points are missing or damaged.
            ExportError: there is no runner in them, or nobody knows how large.
        """
        found = markers(session)
        count, labels = len(found.t_s), found.labels
        name = f"{printable(session.folder.resolve().name)}.trc"
        numbers = range(1, len(labels) + 1)
        head = [
            f"PathFileType\t4\t(X/Y/Z)\t{name}",
            HEADER,
            f"{RATE_HZ}\t{RATE_HZ}\t{count}\t{len(labels)}\tmm\t{RATE_HZ}\t1\t{count}",
            "Frame#\tTime\t" + "\t\t\t".join(labels) + "\t\t",
            "\t\t" + "\t".join(f"X{n}\tY{n}\tZ{n}" for n in numbers),
            "",
        ]
        x_mm, y_mm = found.ahead_m * MM_PER_M, found.above_m * MM_PER_M
        rows = [
            "\t".join([str(frame), f"{t_s:.6f}", *map(_cell, xs, ys)])
            for frame, (t_s, xs, ys) in enumerate(zip(found.t_s, x_mm, y_mm, strict=True), 1)
        ]
        path.write_text("\n".join([*head, *rows, ""]), encoding="utf-8")


def _cell(x_mm: float, y_mm: float) -> str:
    """The three cells of a marker."""
    return "\t\t" if np.isnan(x_mm) or np.isnan(y_mm) else f"{x_mm:.2f}\t{y_mm:.2f}\t0.00"
