from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.errors import SessionError
from hipdrive.session.files import SessionFiles
from hipdrive.session.poses import SPOOL_NAME, RecordedPoses
from hipdrive.session.recorder import Recorder
from hipdrive.session.summary import SessionSummary
from support.session.results import META, frame_result, pose
from support.session.summaries import SUMMARY

if TYPE_CHECKING:
    from hipdrive.types.frame_result import FrameResult

PATIENCE_S = 60.0
PROGRAM = """
import logging, resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from hipdrive.errors import SessionError
from hipdrive.session.poses import RecordedPoses
from hipdrive.session.recorder import Recorder
from hipdrive.session.summary import SessionSummary
from support.session.results import META, frame_result
from support.session.summaries import SUMMARY

logging.basicConfig(format="LOG %(message)s", stream=sys.stdout)
if sys.argv[1] != "tmpfs":
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
folder = Path("session")
recorder = Recorder(folder, META, lossless=sys.argv[1] == "lossless")
for number in range(20_000):
    recorder.on_frame(frame_result(number * 1_000_000))
print("LOOP ENDED")
try:
    recorder.end(SUMMARY)
except SessionError as error:
    print("FINISH", error)
print("FILES", *sorted(file.name for file in folder.iterdir()))
packed = (folder / "poses.npz").exists()
poses = list(RecordedPoses(folder / ("poses.npz" if packed else ".poses.partial")))
assert poses == [frame_result(number * 1_000_000).pose for number in range(len(poses))]
print("POSES", len(poses))
"""
ARGUMENTS = [str(Path(hipdrive.__file__).parents[1]), str(Path(__file__).parents[1])]


def run_out(folder: Path, kind: str, *before: str) -> list[str]:
    """Record far more than there is room for; what the program printed."""
    command = [*before, sys.executable, "-X", "dev", "-c", PROGRAM, kind, *ARGUMENTS]
    done = subprocess.run(  # our own program
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def check(lines: list[str], reason: str) -> None:
    assert f"LOG recorder: recording has stopped: {reason} (session)" in lines
    assert "LOOP ENDED" in lines
    assert int(lines[-1].removeprefix("POSES ")) > 100


def test_a_replay_whose_files_may_not_grow_goes_on_and_says_so(tmp_path: Path) -> None:
    reason = os.strerror(errno.EFBIG)
    lines = run_out(tmp_path, "lossless")
    check(lines, reason)
    (finish,) = [line for line in lines if line.startswith("FINISH")]
    assert finish.startswith(f"FINISH session: the session is not complete ({reason}); free space")
    # What was written stays, and nothing calls itself complete.
    assert lines[-2] == "FILES .poses.partial cues.csv frames.csv strides.csv"


def test_a_live_session_whose_files_may_not_grow_goes_on_and_keeps_its_summary(
    tmp_path: Path,
) -> None:
    lines = run_out(tmp_path, "live")
    check(lines, os.strerror(errno.EFBIG))
    assert not [line for line in lines if line.startswith("FINISH")]
    assert lines[-2] == "FILES SHA256SUMS cues.csv frames.csv poses.npz session.json strides.csv"


def test_on_a_full_disk_there_is_room_for_the_summary_of_a_live_session(tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=256k none {tmp_path} && cd {tmp_path} && "
    jail = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if not shutil.which("unshare"):
        pytest.skip("the command unshare is missing: no small disk of its own for this test")
    if subprocess.run(
        [*jail, f"{mount} true"], capture_output=True, check=False
    ).returncode:  # constant
        pytest.skip("this machine does not allow mounting a small disk in a user namespace")
    lines = run_out(tmp_path, "tmpfs", *jail, mount + 'exec "$@"', "sh")
    check(lines, os.strerror(errno.ENOSPC))
    assert not [line for line in lines if line.startswith("FINISH")]
    names = set(lines[-2].split()[1:])
    # These key points are all alike and pack into what is left; others wait for the next start.
    names -= {"poses.npz", SPOOL_NAME}
    assert names == {"SHA256SUMS", "cues.csv", "frames.csv", "session.json", "strides.csv"}


def test_a_writer_that_fails_unexpectedly_neither_blocks_the_loop_nor_calls_it_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_files: SessionFiles, _moment: FrameResult) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(SessionFiles, "write", fail)
    monkeypatch.setattr("hipdrive.session.recorder.MOST_RESULTS_WAITING", 4)
    recorder = Recorder(tmp_path, META, lossless=True)

    def replay() -> None:
        for number in range(100):
            recorder.on_frame(frame_result(number))

    thread = threading.Thread(target=replay, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    with pytest.raises(SessionError, match=r"the session is not complete \(a bug\)"):
        recorder.end(SUMMARY)
    assert not (tmp_path / "session.json").exists()
    (record,) = caplog.records
    assert record.getMessage() == f"recorder: recording has stopped: a bug ({tmp_path})"


def test_a_disk_that_fills_up_at_the_very_end_leaves_no_half_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(tmp_path, META, lossless=True)
    recorder.on_frame(frame_result(0))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("hipdrive.session.poses._write_member", full)
    with pytest.raises(SessionError, match="No space left on device"):
        recorder.end(SUMMARY)
    names = {file.name for file in tmp_path.iterdir()}
    # What is small is there, and the key points are packed at the next start.
    tables = {"cues.csv", "frames.csv", "strides.csv"}
    assert names == {SPOOL_NAME, "session.json", "SHA256SUMS", *tables}
    assert SessionSummary.read(tmp_path / "session.json") == SUMMARY
    assert list(RecordedPoses(tmp_path / SPOOL_NAME)) == [pose(0)]
