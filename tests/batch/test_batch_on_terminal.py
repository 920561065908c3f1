"""What a batch looks like on a terminal, and that it gives it back."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from hipdrive.cli.exit_codes import DONE, FAILED
from support.batches import quick_config, runner_files
from support.pseudo_terminal import PseudoTerminal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("data_dir")


def command(folder: Path, *sources: str) -> list[str]:
    options = ["--out", str(folder / "out"), "--config", str(quick_config(folder)), "--workers=1"]
    return [sys.executable, "-m", "hipdrive", "batch", *sources, *options]


def test_a_bar_counts_recordings_and_failures_are_told_above_it(tmp_path: Path) -> None:
    broken = tmp_path / "\x1b[2Jbroken[red].trc"
    broken.write_text("no markers")
    sources = [str(broken), *runner_files(tmp_path, 2, 4.0)]
    with PseudoTerminal(command(tmp_path, *sources), 250) as terminal:
        assert terminal.read_to_end() == FAILED
        lines = [line.rstrip() for line in terminal.text.splitlines() if line.strip()]
    assert lines[0] == "3 recordings"
    # Nobody's markup, and no escape of the file's name.
    assert "?[2Jbroken[red].trc: failed: " in lines[1]
    assert "━━━ 3/3 " in lines[2]
    assert lines[3].startswith("2 of 3 recordings measured")
    assert not terminal.drawn_on


@pytest.mark.long
def test_ctrl_c_ends_it_and_its_processes_and_gives_the_terminal_back(tmp_path: Path) -> None:
    sources = runner_files(tmp_path, 4, 60.0)
    with PseudoTerminal(command(tmp_path, *sources), 250) as terminal:
        terminal.read_until(lambda text: "1/4" in text)
        os.killpg(terminal.process.pid, signal.SIGINT)
        assert terminal.read_to_end() == FAILED
        assert "stopped: 1 of 4 are done" in terminal.text
        assert not terminal.drawn_on
    with PseudoTerminal(command(tmp_path, sources[0]), 250) as terminal:
        assert terminal.read_to_end() == DONE
        assert "1 recording, 1 of them measured before" in terminal.text
