"""A session folder that has been read."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class RecordedSession:
    """A session folder that has been read."""

    folder: Path

    @property
    def summary(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads((self.folder / "session.json").read_text())
        return values

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.folder / name).open(newline="") as file:
            return list(csv.DictReader(file))
