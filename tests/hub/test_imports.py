from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hipdrive

PACKAGE = Path(hipdrive.__file__).parent


def test_paho_is_imported_where_the_device_speaks_and_where_somebody_listens() -> None:
    files = {f.name for f in PACKAGE.rglob("*.py") if "paho" in _imports(f)}
    assert files == {"connection.py", "onlooker.py"}


def _imports(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.strip().startswith(("import ", "from ")))


@pytest.mark.parametrize("library", ["paho", "sqlite3"])
def test_importing_the_hub_does_not_import_what_it_uses_later(library: str) -> None:
    imports = "import hipdrive.hub.client, hipdrive.hub.check, sys"
    program = f"{imports}; sys.exit({library!r} in sys.modules)"
    environ = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    subprocess.run([sys.executable, "-c", program], env=environ, check=True)
