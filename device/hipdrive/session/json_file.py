"""JSON files that are there whole or not at all."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_json(path: Path, values: Mapping[str, object]) -> None:
    """Write a JSON file so that it is there whole or not at all, also after a power cut.

    Raises:
        OSError: it cannot be written; a file that was there before stays as it was.
        ValueError: a number is not finite, which JSON cannot hold.
    """
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(values, file, indent=2, allow_nan=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
