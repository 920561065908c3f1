"""A batch that is killed or stopped goes on where it was; what was in work is done anew."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from hipdrive.batch.job import WORK_NAME
from hipdrive.cli.exit_codes import DONE, FAILED
from support.batches import (
    batch_process,
    children,
    quick_config,
    read_until,
    runner_files,
    session_folders,
    table,
    wait_for_end,
)
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("data_dir")]
COUNT = 5


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    names = runner_files(tmp_path, COUNT, 20.0)
    config = ["--config", str(quick_config(tmp_path)), "--workers", "2"]
    return [*names, "--out", str(tmp_path / "out"), *config]


def states(out: Path) -> dict[str, tuple[int, int]]:
    """Of each session that is there, what the disk says of its summary: inode and time."""
    found = ((path, path.stat()) for path in out.glob("sessions/*/session.json"))
    return {path.parent.name: (state.st_ino, state.st_mtime_ns) for path, state in found}


def finish(arguments: list[str]) -> list[str]:
    """Run the batch to its end; its lines."""
    with batch_process(*arguments) as process:
        said, complaints = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == DONE, complaints
    return said.splitlines()


@pytest.mark.parametrize("done_before", [1, 3])
def test_a_batch_that_is_killed_goes_on(
    tmp_path: Path, arguments: list[str], done_before: int
) -> None:
    out = tmp_path / "out"
    with batch_process(*arguments) as process:
        read_until(process, f"{done_before} of {COUNT}: ")
        workers = [os.pidfd_open(child) for child in children(process.pid)]
        assert len(workers) >= 2
        process.kill()
        process.wait(PATIENCE_S)
        wait_for_end(workers)
    before = states(out)
    assert done_before <= len(before) < COUNT
    assert not (out / "sessions.csv").exists()

    lines = finish(arguments)
    assert lines[0] == f"{COUNT} recordings, {len(before)} of them measured before"
    assert len(lines) == 2 + COUNT - len(before)
    after = states(out)
    assert {name: after[name] for name in before} == before
    assert len(session_folders(out)) == COUNT
    assert {row["error"] for row in table(out / "sessions.csv")} == {""}
    assert not (out / WORK_NAME).exists()


def test_half_made_work_is_thrown_away(tmp_path: Path, arguments: list[str]) -> None:
    """As a kill leaves it: everything there, but in the folder for work."""
    out = tmp_path / "out"
    finish(arguments)
    whole = table(out / "sessions.csv")
    folder = out / whole[0]["folder"]
    (out / WORK_NAME).mkdir()
    folder.rename(out / WORK_NAME / folder.name)
    lines = finish(arguments)
    assert lines[0] == f"{COUNT} recordings, {COUNT - 1} of them measured before"
    again = table(out / "sessions.csv")
    assert again[0]["id"] != whole[0]["id"]
    assert again[1:] == whole[1:]
    assert not (out / WORK_NAME).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_batch_that_is_stopped_says_how_far_it_is_and_goes_on(
    tmp_path: Path, arguments: list[str], number: signal.Signals
) -> None:
    with batch_process(*arguments) as process:
        read_until(process, "1 of ")
        process.send_signal(number)
        _, complaints = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == FAILED
    before = states(tmp_path / "out")
    how_far = f"stopped: {len(before)} of {COUNT} are done"
    assert complaints == f"hipdrive: {how_far}; the same command goes on from here\n"
    assert 1 <= len(before) < COUNT
    lines = finish(arguments)
    assert lines[0] == f"{COUNT} recordings, {len(before)} of them measured before"
    assert len(session_folders(tmp_path / "out")) == COUNT


def test_a_kill_ends_work_that_would_take_long_and_old_tables_are_gone(
    tmp_path: Path, arguments: list[str]
) -> None:
    finish(arguments)
    file = tmp_path / "run1.toml"
    file.write_text(file.read_text().replace("seconds = 20.0", "seconds = 3000.0"))
    with batch_process(*arguments) as process:
        read_until(process, f"{COUNT} recordings, {COUNT - 1} of them measured before")
        while not list((tmp_path / "out").glob(f"{WORK_NAME}/*")):
            assert process.poll() is None
        workers = [os.pidfd_open(child) for child in children(process.pid)]
        process.kill()
        process.wait(PATIENCE_S)
        # Nobody tells them, and they do not go on for nobody.
        wait_for_end(workers)
    assert not (tmp_path / "out" / "sessions.csv").exists()
    assert not (tmp_path / "out" / "index.html").exists()
