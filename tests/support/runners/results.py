"""Sessions that count, for a store of profiles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hipdrive.coach.speed_baseline import SpeedBaseline
from hipdrive.runners.profile import SessionResult
from hipdrive.runners.store import STORE_NAME, ProfileStore
from hipdrive.types.programme import CoachMode

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 1, 18, 5, tzinfo=UTC)
EASY = SpeedBaseline(1, 2780, 10, 168, 250_000_000, 12_000_000)
PROBE = SpeedBaseline(1, 2800, 10, 171, 262_000_000, 11_000_000)


def result(name: str, session_id: str, utc: str = "2026-03-01T18:05:00+00:00") -> SessionResult:
    """A session of 20 minutes with a baseline and a probe."""
    return SessionResult(
        name, None, CoachMode.PROGRAMME, session_id, utc, 1_200_000, (EASY,), PROBE
    )


class Store(ProfileStore):
    """A store that notes what it says."""

    def __init__(self, folder: Path) -> None:
        self.said: list[str] = []
        super().__init__(folder / STORE_NAME, lambda: NOW, self.said.append)
