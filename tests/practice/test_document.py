"""`docs/coaching.md` is what the script makes of the simulated runners; each cheat is stopped."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hipdrive.coach.programme import FEEDBACK_PERCENT
from hipdrive.practice.runners import RUNNERS

if TYPE_CHECKING:
    from hipdrive.practice.runners import PracticeRunner

pytestmark = pytest.mark.long

REPOSITORY = Path(__file__).resolve().parents[2]
COMMITTED = (REPOSITORY / "docs" / "coaching.md").read_text(encoding="utf-8")
SCRIPT = runpy.run_path(str(REPOSITORY / "scripts" / "coaching_docs.py"))


def rows(title: str) -> list[list[str]]:
    """Of the table below a title, without its head."""
    section = COMMITTED.partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.split("\n") if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_its_head_is_the_script_s() -> None:
    assert COMMITTED.startswith(SCRIPT["HEAD"]), "run scripts/coaching_docs.py"


@pytest.mark.parametrize("make", RUNNERS)
def test_every_runner_goes_through_the_programme(make: type[PracticeRunner]) -> None:
    name = make.name[0].upper() + make.name[1:]
    found = [(row[0], row[1]) for row in rows(name)]
    assert found == [(str(n), f"{share} %") for n, share in enumerate(FEEDBACK_PERCENT, 1)]


@pytest.mark.parametrize("make", RUNNERS)
def test_what_stands_there_of_a_runner_is_the_script_s(make: type[PracticeRunner]) -> None:
    assert f"\n{SCRIPT['section'](make)}\n" in COMMITTED, "run scripts/coaching_docs.py"


@pytest.mark.parametrize("make", RUNNERS)
def test_how_often_each_is_stopped_is_the_script_s(make: type[PracticeRunner]) -> None:
    *text, row = SCRIPT["rates"]((make,), SCRIPT["RUNS"]).splitlines(keepends=True)
    assert "".join(text) in COMMITTED, "run scripts/coaching_docs.py"
    assert f"\n{row}" in COMMITTED, "run scripts/coaching_docs.py"


def test_cheats_are_stopped_in_95_of_100_runs_and_who_is_honest_in_5_at_most() -> None:
    counted = rows("How often each is stopped")
    assert len(counted) == len(RUNNERS)
    for name, cheats, stopped in counted:
        count, runs = map(int, stopped.split(" of "))
        assert runs >= 100
        assert 100 * count >= 95 * runs if cheats == "yes" else 100 * count <= 5 * runs, name
