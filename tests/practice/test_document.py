"""`docs/coaching.md` is what the script makes of the simulated runners."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from hipdrive.coach.programme import FEEDBACK_PERCENT
from hipdrive.practice.runners import RUNNERS, Leaner

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
def test_every_runner_goes_through_the_programme(make: type[Leaner]) -> None:
    name = make.name[0].upper() + make.name[1:]
    found = [(row[0], row[1]) for row in rows(name)]
    assert found == [(str(n), f"{share} %") for n, share in enumerate(FEEDBACK_PERCENT, 1)]


def test_the_first_session_of_who_leans_is_as_it_stands_there() -> None:
    made = SCRIPT["section"](Leaner, 1)
    assert made.rstrip("\n") in COMMITTED, "run scripts/coaching_docs.py"
