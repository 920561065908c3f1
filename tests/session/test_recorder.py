from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import SessionError
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.session import recorder as recorder_module
from hipdrive.session.append_file import AppendFile
from hipdrive.session.files import SO_FAR_NAME, SessionFiles
from hipdrive.session.poses import RecordedPoses
from hipdrive.session.recorder import Recorder
from hipdrive.session.summary import SessionSummary
from support.session.results import META, MS, S, frame_result, pose, table
from support.session.summaries import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.types.frame_result import FrameResult

PATIENCE_S = 60.0
WAITING = 4


class Stuck:
    """A disk that takes nothing until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stuck, self.free = threading.Event(), threading.Event()
        write = SessionFiles.write

        def wait(files: SessionFiles, each: FrameResult) -> None:
            self.stuck.set()
            assert self.free.wait(PATIENCE_S)
            write(files, each)

        monkeypatch.setattr(SessionFiles, "write", wait)
        monkeypatch.setattr(recorder_module, "MOST_RESULTS_WAITING", WAITING)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stuck]:
    disk = Stuck(monkeypatch)
    yield disk
    disk.free.set()


def times_of(folder: Path) -> list[float]:
    return [float(row["t_s"]) for row in table(folder / "frames.csv")]


@pytest.mark.parametrize("lossless", [True, False])
def test_what_was_taken_is_in_the_folder(tmp_path: Path, *, lossless: bool) -> None:
    folder = tmp_path / "some" / "where"
    recorder = Recorder(folder, META, lossless=lossless)
    for number in range(100):
        recorder.on_frame(frame_result(number * MS))
    recorder.end(SUMMARY)
    assert times_of(folder) == [number / 1000 for number in range(100)]
    assert list(RecordedPoses(folder / "poses.npz"))[99] == pose(99 * MS)
    assert SessionSummary.read(folder / "session.json") == SUMMARY
    assert recorder.dropped == 0


def test_a_live_recording_drops_and_counts_what_a_stuck_disk_cannot_take(
    tmp_path: Path, disk: Stuck
) -> None:
    recorder = Recorder(tmp_path, META, lossless=False)
    recorder.on_frame(frame_result(0))
    assert disk.stuck.wait(PATIENCE_S)
    # One result is with the writer, as many as may wait are waiting, six are too many.
    for number in range(1, 1 + WAITING + 6):
        recorder.on_frame(frame_result(number * MS))
    assert recorder.dropped == 6
    disk.free.set()
    recorder.end(SUMMARY)
    assert times_of(tmp_path) == [number / 1000 for number in range(1 + WAITING)]
    (warning,) = recorder.warnings
    assert warning.startswith("6 frames are not in the record")


def test_the_end_of_a_live_recording_does_not_wait_for_a_stuck_disk(
    tmp_path: Path, disk: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "END_S", 0.01)
    parts = DegradedParts()
    recorder = Recorder(tmp_path, META, lossless=False, parts=parts)
    for number in range(1 + WAITING):
        recorder.on_frame(frame_result(number * MS))
    assert disk.stuck.wait(PATIENCE_S)
    recorder.end(SUMMARY)
    (degraded,) = parts.now
    assert degraded.part is DevicePart.RECORDER
    assert "completed at the next start" in degraded.reason
    assert parts.ever
    # Another session may begin, and be told the same.
    recorder = Recorder(tmp_path / "next", META, lossless=False, parts=parts)
    recorder.on_frame(frame_result(0))
    recorder.end(SUMMARY)


def test_a_replay_gives_up_a_disk_that_takes_nothing_at_all(
    tmp_path: Path, disk: Stuck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "STALL_S", 0.01)
    recorder = Recorder(tmp_path, META, lossless=True)

    def replay() -> None:
        for number in range(3 + WAITING):
            recorder.on_frame(frame_result(number * MS))

    with pytest.raises(SessionError, match="the disk has taken nothing for"):
        replay()
    assert disk.stuck.is_set()
    with pytest.raises(SessionError, match="the disk has taken nothing for"):
        recorder.end(SUMMARY)


class NoRoom:
    """A disk that is full until it is not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = True
        self.now_ns = 0
        self.tried = threading.Semaphore(0)
        write = AppendFile.append

        def append(file: AppendFile, record: bytes) -> None:
            if self.full:
                self.tried.release()
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            write(file, record)

        monkeypatch.setattr(AppendFile, "append", append)

    def clock_ns(self) -> int:
        return self.now_ns


def test_a_session_on_a_full_disk_is_recorded_again_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk, parts = NoRoom(monkeypatch), DegradedParts()
    recorder = Recorder(tmp_path, META, lossless=False, parts=parts, clock_ns=disk.clock_ns)
    recorder.on_frame(frame_result(0))
    assert disk.tried.acquire(timeout=PATIENCE_S)
    recorder.on_frame(frame_result(1000 * MS))
    recorder._queue.join()
    assert recorder.dropped == 2
    assert [each.part for each in parts.now] == [DevicePart.RECORDER]
    disk.full = False
    disk.now_ns = 3600 * S
    recorder.on_frame(frame_result(2000 * MS))
    recorder.end(SUMMARY)
    assert parts.now == ()
    (warning,) = parts.warnings
    assert warning.startswith("recording has stopped: ")
    assert recorder.dropped == 2
    # Its time is that of the session, not of the record.
    assert times_of(tmp_path) == [2]


def test_what_is_recorded_is_on_the_disk_every_few_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = threading.Event()
    now_ns = 0
    sync = os.fsync

    def note(handle: int) -> None:
        sync(handle)
        synced.set()

    monkeypatch.setattr(os, "fsync", note)
    recorder = Recorder(tmp_path, META, lossless=False, clock_ns=lambda: now_ns)
    recorder.on_frame(frame_result(0))
    now_ns = recorder_module.SYNC_NS
    recorder.on_frame(frame_result(MS))
    assert synced.wait(PATIENCE_S)
    recorder.end(SUMMARY)


def test_a_session_that_is_cut_off_has_a_summary_of_the_last_half_minute(tmp_path: Path) -> None:
    asked: list[int] = []

    def summary() -> SessionSummary:
        asked.append(1)
        return SUMMARY

    recorder = Recorder(tmp_path, META, lossless=False, summary=summary)
    for second in range(61):
        recorder.on_frame(frame_result(second * S))
    assert len(asked) == 3
    recorder._queue.join()
    assert SessionSummary.read(tmp_path / SO_FAR_NAME) == SUMMARY
    recorder.end(SUMMARY)
    assert not (tmp_path / SO_FAR_NAME).exists()


def test_a_lossless_recording_waits_for_a_stuck_disk(tmp_path: Path, disk: Stuck) -> None:
    recorder = Recorder(tmp_path, META, lossless=True)
    done = threading.Event()

    def replay() -> None:
        for number in range(20):
            recorder.on_frame(frame_result(number * MS))
        done.set()

    thread = threading.Thread(target=replay)
    thread.start()
    assert disk.stuck.wait(PATIENCE_S)
    # More than may wait: the thread cannot come to its end before the disk is let go.
    assert not done.is_set()
    disk.free.set()
    thread.join(PATIENCE_S)
    assert done.is_set()
    recorder.end(SUMMARY)
    assert times_of(tmp_path) == [number / 1000 for number in range(20)]
    assert recorder.dropped == 0


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "session.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SessionError, match=r"is not empty; name a new folder"):
        Recorder(tmp_path, META, lossless=True)
    assert [file.name for file in tmp_path.iterdir()] == ["session.json"]
    assert (tmp_path / "session.json").read_text(encoding="utf-8") == "{}"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "session").touch()
    for folder in (tmp_path / "session", tmp_path / "session" / "deeper"):
        with pytest.raises(SessionError, match=r"session.*: cannot be written \(.+\)"):
            Recorder(folder, META, lossless=True)


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    Recorder(tmp_path, META, lossless=True).end(SUMMARY)
    assert (tmp_path / "session.json").is_file()


def test_the_summary_is_there_only_when_the_recording_is_complete(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, META, lossless=True)
    recorder.on_frame(frame_result(0))
    assert not (tmp_path / "session.json").exists()
    recorder.end(SUMMARY)
    assert (tmp_path / "session.json").exists()


def test_a_live_recording_leaves_out_the_time_when_nobody_is_there(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, META, lossless=False)
    recorder.on_frame(frame_result(0))
    for second in range(1, 60):
        recorder.on_frame(frame_result(second * S, score=0))
    recorder.on_frame(frame_result(60 * S))
    recorder.on_frame(frame_result(61 * S, score=0))
    recorder.end(SUMMARY)
    assert times_of(tmp_path) == [*range(11), 60, 61]
    assert recorder.dropped == 0
    assert recorder.warnings == []


def test_a_lossless_recording_leaves_nothing_out(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, META, lossless=True)
    for second in range(60):
        recorder.on_frame(frame_result(second * S, score=0))
    recorder.end(SUMMARY)
    assert times_of(tmp_path) == list(range(60))
