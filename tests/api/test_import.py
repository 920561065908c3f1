from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import hipdrive

ROOT = Path(hipdrive.__file__).parents[1]
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
import hipdrive
for name in sorted(set(sys.modules) - before):
    if name.split(".")[0] not in sys.stdlib_module_names:
        print(name)
"""


def test_importing_hipdrive_loads_nothing_but_itself() -> None:
    command = [sys.executable, "-c", PROGRAM, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # our own program
    assert done.stdout.split() == ["hipdrive"]


@pytest.mark.parametrize("name", hipdrive.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(hipdrive, name) is not None
    assert name in dir(hipdrive)


def test_the_table_of_modules_is_the_public_face() -> None:
    assert set(hipdrive._MODULES) == set(hipdrive.__all__)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'hipdrive' has no attribute 'analyse'"):
        hipdrive.analyse  # type: ignore[attr-defined]  # noqa: B018
