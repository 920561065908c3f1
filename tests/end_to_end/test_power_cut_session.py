"""The power is cut around the end of a session, as `scripts/drill_session.py` does it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from support.session.end_drill import Ending, Moment, drill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUTS = 5


def moments(ending: Ending) -> Iterator[Moment]:
    """In the middle of a session, three times while it ends, and just after."""
    yield Moment(ending.asked // 2)
    for number, online in ((5, False), (20, True), (40, False)):
        yield Moment(number, ending=True, online=online)
    yield Moment()


@pytest.mark.long
def test_sessions_and_messages_are_whole_after_power_cuts_around_the_end(tmp_path: Path) -> None:
    figures = drill(tmp_path, moments, Random(7))
    assert figures["cuts"] == CUTS
    assert (figures["before_the_end"], figures["while_ending"], figures["just_after"]) == (1, 3, 1)
    assert figures["cut_and_whole"] + figures["cut_and_completed"] == CUTS
    # Fourteen summaries and the last of each session, of two sessions in each of seven starts.
    assert figures["messages"] >= figures["stored_before_a_cut"] > 7 * 10
