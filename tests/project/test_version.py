"""The version stands in one place, and the changelog knows it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import hipdrive

REPOSITORY = Path(__file__).resolve().parents[2]


def written_version() -> str:
    """`__version__` as it stands in the file, which is read and not run when a wheel is built."""
    tree = ast.parse((REPOSITORY / "device" / "hipdrive" / "__init__.py").read_text())
    (value,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and [ast.unparse(target) for target in node.targets] == ["__version__"]
    )
    written = ast.literal_eval(value)
    assert isinstance(written, str)
    return written


def test_pyproject_takes_the_version_from_the_package() -> None:
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    assert "version" not in pyproject["project"]
    assert pyproject["project"]["dynamic"] == ["version"]
    assert pyproject["tool"]["hatch"]["version"] == {"path": "device/hipdrive/__init__.py"}


def test_no_other_file_of_the_package_writes_it_down() -> None:
    quoted = re.compile(rf"""["']{re.escape(written_version())}["']""")
    package = REPOSITORY / "device" / "hipdrive"
    holders = [path for path in package.rglob("*.py") if quoted.search(path.read_text())]
    assert holders == [package / "__init__.py"]


def test_the_package_and_a_wheel_of_it_have_that_version() -> None:
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "version"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    assert hipdrive.__version__ == written_version() == built.stdout.strip()


def test_the_changelog_has_a_dated_section_of_it_below_the_unreleased_one() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text()
    sections = re.findall(r"^## (.+)$", changelog, flags=re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(written_version())} - \d{{4}}-\d\d-\d\d", sections[1])
