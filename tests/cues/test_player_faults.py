from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from hipdrive.config import CuesConfig
from hipdrive.cues import driver as driver_module
from hipdrive.cues import player as player_module
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.cues.player import CuePlayer
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.types.cue import Cue, CueKind
from support.cues.recorded_outputs import PATIENCE_S, SOUND_ON, RecordedOutputs, driver, show

if TYPE_CHECKING:
    import pytest

    from hipdrive.cues.pin_factory import PinFactory

GREEN, AMBER, BLUE, BUZZER = 17, 27, 22, 18


def test_broken_outputs_are_told_in_one_line_and_no_cue_counts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outputs, parts = RecordedOutputs(), DegradedParts()
    player = CuePlayer(driver(outputs, parts))
    outputs.wait_for("amber")
    outputs.broken = OSError("GPIO busy")
    assert player.show(Cue(0, CueKind.LED_ABOVE)), "nobody knows yet"
    outputs.wait_for("off")
    assert not player.show(Cue(1, CueKind.BUZZ))
    assert not player.show(Cue(2, CueKind.LED_BELOW))
    player.close()
    # The first was counted when it was taken.
    assert player.unseen == {CueKind.LED_ABOVE: 1}
    assert [each.part for each in parts.now] == [DevicePart.CUES]
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info is None
    said = "cues: the LEDs and the buzzer do not work (GPIO busy); check their wires"
    assert record.getMessage() == said


def test_outputs_that_failed_once_are_tried_again_with_the_next_cue() -> None:
    outputs, parts = RecordedOutputs(), DegradedParts()
    outputs.broken = OSError("input/output error")
    player = CuePlayer(driver(outputs, parts))
    outputs.wait_for("off")
    outputs.broken = None
    show(player, CueKind.LED_ABOVE)
    outputs.wait_until(lambda calls: "blue" in calls)
    player.close()
    assert parts.now == ()
    assert parts.ever
    assert player.unseen.total() == 0


def test_outputs_that_failed_once_show_the_same_cue_when_they_work_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver_module, "RETRY_NS", 1_000_000)
    outputs, parts = RecordedOutputs(), DegradedParts()
    outputs.broken = OSError("input/output error")
    player = CuePlayer(driver(outputs, parts))
    show(player, CueKind.LED_BELOW)
    outputs.wait_for("off", "off")
    outputs.broken = None
    outputs.wait_until(lambda calls: "amber" in calls)
    player.close()
    assert parts.now == ()


def pins_of(factory: Any, *numbers: int) -> list[Any]:  # noqa: ANN401  # gpiozero has no types
    return [factory.pin(number) for number in numbers]


def test_pins_that_went_in_the_middle_of_a_session_are_claimed_anew_and_light_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The driver of the GPIO chip is gone: the old factory stays dead, whatever comes back."""
    monkeypatch.setattr(driver_module, "RETRY_NS", 1_000_000)
    made: list[Any] = []
    gone = threading.Event()

    def renewed() -> PinFactory:
        if gone.is_set():
            raise OSError("no GPIO chip")
        made.append(simulated_pins())
        return made[-1]  # type: ignore[no-any-return]

    parts = DegradedParts()
    outputs = RecordedOutputs(PinOutputs(CuesConfig(), renewed(), renewed))
    player = CuePlayer(driver(outputs, parts))
    show(player, CueKind.LED_BELOW)
    outputs.wait_for("amber")
    gone.set()
    for pin in pins_of(made[0], GREEN, AMBER, BLUE, BUZZER):
        pin.function = "input"  # gpiozero raises PinSetInput when it is driven
    show(player, CueKind.LED_ABOVE)
    outputs.wait_for("off", "off")
    assert [each.part for each in parts.now] == [DevicePart.CUES]
    gone.clear()
    outputs.wait_until(lambda calls: "blue" in calls)
    (blue,) = pins_of(made[1], BLUE)
    player.close()
    assert parts.now == ()
    assert len(made) == 2
    assert [state.state for state in blue.states] == [0, 1, 0]


def test_outputs_that_broke_once_do_not_go_on_showing_what_they_showed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    factory = simulated_pins()
    outputs = RecordedOutputs(PinOutputs(CuesConfig(), factory))
    pins = pins_of(factory, GREEN, AMBER, BUZZER)
    player = CuePlayer(driver(outputs))
    show(player, CueKind.LED_BELOW)
    outputs.wait_for("amber")
    outputs.broken = OSError("input/output error")
    show(player, CueKind.LED_IN_BAND)
    outputs.wait_for("off")
    # Nobody drives the light any more, so it must not claim anything.
    assert [pin.states[-1].state for pin in pins] == [0, 0, 0]
    player.close()
    assert len(caplog.records) == 1


def test_a_buzzer_that_cannot_be_switched_off_at_once_is_switched_off_in_the_end() -> None:
    factory = simulated_pins()
    outputs = RecordedOutputs(PinOutputs(CuesConfig(), factory))
    (buzzer,) = pins_of(factory, BUZZER)
    player = CuePlayer(driver(outputs, clock_ns=lambda: 7))
    show(player, CueKind.BUZZ)
    outputs.wait_for(SOUND_ON)
    assert buzzer.states[-1].state == 1
    outputs.broken = OSError("input/output error")
    player.close()
    assert buzzer.states[-1].state == 0


def test_close_with_pins_that_cannot_be_driven_ends_without_an_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    factory = simulated_pins()
    outputs = PinOutputs(CuesConfig(), factory)
    for pin in pins_of(factory, GREEN, AMBER, BUZZER):
        pin.function = "input"
    player = CuePlayer(driver(outputs))
    show(player, CueKind.LED_BELOW)
    player.close()
    assert "the LEDs and the buzzer do not work" in caplog.records[0].getMessage()


def test_close_does_not_wait_for_ever_for_a_blocked_output(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(player_module, "JOIN_S", 0.01)
    outputs = RecordedOutputs()
    outputs.gate.clear()
    player = CuePlayer(driver(outputs))
    outputs.wait_until_blocked()
    player.close()
    assert outputs.calls == ["close"]
    outputs.gate.set()
    player._thread.join(PATIENCE_S)
    assert not player._thread.is_alive()


def test_a_look_for_faults_comes_without_a_cue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player_module, "LOOK_S", 0.001)
    outputs, parts = RecordedOutputs(), DegradedParts()
    player = CuePlayer(driver(outputs, parts))
    show(player, CueKind.LED_OFF)
    outputs.wait_for("dark")
    parts.degrade(DevicePart.RECORDER, "the disk is full")
    outputs.wait_for("amber", "dark")
    player.close()


def test_the_thread_of_the_player_does_not_keep_the_process_alive() -> None:
    player = CuePlayer(driver(RecordedOutputs()))
    assert player._thread.daemon
    assert player._thread in threading.enumerate()
    player.close()
