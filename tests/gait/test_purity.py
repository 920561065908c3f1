"""Gait and coach are pure: no input, no output, no library; and the gait engine has no floats."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hipdrive

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(hipdrive.__file__).parent
PURE_GEOMETRY = (
    "ankle_path",
    "camera_estimate",
    "camera_estimator",
    "contact_path",
    "foot_path",
    "near_side",
)
"""What measures; the rest of the folder stores and reports."""
REPORTED = {"camera_summary"}
"""Values for people, in floats."""
GAIT = [
    *sorted((PACKAGE / "gait").rglob("*.py")),
    *(file for file in sorted((PACKAGE / "types").rglob("*.py")) if file.stem not in REPORTED),
    *(PACKAGE / "geometry" / f"{name}.py" for name in PURE_GEOMETRY),
]
PURE = GAIT + sorted((PACKAGE / "coach").rglob("*.py"))
IMPURE = {"os", "io", "sys", "time", "datetime", "random", "socket", "pathlib", "logging"}
WHOLE = {"isqrt", "gcd", "lcm", "comb"}
"""Functions of `math` that take and give integers."""
EDGES = {"bam_from_deg", "deg_from_bam", "from_array"}

each_pure = pytest.mark.parametrize("file", PURE, ids=lambda f: f"{f.parent.name}.{f.stem}")
each_gait = pytest.mark.parametrize("file", GAIT, ids=lambda f: f.stem)


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def live(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below one that is there at run time."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and is_type_checking(child):
            for other in child.orelse:
                yield from (other, *live(other))
            continue
        yield child
        yield from live(child)


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in live(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import hides where it leads"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def is_allowed(name: str) -> bool:
    top = name.partition(".")[0]
    if top == "hipdrive":
        pure = ("errors.", "gait.", "coach.", "types.", "geometry.")
        return name.removeprefix("hipdrive.").startswith(pure)
    return top in sys.stdlib_module_names and top not in IMPURE


def floats(tree: ast.AST) -> list[str]:
    """Where a float is written, made or computed, but for the edges of the engine."""
    return [ast.unparse(node) for node in hot(tree) if is_float(node)]


def hot(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef) and child.name in EDGES:
            continue
        if isinstance(child, ast.Call) and ast.unparse(child.func) in EDGES:
            continue
        yield child
        yield from hot(child)


def is_float(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=float() | complex()) | ast.Name(id="float" | "complex" | "round"):
            return True
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return True
        case ast.BinOp(op=ast.Pow(), right=ast.UnaryOp()):  # a negative power
            return True
        case ast.Attribute(value=ast.Name(id="math"), attr=name):
            return name not in WHOLE
        case ast.ImportFrom(module="math" | "cmath" | "statistics" | "decimal", names=names):
            return any(alias.name not in WHOLE for alias in names)
    return False


def test_there_are_modules_to_check() -> None:
    assert {file.stem for file in GAIT} >= {
        "atan2",
        "engine",
        "peaks",
        "stride_screen",
        "camera_estimator",
        "angle",
    }
    assert len(PURE) > len(GAIT)


@each_pure
def test_a_pure_module_imports_nothing_but_the_pure_and_the_standard_library(file: Path) -> None:
    assert {name for name in imported(parsed(file)) if not is_allowed(name)} == set()


@each_pure
def test_a_pure_module_opens_and_prints_nothing(file: Path) -> None:
    calls = {ast.unparse(n.func) for n in live(parsed(file)) if isinstance(n, ast.Call)}
    assert not calls & {"open", "print", "input", "eval", "exec", "__import__"}


@each_gait
def test_the_gait_engine_computes_without_floats(file: Path) -> None:
    assert floats(parsed(file)) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = 0.5",
        "x = 1 / 3",
        "x /= 2",
        "x = math.sin(1)",
        "from math import hypot",
        "x = float(3)",
        "x = 2 ** -1",
        "x = round(y)",
    ],
)
def test_the_search_for_floats_finds_them(line: str) -> None:
    assert floats(ast.parse(line))


@pytest.mark.parametrize(
    "line",
    [
        "x = bam_from_deg(1.5)",
        "x = 1 // 3",
        "from math import isqrt",
        "def deg_from_bam(bam: int) -> float:\n    return bam / 2",
    ],
)
def test_the_search_for_floats_lets_whole_numbers_and_the_edges_pass(line: str) -> None:
    assert floats(ast.parse(line)) == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import numpy", {"numpy"}),
        ("def f():\n    import numpy.linalg", {"numpy.linalg"}),
        ("from hipdrive.config import Config", {"hipdrive.config.Config"}),
        ("from hipdrive import config", {"hipdrive.config"}),
        ("from time import monotonic_ns", {"time.monotonic_ns"}),
        ("if TYPE_CHECKING:\n    from hipdrive.config import CoachConfig", set()),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import numpy", {"numpy"}),
        ("from math import isqrt\nfrom hipdrive.types.fixed_point import Q16", set()),
    ],
)
def test_the_search_for_imports_finds_them(source: str, names: set[str]) -> None:
    assert {name for name in imported(ast.parse(source)) if not is_allowed(name)} == names
