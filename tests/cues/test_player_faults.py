from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from hipdrive.config import CuesConfig
from hipdrive.cues import player as player_module
from hipdrive.cues.pins import PinOutputs, simulated_pins
from hipdrive.cues.player import CuePlayer
from hipdrive.types.cue import CueKind
from support.cues.recorded_outputs import FOREVER_S, PATIENCE_S, SOUND_ON, RecordedOutputs, show

if TYPE_CHECKING:
    import pytest

GREEN, AMBER, BUZZER = 17, 27, 18


def join(player: CuePlayer) -> None:
    player._thread.join(PATIENCE_S)
    assert not player._thread.is_alive()


def test_broken_outputs_are_told_in_one_line_and_the_loop_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outputs = RecordedOutputs()
    outputs.broken = OSError("GPIO busy")
    player = CuePlayer(outputs, FOREVER_S)
    show(player, CueKind.LED_BELOW)
    join(player)
    show(player, CueKind.BUZZ, CueKind.LED_ABOVE)
    player.close()
    (record,) = caplog.records
    assert record.name == "hipdrive.cues"
    assert record.levelno == logging.ERROR
    assert record.exc_info is None
    assert record.getMessage() == "the LEDs and the buzzer have stopped working: GPIO busy"


def pins_of(factory: Any, *numbers: int) -> list[Any]:  # noqa: ANN401  # gpiozero has no types
    return [factory.pin(number) for number in numbers]


def test_outputs_that_broke_once_do_not_go_on_showing_what_they_showed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    factory = simulated_pins()
    outputs = RecordedOutputs(PinOutputs(CuesConfig(), factory))
    pins = pins_of(factory, GREEN, AMBER, BUZZER)
    player = CuePlayer(outputs, FOREVER_S)
    show(player, CueKind.LED_BELOW)
    outputs.wait_for("amber")
    outputs.broken = OSError("input/output error")
    show(player, CueKind.LED_IN_BAND)
    join(player)
    # Nobody drives the light any more, so it must not claim anything.
    assert [pin.states[-1].state for pin in pins] == [0, 0, 0]
    player.close()
    assert len(caplog.records) == 1


def test_a_buzzer_that_cannot_be_switched_off_at_once_is_switched_off_in_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    factory = simulated_pins()
    outputs = RecordedOutputs(PinOutputs(CuesConfig(), factory))
    (buzzer,) = pins_of(factory, BUZZER)
    player = CuePlayer(outputs, FOREVER_S)
    show(player, CueKind.BUZZ)
    outputs.wait_for(SOUND_ON)
    assert buzzer.states[-1].state == 1
    outputs.broken = OSError("input/output error")
    player.close()
    assert buzzer.states[-1].state == 0
    assert len(caplog.records) == 1


def test_close_with_pins_that_cannot_be_driven_ends_without_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    factory = simulated_pins()
    player = CuePlayer(PinOutputs(CuesConfig(), factory), FOREVER_S)
    for pin in pins_of(factory, GREEN, AMBER, BUZZER):
        pin.function = "input"
    show(player, CueKind.LED_BELOW)
    join(player)
    player.close()
    assert "the LEDs and the buzzer have stopped working" in caplog.records[0].getMessage()


def test_close_does_not_wait_for_ever_for_a_blocked_output(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(player_module, "JOIN_S", 0.01)
    outputs = RecordedOutputs()
    player = CuePlayer(outputs, FOREVER_S)
    outputs.gate.clear()
    show(player, CueKind.LED_BELOW)
    outputs.wait_until_blocked()
    player.close()
    assert outputs.calls == ["close"]
    outputs.gate.set()
    join(player)


def test_every_cue_on_the_pins_of_the_configuration() -> None:
    factory = simulated_pins()
    outputs = RecordedOutputs(PinOutputs(CuesConfig(), factory))
    pins = pins_of(factory, GREEN, AMBER, 22, BUZZER)
    player = CuePlayer(outputs, 0.001)
    show(player, CueKind.LED_BELOW, CueKind.BUZZ, CueKind.LED_ABOVE, CueKind.LED_IN_BAND)
    show(player, CueKind.LED_OFF)
    outputs.wait_for("blue", "green", "dark")
    assert [[state.state for state in pin.states] for pin in pins] == [[0, 1, 0]] * 4
    player.close()
    assert [pin.states[-1].state for pin in pins] == [0] * 4


def test_the_thread_of_the_player_does_not_keep_the_process_alive() -> None:
    player = CuePlayer(RecordedOutputs(), FOREVER_S)
    assert player._thread.daemon
    assert player._thread in threading.enumerate()
    player.close()
