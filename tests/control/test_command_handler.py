from __future__ import annotations

from typing import Any

import pytest

from hipdrive.control.command import EXPLANATIONS, LONGEST_BYTES, Refusal
from hipdrive.control.command_handler import QUEUE_LENGTH
from hipdrive.control.device_state import DeviceState, DeviceStatus
from support.hub.commands import IN_SESSION, command, command_handler, queued_commands

GOOD = [
    ("mute", {"muted": True}),
    ("target_offset", {"target_offset_deg": -0.5}),
    ("target_offset", {"target_offset_deg": 1}),
    ("runner", {"runner": "anna-3"}),
    ("runner", {"runner": ""}),
    ("runner", {"runner": "Jürgen"}),
    ("runner", {"runner": "Anna Maria"}),
    ("runner", {"runner": "O\u2019Brien, Zoë (2)"}),
    ("runner", {"runner": "山田 太郎"}),
    ("runner", {"runner": "\u0646\u0631\u06af\u0633\u200c\u062e\u0627\u062a\u0648\u0646"}),
    ("runner", {"runner": "\U0001d504" * 64}),
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
    ("runner", {"runner": "a" * 65}, "name"),
    ("runner", {"runner": "an\nna"}, "name"),
    ("runner", {"runner": "\x1b[31m"}, "name"),
    ("runner", {"runner": "\u202eanna"}, "name"),
    ("runner", {"runner": "<b>"}, "name"),
    ("runner", {"runner": "{{ states }}"}, "name"),
    ("runner", {"runner": "<b>", "also": 1}, "wrong_content"),
    ("runner", {"runner": None}, "wrong_content"),
    ("session", {"action": "pause"}, "wrong_content"),
    ("session", {"action": "start"}, "in_session"),
    ("reboot", {}, "unknown"),
    ("mute/deeper", {"muted": True}, "unknown"),
    ("", {"muted": True}, "unknown"),
    ("mute", b" " * (LONGEST_BYTES - 13) + b'{"muted":true}', "too_long"),
]


@pytest.mark.parametrize(("name", "payload"), GOOD)
def test_an_allowed_command_is_queued_for_the_loop(name: str, payload: dict[str, Any]) -> None:
    handler = command_handler()
    answer = handler.handle(command(name, payload))
    assert (answer.accepted, answer.refusal, answer.explanation) == (True, None, None)
    assert queued_commands(handler) == [payload]
    assert handler.status == DeviceStatus(IN_SESSION, accepted=1)


@pytest.mark.parametrize("typed", ["Ju\u0308rgen", " Jürgen ", "J\\u00fcrgen"])
def test_a_name_is_kept_as_one_string_however_it_was_typed(typed: str) -> None:
    handler = command_handler()
    handler.handle(command("runner", f'{{"runner":"{typed}"}}'.encode()))
    assert queued_commands(handler) == [{"runner": "J\u00fcrgen"}]


@pytest.mark.parametrize(("name", "payload", "reason"), BAD)
def test_a_bad_command_is_refused_with_a_reason_and_counted(
    name: str, payload: object, reason: str
) -> None:
    handler = command_handler()
    answer = handler.handle(command(name, payload))
    refusal = Refusal(reason)
    assert (answer.accepted, answer.refusal) == (False, refusal)
    assert answer.explanation == EXPLANATIONS[refusal]
    assert queued_commands(handler) == []
    assert handler.status == DeviceStatus(IN_SESSION, 0, ((refusal, 1),), refusal)


def test_the_longest_command_is_accepted() -> None:
    payload = b" " * (LONGEST_BYTES - 14) + b'{"muted":true}'
    assert command_handler().handle(command("mute", payload)).accepted


def test_what_a_transport_refuses_is_counted() -> None:
    handler = command_handler()
    handler.refuse(Refusal.RETAINED)
    handler.refuse(Refusal.REPLY_TO)
    handler.refuse(Refusal.RETAINED)
    status = handler.status
    assert status.refusals == ((Refusal.REPLY_TO, 1), (Refusal.RETAINED, 2))
    assert (status.refused, status.last_refusal) == (3, Refusal.RETAINED)


def test_only_commands_of_the_configuration_are_accepted() -> None:
    handler = command_handler(commands=["mute"])
    assert handler.handle(command("runner", {"runner": "a"})).refusal is Refusal.NOT_ALLOWED
    assert handler.handle(command("mute", {"muted": True})).accepted


def test_between_two_sessions_one_can_be_started_and_none_ended() -> None:
    handler = command_handler(DeviceState())
    assert handler.handle(command("session", {"action": "end"})).refusal is Refusal.NO_SESSION
    assert handler.handle(command("session", {"action": "start"})).accepted


def test_the_queue_is_bounded() -> None:
    handler = command_handler()
    for _ in range(QUEUE_LENGTH):
        handler.handle(command("mute", {"muted": True}))
    assert handler.handle(command("mute", {"muted": False})).refusal is Refusal.BUSY
    assert queued_commands(handler) == [{"muted": True}] * QUEUE_LENGTH
    assert handler.handle(command("mute", {"muted": False})).accepted


def test_the_state_is_what_the_loop_set_and_not_what_was_commanded() -> None:
    handler = command_handler()
    handler.handle(command("mute", {"muted": True}))
    assert handler.status.state == IN_SESSION
    muted = DeviceState(IN_SESSION.session, muted=True, target_offset_deg=0.5, runner="anna")
    handler.set_state(muted)
    assert handler.status.state == muted


def test_every_listener_is_called_after_the_state_was_set() -> None:
    handler = command_handler()
    seen: list[DeviceState] = []
    for _ in range(2):
        handler.add_listener(lambda: seen.append(handler.status.state))
    handler.set_state(DeviceState(muted=True))
    assert seen == [DeviceState(muted=True)] * 2
