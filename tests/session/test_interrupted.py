"""What a killed session left is completed by the next start; real processes, really killed."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import hipdrive
from hipdrive.api.stored_session import Session
from hipdrive.health.degraded import DegradedParts
from hipdrive.session.checksums import SEALED
from hipdrive.session.files import SO_FAR_NAME, TABLES, SessionFiles
from hipdrive.session.interrupted import CUT_OFF, complete_all
from hipdrive.session.poses import SPOOL_NAME, RecordedPoses
from hipdrive.session.recorder import Recorder
from hipdrive.session.summary import SessionSummary
from support.session.results import META, MS, frame_result, pose, stride, table
from support.session.summaries import PROGRAMME, SUMMARY

PATIENCE_S = 60.0
FRAMES = 100
PROGRAM = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from hipdrive.session import files, poses
from hipdrive.session.recorder import Recorder
from support.session.results import META, MS, frame_result, stride
from support.session.summaries import PROGRAMME, SUMMARY

def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)

recorder = Recorder(Path("sessions/one"), META, lossless=False, summary=lambda: SUMMARY)
for number in range(100):
    recorder.on_frame(frame_result(number * MS, strides=[stride(number * MS)]))
recorder._queue.join()
files.seal = files.seal if sys.argv[1] == "packing" else killed
poses._write_member = killed
if sys.argv[1] != "running":
    recorder.end(SUMMARY)
killed()
"""
ARGUMENTS = [str(Path(hipdrive.__file__).parents[1]), str(Path(__file__).parents[1])]


def killed(folder: Path, when: str) -> Path:
    """The folder of a session whose process was killed."""
    command = [sys.executable, "-c", PROGRAM, when, *ARGUMENTS]
    done = subprocess.run(command, cwd=folder, check=False, timeout=PATIENCE_S)
    assert done.returncode < 0
    return folder / "sessions" / "one"


@pytest.mark.parametrize("when", ["running", "sealing", "packing"])
def test_a_session_that_was_killed_is_complete_after_the_next_start(
    tmp_path: Path, when: str
) -> None:
    folder = killed(tmp_path, when)
    assert (folder / SPOOL_NAME).exists()
    assert (folder / "session.json").exists() == (when != "running")
    assert (folder / "SHA256SUMS").exists() == (when == "packing")
    complete_all(folder.parent)
    names = {"strides.csv", "frames.csv", "cues.csv", "poses.npz", "session.json", "SHA256SUMS"}
    assert {file.name for file in folder.iterdir()} == names
    recorded = RecordedPoses(folder / "poses.npz")
    assert list(recorded) == [pose(number * MS) for number in range(FRAMES)]
    assert recorded.meta == META
    assert len(table(folder / "strides.csv")) == FRAMES
    expected = (
        replace(SUMMARY, warnings=(*SUMMARY.warnings, CUT_OFF)) if when == "running" else SUMMARY
    )
    assert SessionSummary.read(folder / "session.json") == expected
    assert Session.open(folder).warnings == ()
    assert all(name in (folder / "SHA256SUMS").read_text() for name in SEALED)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    complete_all(folder.parent)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize("torn", ["0.7,left", "0.7,left" + "\0" * 4000])
def test_the_part_of_a_row_that_a_power_cut_left_is_no_row(tmp_path: Path, torn: str) -> None:
    folder = killed(tmp_path, "running")
    rows = {name: (folder / name).read_text() for name in TABLES}
    for name, whole in rows.items():
        (folder / name).write_text(whole + torn)
    complete_all(folder.parent)
    assert {name: (folder / name).read_text() for name in TABLES} == rows
    assert Session.open(folder).warnings == ()


@pytest.mark.parametrize("kept", [True, False])
def test_a_session_that_was_cut_off_counts_if_the_profile_has_it(
    tmp_path: Path, *, kept: bool
) -> None:
    folder = tmp_path / "sessions" / "one"
    folder.mkdir(parents=True)
    named = replace(SUMMARY, runner="anna", programme=replace(PROGRAMME, counted=not kept))
    named.write(folder / SO_FAR_NAME)
    complete_all(folder.parent, lambda *session: kept and session == ("anna", SUMMARY.id))
    programme = SessionSummary.read(folder / "session.json").programme
    assert programme is not None
    assert (programme.counted, programme.not_counted) == (kept, "" if kept else "it was cut off")


def test_a_spool_without_all_of_its_first_line_holds_nothing(tmp_path: Path) -> None:
    folder = killed(tmp_path, "running")
    whole = (folder / SPOOL_NAME).read_bytes()
    (folder / "session.json").touch()
    for size in range(whole.index(b"\n") + 1):
        for zeros in (b"", bytes(3000)):
            (folder / SPOOL_NAME).write_bytes(whole[:size] + zeros)
            complete_all(folder.parent)
            assert not (folder / SPOOL_NAME).exists(), size
            assert not (folder / "poses.npz").exists()


def test_a_session_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "sessions" / "one"
    recorder = Recorder(folder, META, lossless=False, summary=lambda: SUMMARY)
    recorder.on_frame(frame_result(0))
    recorder._queue.join()
    before = {file.name for file in folder.iterdir()}
    complete_all(folder.parent)
    assert {file.name for file in folder.iterdir()} == before
    recorder.end(SUMMARY)
    assert list(RecordedPoses(folder / "poses.npz")) == [pose(0)]


def test_what_cannot_be_completed_stays_is_told_and_keeps_no_other_from_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = killed(tmp_path, "running")
    for name, content in (("a", b"hipdrive/spool/3 {}\n"), ("z", b"\xff" * 5000)):
        (folder.parent / name).mkdir()
        (folder.parent / name / SPOOL_NAME).write_bytes(content)
    (folder.parent / "a file").touch()
    complete_all(folder.parent)
    assert (folder / "poses.npz").exists()
    assert (folder.parent / "a" / SPOOL_NAME).exists()
    told = [line for line in caplog.messages if "cannot be completed" in line]
    assert len(told) == 2
    complete_all(tmp_path / "nowhere")


def test_room_for_the_summary_and_not_for_the_key_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder, parts = tmp_path / "sessions" / "one", DegradedParts()
    with monkeypatch.context() as patch:
        patch.setattr("hipdrive.session.poses._write_member", full)
        recorder = Recorder(folder, META, lossless=False, parts=parts)
        recorder.on_frame(frame_result(0, strides=[stride()]))
        recorder.end(SUMMARY)
    assert parts.now
    assert SessionSummary.read(folder / "session.json") == SUMMARY
    assert len(table(folder / "strides.csv")) == 1
    complete_all(folder.parent)
    assert list(RecordedPoses(folder / "poses.npz")) == [pose(0)]
    assert not (folder / SPOOL_NAME).exists()


def test_a_summary_so_far_that_is_damaged_costs_only_itself(tmp_path: Path) -> None:
    folder = tmp_path / "sessions" / "one"
    folder.mkdir(parents=True)
    files = SessionFiles(folder, META)
    files.write(frame_result(0))
    files.abandon()
    (folder / SO_FAR_NAME).write_text("{", encoding="utf-8")
    complete_all(folder.parent)
    assert list(RecordedPoses(folder / "poses.npz")) == [pose(0)]
    assert not (folder / "session.json").exists()
