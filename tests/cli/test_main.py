"""What `main` does with what nobody expected, and what reaches a terminal."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.cli import doctor, main
from hipdrive.cli.exit_codes import DONE, FAILED, FAULT, WRONG_USE
from hipdrive.cli.say import LogLines
from hipdrive.cli.session_options import stop_on_signals

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

SOURCES = str(Path(hipdrive.__file__).parents[1])
ESCAPE = "\x1b[2J"
"""Clears a terminal."""
PATIENCE_S = 120.0
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


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """`doctor` with a fault in it."""

    def fail(_arguments: argparse.Namespace) -> int:
        raise ZeroDivisionError(f"no\n{ESCAPE}runner")

    monkeypatch.setattr(doctor, "execute", fail)


@pytest.mark.usefixtures("broken")
def test_a_fault_is_one_line_with_where_to_report_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == FAULT
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("hipdrive: a fault of hipdrive itself (ZeroDivisionError: no ")
    assert "/issues with what `hipdrive --debug` and the same arguments print" in said.err
    assert ESCAPE not in said.err


@pytest.mark.usefixtures("broken")
def test_debug_adds_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--debug", "doctor"]) == FAULT
    assert "Traceback (most recent call last)" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["replay", f"{ESCAPE}.mp4"],
        ["replay", "rendered:", "--fps", ESCAPE],
        ["replay", "rendered:", "--config", ESCAPE],
        ["replay", "rendered:", "--calibration", ESCAPE],
        ["replay", "rendered:", "--session-dir", f"/dev/null/{ESCAPE}"],
        ["export", ESCAPE, "--to", "csv", "--out", "x"],
        ["export", ".", "--to", ESCAPE, "--out", "x"],
        ["validate", "--what", ESCAPE],
        [ESCAPE],
    ],
)
def test_nothing_that_was_typed_moves_the_cursor(
    arguments: list[str], data_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not data_dir.exists()
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    said = capfd.readouterr()
    assert code in {FAILED, WRONG_USE}
    assert said.err
    assert "\x1b" not in said.out + said.err


def test_a_key_of_the_configuration_moves_no_cursor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hipdrive.toml"
    file.write_text('"\\u001b[2Jkey" = 1\n"\\u009b2J" = 2\n', encoding="utf-8")
    assert main(["doctor", "--config", str(file)]) == WRONG_USE
    said = capsys.readouterr().err
    assert "?[2Jkey: unknown key" in said
    assert said.count("\n") == 3
    assert not {"\x1b", "\x9b"} & set(said)


def test_a_line_of_the_log_moves_no_cursor() -> None:
    record = logging.LogRecord("hipdrive", logging.WARNING, "", 1, "of %s", (ESCAPE,), None)
    assert LogLines("hipdrive: %(message)s").format(record) == "hipdrive: of ?[2J"


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
