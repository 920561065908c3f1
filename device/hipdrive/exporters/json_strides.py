"""`json`: the strides as objects, with the id of their session."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hipdrive.api.table import row

if TYPE_CHECKING:
    from typing import TextIO

    from hipdrive.api.stored_session import Session

SCHEMA = "hipdrive/strides/1"


class JsonStrides:
    """Strides as a list of objects; null where nothing was measured."""

    name = "json"

    def write(self, session: Session, file: TextIO) -> None:
        """Write one object with schema, session and strides."""
        values = {
            "schema": SCHEMA,
            "session": session.summary.id if session.summary else None,
            "strides": [row(stride) for stride in session.strides],
        }
        json.dump(values, file, indent=2, allow_nan=False)
        file.write("\n")
