from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.control.command import EXPLANATIONS, Refusal
from hipdrive.control.device_state import DeviceState
from hipdrive.hub.mqtt.received_message import CORRELATION_BYTES, ReceivedMessage
from support.hub.commands import (
    IN_SESSION,
    REPLY,
    TOPICS,
    command_message,
    mqtt_control,
    published_state,
    queued_commands,
)

if TYPE_CHECKING:
    from hipdrive.hub.mqtt_control import MqttControl

MUTE = {"muted": True}


def answer_to(control: MqttControl, message: ReceivedMessage) -> dict[str, Any]:
    answer = control.receive(message)
    assert answer is not None
    assert (answer.topic, answer.qos, answer.retain) == (message.reply_to, 0, False)
    body: dict[str, Any] = json.loads(answer.payload)
    return body


def test_an_accepted_command_is_answered_and_counted() -> None:
    control = mqtt_control()
    answer = answer_to(control, command_message("mute", MUTE))
    assert answer["schema"] == "hipdrive/answer/1"
    assert (answer["accepted"], answer["reason"], answer["explanation"]) == (True, None, None)
    assert queued_commands(control.commands) == [MUTE]
    state = published_state(control)
    assert (state["commands_accepted"], state["commands_refused"]) == (1, 0)


def test_a_refused_command_is_answered_with_the_reason_and_counted() -> None:
    control = mqtt_control()
    answer = answer_to(control, command_message("mute", {"muted": 1}))
    assert (answer["accepted"], answer["reason"]) == (False, "wrong_content")
    assert answer["explanation"] == EXPLANATIONS[Refusal.WRONG_CONTENT]
    assert queued_commands(control.commands) == []
    state = published_state(control)
    assert state["refusals"] == {"wrong_content": 1}
    assert (state["commands_refused"], state["last_refusal"]) == (1, "wrong_content")


def test_a_retained_command_is_refused() -> None:
    control = mqtt_control()
    answer = answer_to(control, command_message("mute", MUTE, retained=True))
    assert answer["reason"] == "retained"
    assert queued_commands(control.commands) == []


def test_the_topic_itself_without_a_name_is_counted() -> None:
    control = mqtt_control()
    control.receive(ReceivedMessage(TOPICS.command, b"{}"))
    assert published_state(control)["refusals"] == {"unknown": 1}


@pytest.mark.parametrize(
    "topic", ["homeassistant/status", f"{TOPICS.root}/commander/mute", TOPICS.state]
)
def test_a_message_on_another_topic_is_no_command(topic: str) -> None:
    control = mqtt_control()
    assert control.receive(ReceivedMessage(topic, b'{"muted":true}', reply_to=REPLY)) is None
    assert published_state(control)["commands_refused"] == 0


@pytest.mark.parametrize(
    "topic",
    [
        "",
        TOPICS.answer,
        f"{TOPICS.answer}/",
        f"{TOPICS.answer}/a/b",
        f"{TOPICS.answer}/+",
        f"{TOPICS.answer}/#",
        f"{TOPICS.answer}/{'a' * 65}",
        f"{TOPICS.answer}/a\n",
        f"{TOPICS.answer}/a\0",
        f"{TOPICS.command}/mute",
        f"{TOPICS.root}/availability",
        "hipdrive/home/other/answer/a",
        "homeassistant/device/hipdrive_home_AT_treadmill/config",
        "$SYS/answer/a",
        "elsewhere",
    ],
)
def test_an_answer_goes_nowhere_else_and_the_command_is_refused(topic: str) -> None:
    control = mqtt_control()
    assert control.receive(command_message("mute", MUTE, reply_to=topic)) is None
    assert queued_commands(control.commands) == []
    assert published_state(control)["refusals"] == {"reply_to": 1}


def test_too_long_correlation_data_are_refused() -> None:
    control = mqtt_control()
    fits, too_long = bytes(CORRELATION_BYTES), bytes(CORRELATION_BYTES + 1)
    assert control.receive(command_message("mute", MUTE, correlation=too_long)) is None
    assert queued_commands(control.commands) == []
    assert answer_to(control, command_message("mute", MUTE, correlation=fits))["accepted"] is True


def test_a_sender_that_wants_no_answer_gets_none() -> None:
    control = mqtt_control()
    assert control.receive(command_message("mute", MUTE, reply_to=None)) is None
    assert queued_commands(control.commands) == [MUTE]


def test_the_state_message_is_the_state_of_the_device() -> None:
    control = mqtt_control()
    control.commands.set_state(
        DeviceState(IN_SESSION.session, muted=True, target_offset_deg=0.5, runner="anna")
    )
    state = published_state(control)
    assert (state["session"], state["session_active"]) == (IN_SESSION.session, True)
    assert (state["muted"], state["target_offset_deg"], state["runner"]) == (True, 0.5, "anna")


def test_a_state_is_published_once() -> None:
    control = mqtt_control()
    control.announcement()
    assert control.changed_state() is None
    control.commands.set_state(DeviceState())
    changed = control.changed_state()
    assert changed is not None
    assert (changed.topic, changed.qos, changed.retain) == (TOPICS.state, 1, True)
    assert control.changed_state() is None


def test_home_assistants_birth_is_recognised_by_the_prefix() -> None:
    control = mqtt_control(discovery_prefix="house")
    assert control.subscriptions() == (f"{TOPICS.command}/#", "house/status")
    assert control.is_birth(ReceivedMessage("house/status", b"online"))
    assert not control.is_birth(ReceivedMessage("house/status", b"offline"))
    assert not control.is_birth(ReceivedMessage("homeassistant/status", b"online"))


def test_without_a_prefix_nothing_is_published_for_home_assistant() -> None:
    control = mqtt_control(discovery_prefix="")
    assert control.subscriptions() == (f"{TOPICS.command}/#",)
    assert [message.topic for message in control.announcement()] == [TOPICS.state]
    assert not control.is_birth(ReceivedMessage("/status", b"online"))


def choices(control: MqttControl) -> list[str]:
    """The runners whom Home Assistant offers after an announcement."""
    found: dict[str, Any] = json.loads(control.announcement()[0].payload)["components"]
    offered: list[str] = found["runner_profile"]["options"]
    return offered


def test_home_assistant_offers_the_runners_who_are_known_and_is_told_anew_when_they_change() -> (
    None
):
    known = ["bob", "anna"]
    control = mqtt_control(runners=lambda: tuple(known))
    assert choices(control) == ["Guest", "anna", "bob"]
    assert not control.announcement_changed
    # Another session of somebody known is nothing new.
    known.reverse()
    assert not control.announcement_changed
    known.remove("bob")
    assert control.announcement_changed
    assert choices(control) == ["Guest", "anna"]
    assert not control.announcement_changed


def test_whoever_is_named_now_can_be_chosen_before_they_have_a_profile() -> None:
    """Home Assistant takes no state that is not among the options."""
    control = mqtt_control(runners=lambda: ("anna",))
    control.announcement()
    control.commands.set_state(replace(IN_SESSION, runner="zoe"))
    assert control.announcement_changed
    assert choices(control) == ["Guest", "anna", "zoe"]


def test_of_a_gyms_runners_the_latest_are_offered() -> None:
    latest = tuple(f"runner {number:04}" for number in range(2000, 0, -1))
    offered = choices(mqtt_control(runners=lambda: latest))
    assert len(offered) == 65
    assert offered[-1] == "runner 2000"


def test_where_names_are_not_commanded_none_is_published() -> None:
    control = mqtt_control(runners=lambda: ("anna",), commands=["mute"])
    assert b"anna" not in control.announcement()[0].payload


@pytest.mark.parametrize(("chosen", "named"), [("Guest", ""), ("GUEST", ""), ("anna", "anna")])
def test_what_is_chosen_is_sent_as_the_name(chosen: str, named: str) -> None:
    control = mqtt_control(runners=lambda: ("anna",))
    answer_to(control, command_message("runner", {"runner": chosen}))
    assert queued_commands(control.commands) == [{"runner": named}]
