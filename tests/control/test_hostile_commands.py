"""Ten thousand commands that should never be sent."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hipdrive.control.command import COMMANDS
from support.hub.commands import (
    IN_SESSION,
    REPLY,
    TOPICS,
    command,
    command_handler,
    command_message,
    mqtt_control,
    published_state,
    queued_commands,
)

COUNT = 10_000
VALUES: list[Any] = [
    True, False, None, 0, 1, -1, 2**63, -(2**80), 0.5, 1e308, -1e-320, "", "true", "start", "end",
    "anna", "\0", "\u202e", "😀" * 9, "'; DROP TABLE strides; --", "{{ states }}",
    "../../etc/passwd",
    [], {}, [[[[[[]]]]]], {"muted": True}, ["end"],
]  # fmt: skip
KEYS = [
    "muted",
    "target_offset_deg",
    "runner",
    "action",
    "schema",
    "__class__",
    "",
    "Muted",
    "$where",
]
TEXTS = [
    b"", b"NaN", b"Infinity", b"null", b"ON", b"\x00" * 40, b"\xff\xfe{}", b"\xef\xbb\xbf{}", b"{",
    b'{"muted":}', b"[" * 250, b'{"a":' * 50, b'{"muted":true}{"muted":true}', b'{"muted":true}x',
    b'{"runner":"\\ud800"}', b'{"target_offset_deg":1e999}', b'{"target_offset_deg":NaN}',
    b'{"target_offset_deg":' + b"9" * 200 + b"}", b" " * 5000, b"\x80" * 300,
    b'{"muted":true}' + b" " * 1020,
]  # fmt: skip
NAMES = [*COMMANDS, *COMMANDS, "", "reboot", "mute/x", "MUTE", "../mute", "mute ", "\u202e", "+"]


def payload_of(rng: random.Random) -> bytes:
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randbytes(rng.randrange(400))
    if kind == 1:
        return rng.choice(TEXTS)
    keys = rng.choices(KEYS, k=rng.randrange(1, 4))
    data = json.dumps({key: rng.choice(VALUES) for key in keys}).encode()
    if kind == 2:  # cut or with a byte that is wrong
        index = rng.randrange(len(data))
        return (
            data[:index] if rng.random() < 0.5 else data[:index] + rng.randbytes(1) + data[index:]
        )
    return data


def is_good(name: str, payload: bytes) -> bool:
    """Judged by what the documents say, not by the code's own schema."""
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    if len(payload) > 1024 or not isinstance(body, dict) or len(body) != 1:
        return False
    [(key, value)] = body.items()
    good = {
        "mute": key == "muted" and isinstance(value, bool),
        "target_offset": key == "target_offset_deg"
        and type(value) in {int, float}
        and -1 <= value <= 1,
        "session": key == "action" and value == "end",
        "runner": key == "runner"
        and isinstance(value, str)
        and len(value) <= 64
        and value.isprintable()
        and not set(value) & set("<>{}"),
    }
    return bool(good.get(name))


def hostile(rng: random.Random) -> tuple[str, bytes]:
    while True:
        name, payload = rng.choice(NAMES), payload_of(rng)
        if not is_good(name, payload):
            return name, payload


def test_ten_thousand_hostile_commands_change_nothing_and_are_all_counted() -> None:
    rng, handler = random.Random(20260101), command_handler()
    for _ in range(COUNT):
        name, payload = hostile(rng)
        handler.handle(command(name, payload))
        assert handler.next_command() is None, (name, payload)
    status = handler.status
    assert (status.state, status.accepted, status.refused) == (IN_SESSION, 0, COUNT)
    reasons = {str(reason) for reason, _ in status.refusals}
    assert reasons == {"too_long", "unknown", "not_json", "wrong_content", "name"} | (
        {"out_of_range", "in_session"} & reasons
    )


def test_a_good_command_is_still_followed_after_them() -> None:
    rng, handler = random.Random(7), command_handler()
    for _ in range(1000):
        handler.handle(command(*hostile(rng)))
    handler.handle(command("mute", {"muted": True}))
    assert queued_commands(handler) == [{"muted": True}]


@given(
    name=st.text(max_size=20),
    payload=st.binary(max_size=300),
    reply=st.none() | st.text(max_size=40) | st.just(REPLY),
    correlation=st.none() | st.binary(max_size=80),
    retained=st.booleans(),
)
def test_any_message_is_counted_once_and_answered_below_one_topic_only(
    name: str, payload: bytes, reply: str | None, correlation: bytes | None, *, retained: bool
) -> None:
    control = mqtt_control()
    sent = replace(
        command_message(name, payload, reply_to=reply, correlation=correlation), retained=retained
    )
    answer = control.receive(sent)
    state = published_state(control)
    assert state["commands_accepted"] + state["commands_refused"] == 1
    assert state["session"] == IN_SESSION.session
    assert answer is None or answer.topic.startswith(f"{TOPICS.answer}/")
