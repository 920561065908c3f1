"""Frames of a folder of numbered images, timed by a table or by a frame rate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from hipdrive.camera.jpeg import rgb_picture
from hipdrive.camera.source import ClosedOnExit
from hipdrive.camera.timestamps import TIMESTAMPS, read_timestamps
from hipdrive.errors import SourceError
from hipdrive.small_file import MOST_DATA_BYTES, read_small_file
from hipdrive.types.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.types.frame import RgbImage

SUFFIXES = (".png", ".jpg", ".jpeg")
FASTEST_FPS = 10_000


@dataclass(frozen=True, slots=True)
class _TimedImage:
    """An image of the folder and its time."""

    t_ns: int
    path: Path


class FrameFolder(ClosedOnExit):
    """Images as frames.

    The times come from `timestamps.csv` in the folder, whose order is the order of the frames, or
    from `fps` and the natural order of the numbered names (2 before 10). Everything but the
    pictures themselves is checked at once.

    Args:
        path: the folder, with png or jpg images of one size.
        fps: frames a second, when there is no `timestamps.csv`.

    Raises:
        SourceError: the folder, its table or its names cannot be used; the message names the file,
            the line and the remedy.
    """

    def __init__(self, path: Path, fps: float | Fraction | None = None) -> None:
        self._path = path
        images = _images(path)
        table = path / TIMESTAMPS
        if table.is_file() and fps is not None:
            raise SourceError(
                f"{path}: has both {TIMESTAMPS} and a frame rate; "
                f"leave out the frame rate, or move {TIMESTAMPS} away"
            )
        if table.is_file():
            times = read_timestamps(table, {image.name for image in images})
            self._images_in_order = [_TimedImage(t_ns, path / name) for t_ns, name in times]
        elif fps is not None:
            self._images_in_order = _evenly_timed(images, _rate(fps))
        else:
            raise SourceError(
                f"{path}: nothing says when the images were taken; "
                f"put a {TIMESTAMPS} there (columns file,t_ns), or give the frame rate (--fps)"
            )
        unlisted = len(set(images) - {timed.path for timed in self._images_in_order})
        self._warnings = [f"{path.name}: {unlisted} images are not in {TIMESTAMPS} and left out"]
        self._warnings *= unlisted > 0

    @property
    def name(self) -> str:
        """The folder's name."""
        return self._path.resolve().name

    @property
    def frame_count(self) -> int:
        """How many frames will come."""
        return len(self._images_in_order)

    @property
    def warnings(self) -> list[str]:
        """Images of the folder that are left out."""
        return list(self._warnings)

    def __iter__(self) -> Iterator[Frame]:
        """Read the images one by one, from the first.

        Raises:
            SourceError: an image cannot be read, or is not of the size of the first.
        """
        shape: tuple[int, ...] | None = None
        for timed in self._images_in_order:
            image = _read_rgb(timed.path)
            shape = shape or image.shape
            if image.shape != shape:
                raise SourceError(
                    f"{timed.path}: is {image.shape[1]}x{image.shape[0]} and the first image is "
                    f"{shape[1]}x{shape[0]}; keep images of one recording in one folder"
                )
            yield Frame(timed.t_ns, image)

    def close(self) -> None:
        """Nothing is kept open."""


def _images(folder: Path) -> list[Path]:
    """The images of the folder in natural order."""
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "no such folder"
        raise SourceError(f"{folder}: {what}; name a folder of png or jpg images")
    # A name with a leading dot is the system's, such as the "._1.jpg" that a Mac leaves behind.
    images = [
        file
        for file in folder.iterdir()
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".")
    ]
    if not images:
        raise SourceError(f"{folder}: has no png or jpg images; name another folder")
    return sorted(images, key=lambda file: (_natural(file.stem), file.name))


def _natural(stem: str) -> list[tuple[int, str]]:
    """A sort key that puts 2 before 10."""
    parts = re.split("([0-9]+)", stem)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _rate(fps: float | Fraction) -> Fraction:
    if not 0 < fps <= FASTEST_FPS:
        raise SourceError(
            f"a frame rate of {fps} is not possible; give one above 0, up to {FASTEST_FPS}"
        )
    return Fraction(fps)


def _evenly_timed(images: list[Path], fps: Fraction) -> list[_TimedImage]:
    _check_numbers(images)
    return [
        _TimedImage(round(index * 1_000_000_000 / fps), image) for index, image in enumerate(images)
    ]


def _check_numbers(images: list[Path]) -> None:
    """Refuse a gap: closing it up in silence would shift the time of every frame after it."""
    numbers = [_number(image) for image in images]
    steps = [number - before for before, number in pairwise(numbers)]
    usual = min((step for step in steps if step > 0), default=1)
    for index, step in enumerate(steps):
        if step != usual:
            raise SourceError(
                f"{images[index + 1]}: its number follows {numbers[index]}, so an image is missing "
                f"or there twice; number them without gaps, or give each its time in {TIMESTAMPS}"
            )


def _number(image: Path) -> int:
    """The last number in the name."""
    numbers = re.findall("[0-9]+", image.stem)
    if not numbers:
        raise SourceError(
            f"{image}: has no number in its name, so its position in the order is unknown; "
            f"rename it, or give its time in {TIMESTAMPS}"
        )
    return int(numbers[-1])


def _read_rgb(path: Path) -> RgbImage:
    """The picture, uint8 [height, width, 3], red first, upright."""
    import cv2

    try:
        image = rgb_picture(read_small_file(path, MOST_DATA_BYTES), str(path))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror}); check the file") from error
    except cv2.error as error:
        raise SourceError(f"{path}: is no image that can be read; remove or replace it") from error
    if image is None:
        raise SourceError(f"{path}: is cut off, or no png or jpg image; remove or replace it")
    return image
