from __future__ import annotations

import ast
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
import hipdrive.coach.coach
for name in sorted(set(sys.modules) - before):
    if name.split(".")[0] not in sys.stdlib_module_names:
        print(name)
"""


def test_the_coach_imports_the_standard_library_types_and_errors_and_nothing_else() -> None:
    command = [sys.executable, "-I", "-c", PROGRAM, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # our own program
    imported = done.stdout.split()
    assert "hipdrive.coach.coach" in imported
    foreign = [
        name
        for name in imported
        if name not in {"hipdrive", "hipdrive.errors"}
        and not name.startswith(("hipdrive.coach", "hipdrive.types"))
    ]
    assert foreign == []


@pytest.mark.parametrize(
    "file", sorted((ROOT / "hipdrive" / "coach").rglob("*.py")), ids=lambda f: f.stem
)
def test_the_coach_names_nothing_of_other_stages_not_even_for_types(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    own = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    foreign = [
        name
        for name in own
        if name.startswith("hipdrive.")
        and name != "hipdrive.errors"
        and not name.startswith(("hipdrive.coach", "hipdrive.types"))
    ]
    assert foreign == []
