from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import hipdrive

PACKAGE = Path(hipdrive.__file__).parent


def test_paho_is_imported_by_the_client_and_by_the_counter_of_topics() -> None:
    files = {f.name for f in PACKAGE.rglob("*.py") if "paho" in _imported(f)}
    assert files == {"client.py", "topic_counter.py"}


def _imported(file: Path) -> set[str]:
    """First names of what a file imports when it runs, and not for its types only."""
    names: set[str] = set()
    pending: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
        pending += ast.iter_child_nodes(node)
    return names


@pytest.mark.parametrize("library", ["paho", "sqlite3"])
def test_importing_the_hub_does_not_import_what_it_uses_later(library: str) -> None:
    imports = "import hipdrive.hub.sink, hipdrive.hub.mqtt.link, hipdrive.hub.check, sys"
    program = f"{imports}; sys.exit({library!r} in sys.modules)"
    environ = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    subprocess.run([sys.executable, "-c", program], env=environ, check=True)
