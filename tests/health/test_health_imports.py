"""Health and control know no transport: a web page needs them as MQTT does."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import hipdrive

PACKAGE = Path(hipdrive.__file__).parent
FILES = sorted(file for room in ("control", "health") for file in (PACKAGE / room).glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_file_imports_the_hub_not_even_for_a_type(file: Path) -> None:
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    modules = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    assert [module for module in modules if module.startswith("hipdrive.hub")] == []
