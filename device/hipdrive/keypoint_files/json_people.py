"""What the readers of JSON have in common."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.camera.folder import SUFFIXES as IMAGES
from hipdrive.errors import SourceError
from hipdrive.small_file import MOST_DATA_BYTES, read_small_file

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    import numpy.typing as npt

JSON = ".json"
NO_RATE = "says nothing of times; give the frames a second with --fps"
MOST_FRAMES = 100_000_000
"""Days at a thousand a second."""


LEAST_PX = 2.0
"""No person is smaller; what is lies within 0 to 1, or -1 to 1, of the picture."""


def holds_json(path: Path) -> bool:
    """Whether it is a folder of JSON files, and none of images with something beside them."""
    if not path.is_dir() or (path / "session.json").exists():
        return False
    suffixes = {file.suffix.lower() for file in path.iterdir()}
    return JSON in suffixes and not suffixes & set(IMAGES)


def numbered(path: Path) -> list[tuple[int, Path]]:
    """The JSON files of a folder by the last number in their names.

    Raises:
        SourceError: a name has none.
    """
    return sorted((_number(file), file) for file in path.iterdir() if file.suffix.lower() == JSON)


def _number(file: Path) -> int:
    digits = re.findall("[0-9]+", file.stem)
    if not digits:
        raise SourceError(f"{file}: has no number in its name, so its place is unknown; rename it")
    return int(digits[-1])


def read_json(path: Path) -> object:
    """The values of a file.

    Raises:
        SourceError: it cannot be read, or is no JSON.
    """
    try:
        values: object = json.loads(read_small_file(path, MOST_DATA_BYTES).decode("utf-8-sig"))
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


def in_pixels(track: npt.NDArray[np.float64], path: Path) -> npt.NDArray[np.float64]:
    """The key points as they are.

    Args:
        track: [frames, joints, 3]: x, y, score.
        path: what a message begins with.

    Raises:
        SourceError: they are shares of width and height; in such a picture angles are wrong.
    """
    seen = track[(track[..., 2] > 0) & np.isfinite(track).all(axis=-1)]
    if len(seen) and np.abs(seen[:, :2]).max() < LEAST_PX:
        raise SourceError(
            f"{path}: has places from {seen[:, :2].min():.2g} to {seen[:, :2].max():.2g}, shares "
            "of the picture; write them in pixels (OpenPose: --keypoint_scale 0)"
        )
    return track
