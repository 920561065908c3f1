from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from hipdrive.cli import parser
from hipdrive.releases.paths import UPDATE_SERVICE, InstallPaths

if TYPE_CHECKING:
    from pathlib import Path

UNIT = REPOSITORY / "systemd" / UPDATE_SERVICE


def test_systemd_has_nothing_to_say_against_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine; on Debian: apt install systemd")
    unit = tmp_path / UPDATE_SERVICE
    unit.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={shutil.which('true')}", UNIT.read_text()))
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_COLORS": "0"},
    )
    # hipdrive.service, after which it comes, need not be on this machine.
    assert (ran.returncode, ran.stderr) == (0, "")


def test_it_ends_what_the_journal_says_by_the_release_before() -> None:
    text, paths = UNIT.read_text(), InstallPaths()
    assert f"ConditionPathExists={paths.journal}\n" in text
    [(program, typed)] = re.findall(r"^ExecStart=(\S+) (.*)$", text, re.MULTILINE)
    assert program == str(paths.previous / "venv/bin/hipdrive")
    assert parser().parse_args(typed.split()).resume
