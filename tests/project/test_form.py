"""The form that CONTRIBUTING.md asks of the code: short functions, small files, each name once."""

from __future__ import annotations

import ast
import math
import statistics
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = REPOSITORY / "device"
PACKAGE = SOURCES / "hipdrive"
FOLDERS = ("device", "examples", "scripts", "tests")


@dataclass(frozen=True)
class Length:
    lines: int
    where: str


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), path)


def place(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (REPOSITORY / folder).rglob("*.py"))


def function_lengths(paths: list[Path]) -> list[Length]:
    """From `def` to the last line, the docstring among them, decorators not."""
    return [
        Length((node.end_lineno or 0) - node.lineno + 1, f"{place(path)}:{node.lineno} {node.name}")
        for path in paths
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def longer_than(most: int, lengths: list[Length]) -> list[str]:
    return [f"{each.lines} lines: {each.where}" for each in lengths if each.lines > most]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_function_is_longer_than_60_lines(folder: str) -> None:
    assert longer_than(60, function_lengths(files(folder))) == []


def test_most_functions_of_the_package_are_short() -> None:
    lengths = sorted(each.lines for each in function_lengths(files("device")))
    # The nearest rank: the shortest length that 95 of 100 functions do not exceed.
    percentile_95 = lengths[math.ceil(0.95 * len(lengths)) - 1]
    assert statistics.median(lengths) <= 7
    assert percentile_95 <= 25


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_is_longer_than_350_lines(folder: str) -> None:
    lengths = [
        Length(len(path.read_text(encoding="utf-8").splitlines()), place(path))
        for path in files(folder)
    ]
    assert longer_than(350, lengths) == []


def test_no_function_branches_more_than_a_reader_can_follow() -> None:
    """McCabe's complexity, 12 at most, whatever a comment in the code would excuse."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--ignore-noqa",
        "--select=C901",
    ]
    limit = "lint.mccabe.max-complexity=12"
    ran = subprocess.run(
        [*command, "--config", limit, "--output-format=concise", "--no-cache", "."],
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def class_names() -> Iterator[tuple[str, str]]:
    """Every class of the package with its file, those inside of others and of functions too."""
    for path in files("device"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                yield node.name, f"{place(path)}:{node.lineno}"


def test_no_two_classes_have_the_same_name() -> None:
    count = Counter(name for name, _ in class_names())
    doubles = {
        name: [where for other, where in class_names() if other == name]
        for name, times in count.items()
        if times > 1
    }
    assert doubles == {}


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_type_checking(node: ast.AST) -> TypeGuard[ast.If]:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def imports(
    node: ast.AST, *, for_types: bool, at_call: bool = True
) -> Iterator[ast.Import | ast.ImportFrom]:
    """At the top; `for_types`: what only the type checker loads; `at_call`: inside of functions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif is_type_checking(child) and not for_types:
            for otherwise in child.orelse:
                branch = ast.Module([otherwise], [])
                yield from imports(branch, for_types=for_types, at_call=at_call)
        elif at_call or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports(child, for_types=for_types, at_call=at_call)


def imported_names(path: Path, *, for_types: bool) -> Iterator[str]:
    """Full names of what a file imports: modules, or things in them."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    # The package's own face loads what it offers when it is asked for it: that is no circle.
    at_call = path != PACKAGE / "__init__.py"
    for node in imports(parsed(path), for_types=for_types, at_call=at_call):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            above = package[: len(package) - node.level + 1] if node.level else []
            parent = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            yield from (f"{parent}.{alias.name}" for alias in node.names)


def import_graph(*, for_types: bool) -> dict[str, set[str]]:
    """For each module of the package the modules of it that it imports."""
    paths = {module_name(path): path for path in files("device")}
    graph: dict[str, set[str]] = {}
    for module, path in paths.items():
        found: set[str] = set()
        for name in imported_names(path, for_types=for_types):
            # A name that is no module is a thing in the module above it.
            found.add(name if name in paths else name.rpartition(".")[0])
        graph[module] = (found & set(paths)) - {module}
    return graph


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules that reach one another."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        left = [start]
        while left:
            for module in graph[left.pop()] - seen:
                seen.add(module)
                left.append(module)
        return seen

    reach = {module: reached(module) for module in graph}
    together = {
        tuple(sorted(other for other in reach[module] if module in reach[other]))
        for module in graph
        if module in reach[module]
    }
    return sorted(map(list, together))


def test_circles_are_found() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a", "e"}, "e": {"e"}}
    assert circles(graph) == [["b", "c"], ["e"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


IMPORTS = """
import a
if TYPE_CHECKING:
    import types_only
else:
    import b
try:
    import c
except ImportError:
    pass
class Holder:
    import d
    def method(self):
        import at_call
"""


@pytest.mark.parametrize(
    ("for_types", "at_call", "expected"),
    [
        (True, True, ["a", "types_only", "b", "c", "d", "at_call"]),
        (False, True, ["a", "b", "c", "d", "at_call"]),
        (False, False, ["a", "b", "c", "d"]),
    ],
)
def test_only_the_imports_asked_for_count(
    *, for_types: bool, at_call: bool, expected: list[str]
) -> None:
    found = imports(ast.parse(IMPORTS), for_types=for_types, at_call=at_call)
    assert [alias.name for node in found for alias in node.names] == expected


def test_the_imports_of_the_package_are_seen() -> None:
    """A graph without edges has no circles either."""
    graph = import_graph(for_types=False)
    assert "hipdrive" in graph["hipdrive.cli"]
    assert "hipdrive.errors" in graph["hipdrive.config.reading"]


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(import_graph(for_types=False)) == []


def test_no_modules_need_each_other_for_their_types() -> None:
    """Two modules that name each other's types are one idea in two files.

    The package itself is left out: it names what users may import, and has the version.
    """
    graph = import_graph(for_types=True)
    del graph["hipdrive"]
    for needed in graph.values():
        needed.discard("hipdrive")
    assert circles(graph) == []
