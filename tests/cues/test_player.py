from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from hipdrive.cues.player import LED_PATTERNS, MOST_CUES_WAITING, CuePlayer, PatternStep
from hipdrive.types.cue import CueKind
from support.cues.recorded_outputs import (
    FOREVER_S,
    PATIENCE_S,
    SOUND_OFF,
    SOUND_ON,
    RecordedOutputs,
    show,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORT_S = 0.001
MOST_CHANGES_HZ = 3


@pytest.fixture
def outputs() -> RecordedOutputs:
    return RecordedOutputs()


@pytest.fixture
def player(outputs: RecordedOutputs) -> Iterator[CuePlayer]:
    """A player whose buzz does not end by itself."""
    player = CuePlayer(outputs, FOREVER_S)
    yield player
    outputs.gate.set()
    player.close()


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (CueKind.LED_BASELINE, "green"),
        (CueKind.LED_IN_BAND, "green"),
        (CueKind.LED_BELOW, "amber"),
        (CueKind.LED_ABOVE, "blue"),
        (CueKind.LED_OFF, "dark"),
    ],
)
def test_every_led_cue_has_its_colour(
    player: CuePlayer, outputs: RecordedOutputs, kind: CueKind, shown: str
) -> None:
    show(player, kind)
    outputs.wait_for(shown)


def test_the_newest_led_cue_holds(player: CuePlayer, outputs: RecordedOutputs) -> None:
    show(player, CueKind.LED_BELOW, CueKind.LED_ABOVE, CueKind.LED_IN_BAND)
    outputs.wait_for("amber", "blue", "green")


def test_a_buzz_is_on_and_then_off() -> None:
    outputs = RecordedOutputs()
    player = CuePlayer(outputs, SHORT_S)
    show(player, CueKind.BUZZ, CueKind.BUZZ)
    outputs.wait_for(SOUND_ON, SOUND_OFF, SOUND_ON, SOUND_OFF)
    player.close()


def test_a_buzz_lasts_as_long_as_configured(player: CuePlayer, outputs: RecordedOutputs) -> None:
    waits: list[float | None] = []
    ended = threading.Event()

    class Closing(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            return ended.wait(PATIENCE_S)

    player._closing = Closing()
    player._buzz_s = 0.08
    show(player, CueKind.BUZZ)
    outputs.wait_for(SOUND_ON)
    ended.set()
    outputs.wait_for(SOUND_ON, SOUND_OFF)
    assert waits == [0.08]


def test_show_returns_while_a_buzz_is_playing(player: CuePlayer, outputs: RecordedOutputs) -> None:
    show(player, CueKind.BUZZ)
    outputs.wait_for(SOUND_ON)
    show(player, CueKind.LED_BELOW, CueKind.BUZZ)
    assert outputs.calls[-1] == SOUND_ON


def test_show_returns_while_an_output_is_blocked(
    player: CuePlayer, outputs: RecordedOutputs
) -> None:
    outputs.gate.clear()
    show(player, CueKind.LED_BELOW)
    outputs.wait_until_blocked()
    show(player, CueKind.LED_ABOVE)
    assert outputs.calls == []
    outputs.gate.set()
    outputs.wait_for("amber", "blue")


def test_an_led_cue_during_a_buzz_comes_after_it_and_does_not_cut_it() -> None:
    outputs = RecordedOutputs()
    player = CuePlayer(outputs, SHORT_S)
    outputs.gate.clear()
    show(player, CueKind.BUZZ)
    outputs.wait_until_blocked()
    show(player, CueKind.LED_BELOW)
    outputs.gate.set()
    outputs.wait_for(SOUND_ON, SOUND_OFF, "amber")
    player.close()


def test_the_light_stays_as_it_is_during_a_buzz(
    player: CuePlayer, outputs: RecordedOutputs
) -> None:
    show(player, CueKind.LED_BELOW)
    outputs.wait_for("amber")
    show(player, CueKind.BUZZ)
    outputs.wait_for("amber", SOUND_ON)


def test_close_ends_a_buzz_in_the_middle_and_turns_everything_off() -> None:
    outputs = RecordedOutputs()
    player = CuePlayer(outputs, FOREVER_S)
    show(player, CueKind.BUZZ)
    outputs.wait_for(SOUND_ON)
    player.close()
    assert outputs.calls[-2:] == [SOUND_OFF, "close"]
    assert not player._thread.is_alive()


def test_close_ends_the_wait_for_a_cue() -> None:
    outputs = RecordedOutputs()
    player = CuePlayer(outputs, SHORT_S)
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


def test_of_too_many_cues_the_oldest_are_dropped(
    player: CuePlayer, outputs: RecordedOutputs
) -> None:
    outputs.gate.clear()
    show(player, CueKind.LED_IN_BAND)
    outputs.wait_until_blocked()
    show(player, *[CueKind.LED_ABOVE] * 4)
    show(player, *[CueKind.LED_BELOW] * MOST_CUES_WAITING)
    outputs.gate.set()
    outputs.wait_until(lambda calls: len(calls) == 1 + MOST_CUES_WAITING)
    assert outputs.calls == ["green"] + ["amber"] * MOST_CUES_WAITING


def test_the_baseline_blinks_over_and_over(
    player: CuePlayer, outputs: RecordedOutputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = tuple(PatternStep(each.colour, SHORT_S) for each in LED_PATTERNS[CueKind.LED_BASELINE])
    monkeypatch.setitem(LED_PATTERNS, CueKind.LED_BASELINE, quick)
    show(player, CueKind.LED_BASELINE)
    outputs.wait_until(lambda calls: len(calls) >= 6)
    assert outputs.calls[:6] == ["green", "dark"] * 3


def test_a_buzz_does_not_stop_the_blinking(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = tuple(PatternStep(each.colour, SHORT_S) for each in LED_PATTERNS[CueKind.LED_BASELINE])
    monkeypatch.setitem(LED_PATTERNS, CueKind.LED_BASELINE, quick)
    outputs = RecordedOutputs()
    player = CuePlayer(outputs, SHORT_S)
    show(player, CueKind.LED_BASELINE, CueKind.BUZZ)
    outputs.wait_until(lambda calls: SOUND_OFF in calls and len(calls) > calls.index(SOUND_OFF) + 4)
    player.close()


@pytest.mark.parametrize("kind", list(LED_PATTERNS))
def test_no_pattern_changes_more_than_three_times_a_second(kind: CueKind) -> None:
    pattern = LED_PATTERNS[kind]
    if len(pattern) == 1:
        assert pattern[0].seconds is None
        return
    for light in pattern:
        assert light.seconds is not None
        assert light.seconds >= 1 / MOST_CHANGES_HZ


def test_every_cue_but_the_buzz_has_a_light() -> None:
    assert set(LED_PATTERNS) == set(CueKind) - {CueKind.BUZZ}
