"""Files that are there whole or not at all."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from hipdrive.private_file import private

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def write_json(
    path: Path, values: Mapping[str, object], opener: Callable[[str, int], int] = private
) -> None:
    """Write a JSON file so that it is there whole or not at all, also after a power cut.

    Args:
        path: the file.
        values: what it says.
        opener: by which `open` makes it; its owner's alone unless another is given.

    Raises:
        OSError: it cannot be written; a file that was there before stays as it was.
        ValueError: a number is not finite, which JSON cannot hold.
    """
    write_whole(path, json.dumps(values, indent=2, allow_nan=False) + "\n", opener)


def write_whole(path: Path, text: str, opener: Callable[[str, int], int] = private) -> None:
    """Write a text file in the same way; errors as those of `write_json`."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with open(partial, "w", encoding="utf-8", opener=opener) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
