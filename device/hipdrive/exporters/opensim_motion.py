"""`mot`: the angles over time as an OpenSim motion file.

Header and columns as OpenSim writes and reads them: name, `version`, `nRows`, `nColumns`,
`inDegrees`, `endheader`, then a line of labels and a row a time, split by tabs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.exporters.body_track import ANGLES, body_track
from hipdrive.printable import printable
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.api.stored_session import Session

UNITS = (
    "Units are S.I. units (second, meters, Newtons, ...)\n"
    "If the header above contains a line with 'inDegrees', this indicates whether rotational "
    "values are in degrees (yes) or radians (no)."
)
"""What OpenSim's own files say here."""


class OpenSimMotion:
    """Thigh, hip and knee of both legs at 64 Hz; a time at which a thigh was not seen has no row.

    The columns are called as hipdrive calls its angles and not as coordinates of a model: none of
    them is the angle against the pelvis, which a camera beside the treadmill cannot see.
    """

    name = "mot"

    def write(self, session: Session, path: Path) -> None:
        """Write one motion.

        Raises:
            SourceError: the key points are missing or damaged.
            ExportError: there is no runner in them.
        """
        track = body_track(session)
        sides = (Side.RIGHT, Side.LEFT)
        names = [(f"{angle}_{side[0]}", f"{side}_{angle}") for side in sides for angle in ANGLES]
        table = np.column_stack([track.t_s, *(track.angles_deg[own] for _, own in names)])
        thighs = [track.angles_deg[f"{side}_{ANGLES[0]}"] for side in sides]
        table = table[np.isfinite(thighs).all(axis=0)]
        head = [
            printable(session.folder.resolve().name),
            "version=1",
            f"nRows={len(table)}",
            f"nColumns={table.shape[1]}",
            "inDegrees=yes",
            "",
            UNITS,
            "",
            "endheader",
            "\t".join(["time", *(label for label, _ in names)]),
        ]
        rows = ["\t".join([f"{t_s:.6f}", *(f"{deg:.4f}" for deg in row)]) for t_s, *row in table]
        path.write_text("\n".join([*head, *rows, ""]), encoding="utf-8")
