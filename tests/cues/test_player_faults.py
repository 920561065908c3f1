from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from hipdrive.config import CuesConfig
from hipdrive.cues import player as player_module
from hipdrive.cues.pins import PinOutputs, simulated_pins
from hipdrive.cues.player import CuePlayer
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.types.cue import Cue, CueKind
from support.cues.recorded_outputs import FOREVER_S, PATIENCE_S, SOUND_ON, RecordedOutputs, show

if TYPE_CHECKING:
    import pytest

GREEN, AMBER, BUZZER = 17, 27, 18


def join(player: CuePlayer) -> None:
    player._thread.join(PATIENCE_S)
    assert not player._thread.is_alive()


def test_broken_outputs_are_told_in_one_line_and_no_cue_counts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outputs, parts = RecordedOutputs(), DegradedParts()
    outputs.broken = OSError("GPIO busy")
    player = CuePlayer(outputs, FOREVER_S, parts)
    assert player.show(Cue(0, CueKind.LED_BELOW)), "nobody knows yet"
    outputs.wait_for("off")
    assert not player.show(Cue(1, CueKind.BUZZ))
    assert not player.show(Cue(2, CueKind.LED_ABOVE))
    player.close()
    # The first was counted when it was taken.
    assert player.unseen == {CueKind.LED_BELOW: 1}
    assert [each.part for each in parts.now] == [DevicePart.CUES]
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is None
    said = "cues: the LEDs and the buzzer do not work (GPIO busy); check their wires"
    assert record.getMessage() == said


def test_outputs_that_failed_once_are_tried_again_with_the_next_cue() -> None:
    outputs, parts = RecordedOutputs(), DegradedParts()
    outputs.broken = OSError("input/output error")
    player = CuePlayer(outputs, FOREVER_S, parts)
    show(player, CueKind.LED_BELOW)
    outputs.wait_for("off")
    outputs.broken = None
    show(player, CueKind.LED_ABOVE)
    outputs.wait_for("blue")
    player.close()
    assert parts.now == ()
    assert parts.ever
    assert player.unseen.total() == 1


def test_outputs_that_failed_once_show_the_same_cue_when_they_work_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(player_module, "RETRY_S", 0.001)
    outputs, parts = RecordedOutputs(), DegradedParts()
    outputs.broken = OSError("input/output error")
    player = CuePlayer(outputs, FOREVER_S, parts)
    show(player, CueKind.LED_BELOW)
    outputs.wait_for("off", "off")
    outputs.broken = None
    outputs.wait_for("amber")
    player.close()
    assert parts.now == ()


def test_dark_lights_flash_while_a_part_of_the_device_does_not_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(player_module, "LOOK_S", 0.001)
    outputs, parts = RecordedOutputs(), DegradedParts()
    player = CuePlayer(outputs, FOREVER_S, parts)
    parts.degrade(DevicePart.RECORDER, "the disk is full")
    outputs.wait_for("amber", "dark")
    show(player, CueKind.LED_ABOVE)
    outputs.wait_for("blue")
    show(player, CueKind.LED_OFF)
    outputs.wait_for("amber", "dark")
    parts.recover(DevicePart.RECORDER)
    outputs.wait_for("dark", "dark", "dark")
    player.close()


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
    outputs.wait_for("off")
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
    player.close()
    assert "the LEDs and the buzzer do not work" in caplog.records[0].getMessage()


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
