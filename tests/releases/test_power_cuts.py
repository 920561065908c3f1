"""kill -9 before every change of a file, while a release is installed, updated, taken back."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from support.releases.signing import archive_of, new_signer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("what", "behaviour", "least"),
    [("install", "well", 30), ("update", "well", 50), ("sick", "dies", 60), ("back", "well", 15)],
)
def test_a_power_cut_leaves_the_old_or_the_new_release(
    tmp_path: Path, what: str, behaviour: str, least: int
) -> None:
    signer = new_signer(tmp_path / "key")
    archive = archive_of(tmp_path, "2.0", signer, behaviour)
    program = REPOSITORY / "tests/support/releases/power_cuts.py"
    paths = os.pathsep.join([str(REPOSITORY / "device"), str(REPOSITORY / "tests")])
    ran = subprocess.run(
        [sys.executable, str(program), str(tmp_path), what, str(archive), signer.public],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert ran.returncode == 0, ran.stderr
    # As many as there are changes, and they are not few: nothing was cut where none was.
    assert int(ran.stdout) >= least
