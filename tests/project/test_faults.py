"""docs/faults.md has every kind of fault with a test that there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TESTS = REPOSITORY / "tests"
COLUMNS = 5
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (REPOSITORY / "docs" / "faults.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| *\d", line)
]
NAMED = re.compile(r"`([\w/]+\.py)((?:::\w+)?)`")


def test_every_item_has_its_rows() -> None:
    assert [len(row) for row in ROWS] == [COLUMNS] * len(ROWS)
    assert all(all(row) for row in ROWS)
    assert sorted({int(row[0]) for row in ROWS}) == list(range(1, 21))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[1]}"[:60])
def test_the_tests_that_it_names_are_there(row: list[str]) -> None:
    named = NAMED.findall(row[-1])
    assert named
    for file, test in named:
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert not test or test.removeprefix("::") in tests, f"{file}{test}"
