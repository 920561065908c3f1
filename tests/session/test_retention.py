"""Which sessions go, which stay: by age, by size, and never the newest."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from hipdrive.config import KeepConfig
from hipdrive.session.poses import SPOOL_NAME
from hipdrive.session.retention import tidy

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
MB = 1_000_000
EVER = {"days": 0, "key_point_days": 0, "megabytes": 0, "free_megabytes": 0}
SMALL = {"session.json", "strides.csv", "cues.csv"}


def session(sessions: Path, day: float, key_points: int = 10) -> Path:
    """A session so many days after the first."""
    started = START + timedelta(days=day)
    folder = sessions / f"{started:%Y%m%dT%H%M%SZ}-0a1b2c"
    folder.mkdir(parents=True)
    for name in (*SMALL, "frames.csv"):
        (folder / name).write_bytes(b"x" * 10)
    (folder / "poses.npz").write_bytes(b"x" * key_points)
    return folder


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def test_without_limits_everything_stays(tmp_path: Path) -> None:
    folders = [session(tmp_path, day) for day in (0, 10, 20)]
    tidy(tmp_path, KeepConfig(**EVER))
    assert all(folder.exists() for folder in folders)
    assert all("poses.npz" in names(folder) for folder in folders)


def test_key_points_go_before_summaries_and_those_before_the_newest(tmp_path: Path) -> None:
    old, older, new = session(tmp_path, 20), session(tmp_path, 0), session(tmp_path, 40)
    tidy(tmp_path, KeepConfig(**EVER | {"days": 30, "key_point_days": 10}))
    assert not older.exists()
    assert names(old) == SMALL
    assert "poses.npz" in names(new)


@pytest.mark.parametrize("limit", [{"days": 1}, {"megabytes": 1}, {"free_megabytes": 100_000_000}])
def test_the_newest_always_stays_whole(tmp_path: Path, limit: dict[str, int]) -> None:
    folders = [session(tmp_path, day, 2 * MB) for day in (0, 10, 20)]
    tidy(tmp_path, KeepConfig(**EVER | limit))
    assert [folder.exists() for folder in folders] == [False, False, True]
    assert "poses.npz" in names(folders[-1])


def test_no_more_goes_than_must(tmp_path: Path) -> None:
    folders = [session(tmp_path, day, 2 * MB) for day in range(4)]
    tidy(tmp_path, KeepConfig(**EVER | {"megabytes": 5}))
    assert all(folder.exists() for folder in folders), "their summaries take next to nothing"
    assert ["poses.npz" in names(folder) for folder in folders] == [False, False, True, True]


def test_room_on_the_disk_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [session(tmp_path, day, 2 * MB) for day in range(4)]

    def free(sessions: Path) -> SimpleNamespace:
        used = sum(file.stat().st_size for file in sessions.glob("*/*"))
        return SimpleNamespace(f_bavail=(10 * MB - used) // 1000, f_frsize=1000)

    monkeypatch.setattr(os, "statvfs", free)
    tidy(tmp_path, KeepConfig(**EVER | {"free_megabytes": 5}))
    assert ["poses.npz" in names(folder) for folder in folders] == [False, False, True, True]


def test_what_hipdrive_has_not_named_or_not_finished_is_not_its_to_remove(tmp_path: Path) -> None:
    mine, going = session(tmp_path, 0), session(tmp_path, 1)
    mine = mine.rename(tmp_path / "my best run")
    (going / SPOOL_NAME).touch()
    unfinished = session(tmp_path, 2)
    (unfinished / "session.json").unlink()
    impossible = session(tmp_path, 3)
    impossible = impossible.rename(tmp_path / "20269901T000000Z-00")
    (tmp_path / "a file").touch()
    newest = session(tmp_path, 1000)
    tidy(tmp_path, KeepConfig(**EVER | {"days": 1, "free_megabytes": 100_000_000}))
    assert all(each.exists() for each in (mine, going, unfinished, impossible, newest))


@pytest.mark.parametrize("year", [1970, 2038, 2106])
def test_a_clock_that_jumps_makes_no_session_old(tmp_path: Path, year: int) -> None:
    folders = [session(tmp_path, day) for day in range(5)]
    jumped = (datetime(year, 1, 19, tzinfo=UTC) - START).days
    folders += [session(tmp_path, jumped), session(tmp_path, jumped + 1)]
    tidy(tmp_path, KeepConfig())
    assert all("poses.npz" in names(folder) for folder in folders)
