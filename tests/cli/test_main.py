"""What `main` does with what nobody expected, and what reaches a terminal."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from hipdrive.cli import doctor, main
from hipdrive.cli.exit_codes import FAILED, FAULT, WRONG_USE
from hipdrive.cli.say import LogLines

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

ESCAPE = "\x1b[2J"
"""Clears a terminal."""


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
