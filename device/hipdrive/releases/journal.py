"""What is being switched, and what became of it: written down before it is done."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.releases.host import Host


class Stage(StrEnum):
    """How far a switch has come."""

    SWITCHING = "switching"
    WATCHING = "watching"
    GOING_BACK = "going back"


@dataclass(frozen=True, slots=True)
class SwitchJournal:
    """A switch from one release to another that has not ended.

    Attributes:
        left: name of the folder of the release that ran.
        taken: that of the release that is to run.
        stage: how far it has come.
        reason: why it goes back.
        before: the one before `left`, which can be gone back to when `taken` is not well; empty:
            there was none.
    """

    left: str
    taken: str
    stage: Stage
    reason: str = ""
    before: str = ""

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The journal; None where nothing is being switched, or it cannot be read."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                str(values["left"]),
                str(values["taken"]),
                Stage(values["stage"]),
                str(values["reason"]),
                str(values["before"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, host: Host, path: Path) -> None:
        """Write it down, also for after a power cut."""
        host.write(path, json.dumps(asdict(self)) + "\n")


@dataclass(frozen=True, slots=True)
class UpdateOutcome:
    """What became of the last update.

    Attributes:
        left, taken: names of the releases.
        ended_utc: when, ISO 8601.
        problem: why the device went back to `left`; empty when it did not.
    """

    left: str
    taken: str
    ended_utc: str
    problem: str = ""

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The last outcome; None where there was no update."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(*(str(values[key]) for key in ("left", "taken", "ended_utc", "problem")))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, host: Host, path: Path) -> None:
        """Keep it."""
        host.write(path, json.dumps(asdict(self)) + "\n")

    def __str__(self) -> str:
        if self.problem:
            return (
                f"{self.ended_utc}: update from {self.left} to {self.taken} taken back: "
                f"{self.problem}"
            )
        return f"{self.ended_utc}: updated from {self.left} to {self.taken}"
