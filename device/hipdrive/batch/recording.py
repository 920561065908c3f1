"""One recording of many, and what is known of it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.session.poses import SPOOL_NAME
from hipdrive.sources import KEY_POINTS, RENDERED

if TYPE_CHECKING:
    from fractions import Fraction

    from hipdrive.config import Config
    from hipdrive.types.side import Side

MOST_NAME_LETTERS = 50
HASH_LETTERS = 10
POSES_NAMES = ("poses.npz", SPOOL_NAME)
"""In a session folder, which is one recording."""


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """What is said of one recording; None: what the configuration says holds.

    Attributes:
        facing: the side of the picture that the runner faces.
        height_m: of the runner.
        belt_mps, incline_percent: of the treadmill.
        fps: frames a second of what has no times.
        slow_motion: how many times slower than life it plays.
        calibration: file of the camera that filmed it.
        static: markers of the same person standing.
    """

    facing: Side | None = None
    height_m: float | None = None
    belt_mps: float | None = None
    incline_percent: float | None = None
    fps: Fraction | None = None
    slow_motion: Fraction | None = None
    calibration: Path | None = None
    static: Path | None = None

    def or_else(self, other: RecordingSettings) -> RecordingSettings:
        """This, and what only the other knows."""
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(other, **{name: each for name, each in known.items() if each is not None})

    def applied_to(self, config: Config) -> Config:
        """The configuration of the recording's session, whose model has one thread."""
        treadmill = {
            name: value
            for name, value in (
                ("belt_mps", self.belt_mps),
                ("incline_percent", self.incline_percent),
            )
            if value is not None
        }
        runner = {} if self.height_m is None else {"height_m": self.height_m}
        return config.model_copy(
            update={
                "pose": config.pose.model_copy(update={"threads": 1}),
                "treadmill": config.treadmill.model_copy(update=treadmill),
                "runner": config.runner.model_copy(update=runner),
            }
        )


@dataclass(frozen=True, slots=True)
class BatchRecording:
    """One recording.

    Attributes:
        named: as it was called, or found below a folder.
        source: what `hipdrive.sources.open_source` opens, from any folder.
        settings: of it alone.
    """

    named: str
    source: str
    settings: RecordingSettings

    @property
    def folder_name(self) -> str:
        """Of its session: what it is called, and what tells it from others of that name."""
        path = Path(self.source)
        named = path.parent.name if path.name in POSES_NAMES else path.stem
        plain = "".join(char if char.isalnum() or char in "-_." else "_" for char in named)
        told_apart = hashlib.sha256(os.fsencode(self.source)).hexdigest()[:HASH_LETTERS]
        return f"{plain.strip('.')[:MOST_NAME_LETTERS] or 'recording'}-{told_apart}"


def is_drawn(source: str) -> bool:
    """Whether it stands for a runner who is made on the spot."""
    return source.startswith((RENDERED, KEY_POINTS))


def absolute(named: str, folder: Path) -> str:
    """The source from any folder, of one that is named as seen from a folder."""
    for scheme in (RENDERED, KEY_POINTS):
        if named.startswith(scheme):
            file = named.removeprefix(scheme)
            return f"{scheme}{folder.absolute() / file}" if file else scheme
    return str(folder.absolute() / named)


def file_of(source: str) -> Path | None:
    """The file or folder that must be there; None: the source needs none."""
    for scheme in (RENDERED, KEY_POINTS):
        if source.startswith(scheme):
            file = source.removeprefix(scheme)
            return Path(file) if file else None
    return Path(source)
