"""When old sessions are looked after, and what a session in progress may fear from it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hipdrive.config import KeepConfig
from hipdrive.session.files import SUMMARY_NAME
from hipdrive.session.housekeeping import Housekeeping
from hipdrive.session.poses import SPOOL_NAME, PosesSpool
from support.session.results import META, pose

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NAMES = [f"2026030{day}T060000Z-0a1b2c" for day in range(1, 5)]
NO_ROOM = KeepConfig(days=0, key_point_days=0, megabytes=0, free_megabytes=100_000_000)


def finished(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / SUMMARY_NAME).write_text("{}")
    return folder


def test_a_session_in_progress_is_not_touched_though_the_clock_was_set_back(
    tmp_path: Path,
) -> None:
    """Without a battery a Pi's clock begins in the past, so the newest by name is another one."""
    going = finished(tmp_path / NAMES[0])
    (going / "strides.csv").touch()
    spool = PosesSpool(going / SPOOL_NAME, META)
    spool.add(pose(0))
    old, newest = finished(tmp_path / NAMES[1]), finished(tmp_path / NAMES[2])
    for at_start in (True, False):
        Housekeeping(tmp_path, NO_ROOM).work(at_start=at_start)
        assert sorted(file.name for file in going.iterdir()) == [
            SPOOL_NAME,
            SUMMARY_NAME,
            "strides.csv",
        ]
        assert not old.exists()
        assert newest.exists()
    spool.pack(going / "poses.npz")


def test_room_is_made_again_and_again_while_a_session_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hipdrive.session.housekeeping.EVERY_S", 0)
    tidied = threading.Semaphore(0)
    monkeypatch.setattr("hipdrive.session.housekeeping.tidy", lambda *_: tidied.release())
    completed: list[Path] = []
    complete_all = "hipdrive.session.housekeeping.complete_all"
    monkeypatch.setattr(complete_all, lambda sessions, _in_profile: completed.append(sessions))
    housekeeping = Housekeeping(tmp_path, KeepConfig())
    housekeeping.start()
    assert all(tidied.acquire(timeout=60) for _ in range(20))
    housekeeping.close()
    assert completed == [tmp_path], "once: a session that has just begun is no session cut off"


def test_a_disk_that_fails_is_said_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("hipdrive.session.housekeeping.tidy", failing)
    Housekeeping(tmp_path, KeepConfig()).work(at_start=True)
    assert "cannot be tidied" in caplog.text
