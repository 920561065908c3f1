"""`hipdrive run --simulate-panel` on a pseudo-terminal, ended in every way."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hipdrive.cli.exit_codes import DONE, FAILED, FAULT, NO_RUNNER
from support.walker_camera import PROGRAM

pytest.importorskip("pyte", reason="pyte, which reads what a terminal is sent, is not installed")

from support.pseudo_terminal import ENTER, LEAVE, PseudoTerminal, walker

SESSION = "session"
FAILS = f"""
import runpy, sys
sys.argv = [{str(PROGRAM)!r}, *sys.argv[1:]]
from hipdrive.session.stats import SessionStats
counted = SessionStats.on_frame
def fails(stats, result):
    counted(stats, result)
    if stats.frames == 400:
        print("a library says this", file=sys.stderr)
        raise RuntimeError("a bug")
SessionStats.on_frame = fails
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    config = tmp_path / "hipdrive.toml"
    config.write_text(
        f'data_dir = "{tmp_path / "data"}"\n[camera]\nkind = "walker"\n'
        "[coach]\nbaseline_strides = 5\n[report]\neach_session = false\n"
    )
    folder = str(tmp_path / SESSION)
    return ["run", "--simulate-panel", "--config", str(config), "--session-dir", folder]


def summary(tmp_path: Path) -> dict[str, object]:
    values: dict[str, object] = json.loads((tmp_path / SESSION / "session.json").read_text())
    return values


def test_the_screen_is_understood_at_a_glance(arguments: list[str]) -> None:
    with PseudoTerminal(walker(*arguments)) as terminal:
        # The last line is there once the rest is.
        text = terminal.read_until(lambda text: "mean of the last" in text and "Ctrl-C" in text)
        assert terminal.written.startswith(ENTER)
        assert "thigh extension" in text
        assert "your band" in text
        assert re.search(r"[●○] green\s+[●○] amber\s+[●○] blue\s+♪", text)
        assert re.search(r"\d+ steps/min +\d+ strides", text)
        # Figures five lines high, strides as bars.
        assert text.count("█") > 20
        assert all(len(line.rstrip()) <= 80 for line in text.splitlines())


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_the_terminal_back_and_ends_with_the_summary(
    arguments: list[str], tmp_path: Path, signum: signal.Signals
) -> None:
    with PseudoTerminal(walker(*arguments), 100, 60) as terminal:
        terminal.read_until(lambda text: "your band" in text)
        terminal.process.send_signal(signum)
        assert terminal.read_to_end() == DONE
        assert not terminal.drawn_on
        after = terminal.written.rpartition(LEAVE)[2]
        assert b"session folder" in after
        assert b"told the runner" in after
    assert summary(tmp_path)["strides"] != 0


@pytest.mark.long
def test_an_error_gives_it_back_and_is_told_after_it(arguments: list[str]) -> None:
    with PseudoTerminal([sys.executable, "-c", FAILS, *arguments], 100, 60) as terminal:
        assert terminal.read_to_end() == FAULT
        assert ENTER in terminal.written
        assert not terminal.drawn_on
        before, _, after = terminal.written.rpartition(LEAVE)
        for said in (b"a library says this", b"a bug"):
            assert said in after
            assert said not in before


def test_a_process_that_is_killed_leaves_no_torn_terminal(arguments: list[str]) -> None:
    with PseudoTerminal(walker(*arguments)) as terminal:
        terminal.read_until(lambda text: "steps/min" in text)
        pid = terminal.process.pid
        (child,) = map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        os.kill(child, signal.SIGKILL)
        assert terminal.read_to_end() == FAILED
        assert not terminal.drawn_on


@pytest.mark.long
def test_a_terminal_that_is_gone_costs_no_session(arguments: list[str], tmp_path: Path) -> None:
    with PseudoTerminal(walker(*arguments)) as terminal:
        terminal.read_until(lambda text: "your band" in text)
        terminal.hang_up()
        terminal.process.wait(60)
    assert summary(tmp_path)["strides"] != 0


@pytest.mark.parametrize(("columns", "lines"), [(59, 40), (120, 10)])
def test_too_small_a_terminal_gets_lines(arguments: list[str], columns: int, lines: int) -> None:
    with PseudoTerminal(walker(*arguments), columns, lines) as terminal:
        terminal.read_until(lambda text: "steps/min" in text)
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.read_to_end() == DONE
        assert ENTER not in terminal.written


def test_a_pipe_gets_lines_without_a_single_escape(arguments: list[str]) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        walker(*arguments), stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        line = next(line for line in lines if "your band" in line)
        process.send_signal(signal.SIGTERM)
        rest = "".join(lines)
    assert re.match(
        r" *\d+:\d\d +\d+\.\d°, your band: \d+\.\d to \d+\.\d°  \d+ steps/min  \w", line
    )
    assert process.returncode == DONE
    assert "\x1b" not in line + rest


@pytest.fixture
def replay(tmp_path: Path) -> list[str]:
    """A replay at its own speed of a minute of a runner who needs no model."""
    runner, config = tmp_path / "runner.toml", tmp_path / "replay.toml"
    runner.write_text("seconds = 60\n")
    config.write_text(
        f'data_dir = "{tmp_path / "data"}"\n[coach]\nbaseline_strides = 5\n'
        "[report]\neach_session = false\n"
    )
    command = [sys.executable, "-m", "hipdrive", "replay", f"keypoints:{runner}"]
    return [*command, "--config", str(config), "--session-dir", str(tmp_path / SESSION)]


@pytest.mark.long
def test_a_replay_has_the_screen_and_says_how_far_it_is(replay: list[str]) -> None:
    with PseudoTerminal([*replay, "--realtime"]) as terminal:
        text = terminal.read_until(lambda text: re.search(r"━+ [5-9]%", text) is not None)
        assert "baseline" in text
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.read_to_end() in {DONE, NO_RUNNER}
        assert not terminal.drawn_on


def test_a_replay_ends_by_itself_with_the_terminal_given_back(replay: list[str]) -> None:
    with PseudoTerminal(replay, 100, 60) as terminal:
        assert terminal.read_to_end() == DONE
        assert ENTER in terminal.written
        assert not terminal.drawn_on
        assert b"Your thigh went" in terminal.written.rpartition(LEAVE)[2]


def test_a_replay_whose_terminal_is_gone_has_its_session(replay: list[str], tmp_path: Path) -> None:
    with PseudoTerminal([*replay, "--realtime"]) as terminal:
        terminal.read_until(lambda text: "baseline" in text)
        terminal.hang_up()
        terminal.process.wait(60)
    assert summary(tmp_path)["frames"] != 0
