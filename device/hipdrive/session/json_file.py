"""JSON files that are there whole or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hipdrive.private_file import private
from hipdrive.whole_file import write_whole

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
