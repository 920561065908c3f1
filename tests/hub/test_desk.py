from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.control.command import LONGEST_BYTES, SENTENCES, Refusal
from hipdrive.control.command_handler import MOST_WAITING, DeviceState
from hipdrive.hub.mqtt.arrival import CORRELATION_BYTES, ReceivedMessage
from support.hub.received import IN_SESSION, REPLY, TOPICS, arrival, desk, orders_of, state_of

if TYPE_CHECKING:
    from hipdrive.control.command_handler import CommandHandler

GOOD = [
    ("mute", {"muted": True}),
    ("target_offset", {"target_offset_deg": -0.5}),
    ("target_offset", {"target_offset_deg": 1}),
    ("runner", {"runner": "anna-3"}),
    ("runner", {"runner": ""}),
    ("session", {"action": "end"}),
]
BAD = [
    ("mute", b"", "not_json"),
    ("mute", b"ON", "not_json"),
    ("mute", b'{"muted":true', "not_json"),
    ("mute", b'{"muted":"\xff"}', "not_json"),
    ("mute", {"muted": 1}, "wrong_content"),
    ("mute", {"muted": "true"}, "wrong_content"),
    ("mute", {}, "wrong_content"),
    ("mute", [True], "wrong_content"),
    ("mute", {"muted": True, "also": 1}, "wrong_content"),
    ("target_offset", b'{"target_offset_deg":NaN}', "wrong_content"),
    ("target_offset", b'{"target_offset_deg":1e999}', "wrong_content"),
    ("target_offset", {"target_offset_deg": "0.5"}, "wrong_content"),
    ("target_offset", {"target_offset_deg": 1.001}, "out_of_range"),
    ("target_offset", {"target_offset_deg": -1.001}, "out_of_range"),
    ("runner", {"runner": "a" * 33}, "wrong_content"),
    ("runner", {"runner": "anna\n"}, "wrong_content"),
    ("runner", {"runner": "<b>"}, "wrong_content"),
    ("runner", {"runner": "Jürgen"}, "wrong_content"),
    ("runner", {"runner": None}, "wrong_content"),
    ("session", {"action": "pause"}, "wrong_content"),
    ("session", {"action": "start"}, "in_session"),
    ("reboot", {}, "unknown"),
    ("mute/deeper", {"muted": True}, "unknown"),
    ("", {"muted": True}, "unknown"),
    ("mute", b" " * (LONGEST_BYTES - 13) + b'{"muted":true}', "too_long"),
]


def answer_of(desk: CommandHandler, one: ReceivedMessage) -> dict[str, Any]:
    reply = desk.receive(one)
    assert reply is not None
    assert (reply.topic, reply.qos, reply.retain) == (one.reply_to, 0, False)
    message: dict[str, Any] = json.loads(reply.payload)
    return message


@pytest.mark.parametrize(("name", "payload"), GOOD)
def test_what_is_allowed_waits_for_the_loop(name: str, payload: dict[str, Any]) -> None:
    one = desk()
    said = answer_of(one, arrival(name, payload))
    assert (said["schema"], said["accepted"], said["reason"]) == ("hipdrive/answer/1", True, None)
    assert orders_of(one) == [payload]
    assert (state_of(one)["commands_accepted"], state_of(one)["commands_refused"]) == (1, 0)


@pytest.mark.parametrize(("name", "payload", "reason"), BAD)
def test_what_is_bad_is_refused_with_a_reason_and_counted(
    name: str, payload: object, reason: str
) -> None:
    one = desk()
    said = answer_of(one, arrival(name, payload))
    assert (said["accepted"], said["reason"]) == (False, reason)
    assert said["explanation"] == SENTENCES[Refusal(reason)]
    assert orders_of(one) == []
    state = state_of(one)
    assert state["refusals"] == {reason: 1}
    assert (state["commands_refused"], state["last_refusal"]) == (1, reason)


def test_the_longest_command_is_taken() -> None:
    one = desk()
    payload = b" " * (LONGEST_BYTES - 14) + b'{"muted":true}'
    assert answer_of(one, arrival("mute", payload))["accepted"] is True


def test_a_retained_command_is_refused() -> None:
    one = desk()
    said = answer_of(one, arrival("mute", {"muted": True}, retained=True))
    assert said["reason"] == "retained"
    assert orders_of(one) == []


def test_the_topic_itself_without_a_name_is_counted() -> None:
    one = desk()
    one.receive(ReceivedMessage(TOPICS.command, b"{}"))
    assert state_of(one)["refusals"] == {"unknown": 1}


@pytest.mark.parametrize(
    "topic", ["homeassistant/status", f"{TOPICS.root}/commander/mute", TOPICS.state]
)
def test_what_is_no_command_is_none_of_its_business(topic: str) -> None:
    one = desk()
    assert one.receive(ReceivedMessage(topic, b'{"muted":true}', reply_to=REPLY)) is None
    assert state_of(one)["commands_refused"] == 0


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
    one = desk()
    assert one.receive(arrival("mute", {"muted": True}, reply_to=topic)) is None
    assert orders_of(one) == []
    assert state_of(one)["refusals"] == {"reply_to": 1}


def test_too_much_correlation_data_is_refused() -> None:
    one = desk()
    fits, too_much = bytes(CORRELATION_BYTES), bytes(CORRELATION_BYTES + 1)
    assert one.receive(arrival("mute", {"muted": True}, correlation=too_much)) is None
    assert orders_of(one) == []
    assert answer_of(one, arrival("mute", {"muted": True}, correlation=fits))["accepted"] is True


def test_who_wants_no_answer_gets_none() -> None:
    one = desk()
    assert one.receive(arrival("mute", {"muted": True}, reply_to=None)) is None
    assert orders_of(one) == [{"muted": True}]


def test_only_commands_of_the_configuration_are_followed() -> None:
    one = desk(commands=["mute"])
    assert answer_of(one, arrival("runner", {"runner": "a"}))["reason"] == "not_allowed"
    assert answer_of(one, arrival("mute", {"muted": True}))["accepted"] is True


def test_between_two_sessions_one_can_be_begun_and_none_ended() -> None:
    one = desk(DeviceState())
    assert answer_of(one, arrival("session", {"action": "end"}))["reason"] == "no_session"
    assert answer_of(one, arrival("session", {"action": "start"}))["accepted"] is True


def test_no_more_than_so_many_wait() -> None:
    one = desk()
    for _ in range(MOST_WAITING):
        one.receive(arrival("mute", {"muted": True}))
    assert answer_of(one, arrival("mute", {"muted": False}))["reason"] == "busy"
    assert orders_of(one) == [{"muted": True}] * MOST_WAITING
    assert answer_of(one, arrival("mute", {"muted": False}))["accepted"] is True


def test_the_state_is_what_the_loop_says_and_not_what_was_ordered() -> None:
    one = desk()
    one.receive(arrival("mute", {"muted": True}))
    assert state_of(one)["muted"] is False
    one.show(DeviceState(IN_SESSION.session, muted=True, target_offset_deg=0.5, runner="anna"))
    state = state_of(one)
    assert (state["session"], state["session_active"]) == (IN_SESSION.session, True)
    assert (state["muted"], state["target_offset_deg"], state["runner"]) == (True, 0.5, "anna")


def test_news_is_what_was_not_told_before_and_rings() -> None:
    one, rings = desk(), []
    one.greeting()
    one.wake_with(lambda: rings.append(1))
    assert one.news() is None
    one.show(DeviceState())
    assert rings == [1]
    news = one.news()
    assert news is not None
    assert (news.topic, news.qos, news.retain) == (TOPICS.state, 1, True)
    assert one.news() is None


def test_home_assistants_birth_is_known_by_the_prefix() -> None:
    one = desk(discovery_prefix="house")
    assert one.subscriptions == (f"{TOPICS.command}/#", "house/status")
    assert one.is_birth(ReceivedMessage("house/status", b"online"))
    assert not one.is_birth(ReceivedMessage("house/status", b"offline"))
    assert not one.is_birth(ReceivedMessage("homeassistant/status", b"online"))


def test_without_a_prefix_home_assistant_is_told_nothing() -> None:
    one = desk(discovery_prefix="")
    assert one.subscriptions == (f"{TOPICS.command}/#",)
    assert [message.topic for message in one.greeting()] == [TOPICS.state]
    assert not one.is_birth(ReceivedMessage("/status", b"online"))
