"""hipdrive where there is no home, no terminal, no umask, and no file behind a name."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.cli import main
from hipdrive.cli.exit_codes import DONE, FAILED, WRONG_USE
from hipdrive.cli.session_options import stop_on_signals
from support import walker_camera
from support.mosquitto import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SOURCES = str(Path(hipdrive.__file__).parents[1])
PATIENCE_S = 120.0
ROWS_BYTES = 5000
"""Of a hundred frames and more."""
NOBODY = 54_321
"""A user without an entry in passwd."""


def run(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    before: str = "",
) -> subprocess.CompletedProcess[str]:
    """`hipdrive` as the shell runs it, after `before`."""
    program = f'{before} exec "$@"' if not before.startswith("2") else f'exec "$@" {before}'
    return subprocess.run(
        ["sh", "-c", program, "sh", sys.executable, "-m", "hipdrive", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": SOURCES, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
        cwd="/",
    )


def sizes(folder: Path) -> list[int]:
    """Bytes of what is recorded of each frame, of every session."""
    tables = (folder / "data").glob("sessions/*/frames.csv")
    return [table.stat().st_size for table in tables]


@contextmanager
def coaching(folder: Path, before: str) -> Iterator[subprocess.Popen[bytes]]:
    """`hipdrive run` as the shell runs it, at work: it records a session."""
    config = folder / "hipdrive.toml"
    config.write_text(
        f'data_dir = "{folder / "data"}"\n[camera]\nkind = "walker"\n'
        f'[hub]\nhost = "127.0.0.1"\nport = {free_port()}\n',
        encoding="utf-8",
    )
    command = [sys.executable, walker_camera.__file__, "run", "--simulate-panel"]
    with subprocess.Popen(
        ["sh", "-c", f"{before}", "sh", *command],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": SOURCES, "HIPDRIVE_CONFIG": str(config)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            # Rows of key points: it is in its loop.
            while not any(size > ROWS_BYTES for size in sizes(folder)):
                assert process.poll() is None
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[bytes]) -> int:
    """The exit code after SIGTERM."""
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE_S)


def complete(folder: Path) -> bool:
    (session,) = (folder / "data" / "sessions").iterdir()
    return (session / "session.json").is_file() and (session / "poses.npz").is_file()


@pytest.mark.parametrize("option", ["--config", "--calibration"])
def test_what_is_no_file_is_refused_at_once(
    option: str, tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not data_dir.exists()
    os.mkfifo(tmp_path / "pipe")
    for name, reason in (
        ("/dev/zero", "not a regular file"),
        (str(tmp_path / "pipe"), "not a regular file"),
        (str(tmp_path), "not a regular file"),
    ):
        assert main(["replay", "keypoints:", option, name]) in {FAILED, WRONG_USE}
        said = capsys.readouterr().err
        assert said.startswith(f"hipdrive: {name}: cannot be read ({reason})")
        assert said.count("\n") == 1


@pytest.mark.long
def test_without_a_home_folder_it_says_what_to_set(tmp_path: Path) -> None:
    nobody = f"unshare --user --map-user={NOBODY} --map-group={NOBODY}"
    if subprocess.run([*nobody.split(), "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow to become a user who is not in passwd")
    before = f'set -- {nobody} "$@";'
    told = run("doctor", before=before)
    assert told.returncode == FAILED
    assert "problem  disk: there is no home folder" in told.stdout
    assert "set HOME, or data_dir" in told.stdout
    assert "Traceback" not in told.stderr
    told = run("replay", "keypoints:", before=before)
    assert told.returncode == WRONG_USE
    assert told.stderr.startswith("hipdrive: there is no home folder")
    assert told.stderr.count("\n") == 1
    told = run("hub", "check", before=before)
    assert "hub.host" in told.stderr
    assert told.stderr.count("\n") == 1
    told = run("replay", "keypoints:", "--session-dir", str(tmp_path / "session"), before=before)
    assert (told.returncode, told.stderr) == (DONE, "")


@pytest.mark.long
def test_with_standard_error_closed_it_works(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    told = run("replay", "keypoints:", "--session-dir", str(folder), before="2>&-")
    assert told.returncode == DONE
    assert (folder / "session.json").is_file()
    assert "cadence" in told.stdout


def test_nohup_means_what_it_says() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_on_signals() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not stop.is_set()
            os.kill(os.getpid(), signal.SIGTERM)
            assert stop.is_set()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.long
def test_with_a_umask_of_0_nothing_that_run_leaves_is_for_others(tmp_path: Path) -> None:
    with coaching(tmp_path, 'umask 0; exec "$@"') as process:
        assert ended(process) == DONE
    assert complete(tmp_path)
    left = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
    assert {file.name for file in left} > {"sessions", "session.json", "outbox.sqlite"}
    for_others = {file: oct(file.stat().st_mode) for file in left if file.stat().st_mode & 0o077}
    assert for_others == {}


@pytest.mark.long
@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_run_with_its_streams_closed_coaches(tmp_path: Path, closed: str) -> None:
    with coaching(tmp_path, f'exec "$@" {closed}') as process:
        assert ended(process) == DONE
    assert complete(tmp_path)


@pytest.mark.long
def test_run_under_nohup_goes_on_when_its_terminal_goes(tmp_path: Path) -> None:
    with coaching(tmp_path, 'exec nohup "$@"') as process:
        # To all of its group, as a terminal does.
        os.killpg(process.pid, signal.SIGHUP)
        (before,) = sizes(tmp_path)
        while sizes(tmp_path)[0] < before + ROWS_BYTES:
            assert process.poll() is None
        assert ended(process) == DONE
    assert complete(tmp_path)
