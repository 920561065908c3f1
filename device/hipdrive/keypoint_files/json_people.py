"""What the readers of JSON have in common."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import SourceError
from hipdrive.small_file import MOST_DATA_BYTES, read_small_file

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    import numpy.typing as npt

NO_RATE = "says nothing of times; give the frames a second with --fps"
MOST_FRAMES = 100_000_000
"""Days at a thousand a second."""


def read_json(path: Path) -> object:
    """The values of a file.

    Raises:
        SourceError: it cannot be read, or is no JSON.
    """
    try:
        values: object = json.loads(read_small_file(path, MOST_DATA_BYTES).decode())
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{path}: is cut off, or no JSON ({error}); write it again") from error
    return values


def rate(path: Path, fps: Fraction | None) -> Fraction:
    """Frames a second.

    Raises:
        SourceError: nobody said.
    """
    if fps is None:
        raise SourceError(f"{path}: {NO_RATE}")
    return fps


def times_ns(path: Path, numbers: list[int], fps: Fraction) -> npt.NDArray[np.int64]:
    """The times of frames by their numbers, from the first on.

    Raises:
        SourceError: a number is beyond any recording.
    """
    first = numbers[0] if numbers else 0
    beyond = [n for n in numbers if not 0 <= n - first < MOST_FRAMES]
    if beyond:
        raise SourceError(
            f"{path}: has a frame of number {str(beyond[0])[:20]} after {str(first)[:20]}; number "
            "the frames in order"
        )
    return np.array([round((n - first) * 1_000_000_000 / fps) for n in numbers], np.int64)


def number_array(values: object, path: Path, what: str) -> npt.NDArray[np.float64]:
    """Nested lists of numbers as an array; null is not a number.

    Raises:
        SourceError: they are something else.
    """
    try:
        return np.array(values, np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise SourceError(f"{path}: {what} are not numbers ({error}); write it again") from error
