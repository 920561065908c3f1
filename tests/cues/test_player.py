"""The player's thread: nobody waits for it, and it ends when it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hipdrive.cues.player import MOST_CUES_WAITING, CuePlayer
from hipdrive.types.cue import CueKind
from support.cues.recorded_outputs import (
    SOUND_OFF,
    SOUND_ON,
    RecordedOutputs,
    driver,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

STANDING_NS = 7
BEGUN = "amber"
"""The first light of a session that begins."""


@pytest.fixture
def outputs() -> RecordedOutputs:
    return RecordedOutputs()


@pytest.fixture
def player(outputs: RecordedOutputs) -> Iterator[CuePlayer]:
    player = CuePlayer(driver(outputs))
    outputs.wait_for(BEGUN)
    yield player
    outputs.gate.set()
    player.close()


def test_a_cue_is_shown(player: CuePlayer, outputs: RecordedOutputs) -> None:
    show(player, CueKind.LED_ABOVE)
    outputs.wait_for(BEGUN, "blue")


def test_a_buzz_is_on_and_then_off(player: CuePlayer, outputs: RecordedOutputs) -> None:
    show(player, CueKind.LED_ABOVE, CueKind.BUZZ)
    outputs.wait_for("blue", SOUND_ON, SOUND_OFF)


def test_a_blink_goes_on_without_a_cue(player: CuePlayer, outputs: RecordedOutputs) -> None:
    show(player, CueKind.LED_BASELINE)
    outputs.wait_for("green", "dark", "green")


def test_show_returns_while_an_output_is_blocked(
    player: CuePlayer, outputs: RecordedOutputs
) -> None:
    outputs.gate.clear()
    show(player, CueKind.LED_ABOVE)
    outputs.wait_until_blocked()
    show(player, CueKind.LED_BELOW)
    assert outputs.calls == [BEGUN]
    outputs.gate.set()
    outputs.wait_for("blue", "amber")


def test_of_too_many_cues_the_oldest_are_dropped(
    player: CuePlayer, outputs: RecordedOutputs
) -> None:
    outputs.gate.clear()
    show(player, CueKind.LED_ABOVE)
    outputs.wait_until_blocked()
    show(player, CueKind.BUZZ, *[CueKind.LED_BELOW] * MOST_CUES_WAITING)
    outputs.gate.set()
    outputs.wait_for("blue", "amber")
    player.close()
    assert SOUND_ON not in outputs.calls


def test_close_ends_a_buzz_in_the_middle_and_turns_everything_off() -> None:
    outputs = RecordedOutputs()
    player = CuePlayer(driver(outputs, clock_ns=lambda: STANDING_NS))
    show(player, CueKind.BUZZ)
    outputs.wait_for(SOUND_ON)
    player.close()
    assert SOUND_OFF not in outputs.calls
    assert outputs.calls[-1] == "close"
    assert not player._thread.is_alive()


def test_a_button_that_is_held_is_shown_at_once_and_no_longer_than_it_is(
    player: CuePlayer, outputs: RecordedOutputs
) -> None:
    show(player, CueKind.LED_IN_BAND)
    outputs.wait_for("green")
    player.set_letting_go(letting_go=True)
    outputs.wait_for("green", "amber", "blue")
    player.set_letting_go(letting_go=False)
    outputs.wait_for("green")


def test_close_ends_the_wait_for_a_cue(player: CuePlayer, outputs: RecordedOutputs) -> None:
    player.close()
    assert not player._thread.is_alive()
    assert "close" in outputs.calls


def test_close_twice_does_no_harm(player: CuePlayer, outputs: RecordedOutputs) -> None:
    player.close()
    player.close()
    assert "close" in outputs.calls


def test_a_cue_after_close_does_nothing(player: CuePlayer, outputs: RecordedOutputs) -> None:
    player.close()
    calls = list(outputs.calls)
    show(player, CueKind.BUZZ, CueKind.LED_BELOW)
    assert outputs.calls == calls
