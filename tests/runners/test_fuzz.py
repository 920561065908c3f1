"""Ten thousand damaged stores, the same every time: what is read of one is what was written."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import ProfileStoreError
from hipdrive.runners.set_aside import copies
from support.runners.results import Store, result

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.runners.profile import RunnerProfile

pytestmark = pytest.mark.long
INPUTS = 10_000
NAMES = ("anna", "Bobby-7", "جمال")


def damaged(content: bytes, dice: random.Random) -> bytes:
    """The content cut off, overwritten, with flipped bits or moved; most often in its rows."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        if dice.randrange(3):
            # SQLite's pages are mostly empty: damage where something is.
            at = dice.choice([place for place in range(0, len(data), 7) if data[place]] or [at])
        kind = dice.randrange(8)
        if kind == 0:
            del data[at:]
        elif kind == 1:
            data[at : at + 64] = dice.choice([b"\0", b"\xff"]) * dice.randint(1, 64)
        elif kind == 2:
            data[at:at] = dice.randbytes(dice.randint(1, 32))
        elif at < len(data):
            data[at] ^= 1 << dice.randrange(8)
    return bytes(data)


def part_of(found: RunnerProfile, whole: RunnerProfile) -> bool:
    """Every row of it is one that was written."""
    return (
        (found.name, found.height_m, found.mode) == (whole.name, whole.height_m, whole.mode)
        and set(found.sessions) <= set(whole.sessions)
        and set(found.baselines) <= set(whole.baselines)
        and set(found.probes) <= set(whole.probes)
    )


def test_stores(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(9):
        store.keep(result(NAMES[number % 3], f"session-{number}"))
    store.change(NAMES[0], height_m=1.72)
    written = {each.name: each for each in store.profiles()}
    content = store.path.read_bytes()
    counts: Counter[str] = Counter()
    for seed in range(INPUTS):
        for file in tmp_path.iterdir():
            file.unlink()
        data = damaged(content, random.Random(seed))
        store.path.write_bytes(data)
        counts[outcome(store, written if data else {}, goes_on=seed % 20 == 0)] += 1
    assert set(counts) == {"whole", "saved", "lost", "newer"}
    # A bit of the layout's number cannot be told from a newer layout.
    assert counts["newer"] < INPUTS / 100 < counts["whole"]
    assert counts["saved"] > INPUTS / 10


def outcome(store: Store, written: dict[str, RunnerProfile], *, goes_on: bool) -> str:
    """What became of a damaged store; with `goes_on` also whether another session is kept."""
    store.said.clear()
    try:
        found = store.profiles()
    except ProfileStoreError as error:
        return "newer" if "written by a newer hipdrive" in str(error) else str(error)
    assert all(part_of(each, written[each.name]) for each in found)
    if goes_on:
        assert store.keep(result("dora", "after")) is not None
    if copies(store.path):
        assert len(store.said) == 1
        return "saved" if found else "lost"
    # Nothing was said, so nothing that was there may be missing.
    assert {each.name: each for each in found} == written
    return "whole"
