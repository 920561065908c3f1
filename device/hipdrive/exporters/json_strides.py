"""`json`: the strides as objects, with the id of their session."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hipdrive.exporters.stride_table import rows

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.api.stored_session import Session

SCHEMA = "hipdrive/strides/1"


class JsonStrides:
    """Strides as a list of objects; null where nothing was measured."""

    name = "json"

    def write(self, session: Session, path: Path) -> None:
        """Write one object with schema, session and strides."""
        values = {
            "schema": SCHEMA,
            "session": session.summary.id if session.summary else None,
            "strides": rows(session),
        }
        with path.open("w", encoding="utf-8") as file:
            json.dump(values, file, indent=2, allow_nan=False)
            file.write("\n")
