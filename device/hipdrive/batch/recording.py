"""One recording of many, and what is known of it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.session.poses import POSES_NAMES
from hipdrive.sources import scheme_of

if TYPE_CHECKING:
    from fractions import Fraction

    from hipdrive.config import Config
    from hipdrive.types.side import Side

MOST_NAME_LETTERS = 50
HASH_LETTERS = 10


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


def absolute(named: str, folder: Path) -> str:
    """The source from any folder, of one that is named as seen from a folder."""
    scheme = scheme_of(named)
    file = named.removeprefix(scheme)
    return scheme if scheme and not file else f"{scheme}{folder.absolute() / file}"


def file_of(source: str) -> Path | None:
    """The file or folder that must be there; None: the source needs none."""
    scheme = scheme_of(source)
    return None if source == scheme != "" else Path(source.removeprefix(scheme))
