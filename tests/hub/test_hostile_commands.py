"""Ten thousand commands that nobody should send."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hipdrive.control.command import ORDERS
from support.hub.received import IN_SESSION, REPLY, TOPICS, arrival, desk, orders_of, state_of

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
    b'{"muted":true}' + b" " * 250,
]  # fmt: skip
NAMES = [*ORDERS, *ORDERS, "", "reboot", "mute/x", "MUTE", "../mute", "mute ", "\u202e", "+"]


def payload_of(rng: random.Random) -> bytes:
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randbytes(rng.randrange(400))
    if kind == 1:
        return rng.choice(TEXTS)
    keys = rng.choices(KEYS, k=rng.randrange(1, 4))
    data = json.dumps({key: rng.choice(VALUES) for key in keys}).encode()
    if kind == 2:  # cut or with a byte that is wrong
        place = rng.randrange(len(data))
        return (
            data[:place] if rng.random() < 0.5 else data[:place] + rng.randbytes(1) + data[place:]
        )
    return data


def is_good(name: str, payload: bytes) -> bool:
    """Judged by what the documents say, not by the code's own schema."""
    try:
        said = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    if len(payload) > 256 or not isinstance(said, dict) or len(said) != 1:
        return False
    [(key, value)] = said.items()
    good = {
        "mute": key == "muted" and isinstance(value, bool),
        "target_offset": key == "target_offset_deg"
        and type(value) in {int, float}
        and -1 <= value <= 1,
        "session": key == "action" and value == "end",
        "runner": key == "runner"
        and isinstance(value, str)
        and re.fullmatch("[A-Za-z0-9_-]{0,32}", value) is not None,
    }
    return bool(good.get(name))


def hostile(rng: random.Random) -> tuple[str, bytes]:
    while True:
        name, payload = rng.choice(NAMES), payload_of(rng)
        if not is_good(name, payload):
            return name, payload


def test_ten_thousand_hostile_commands_change_nothing_and_are_all_counted() -> None:
    rng, one = random.Random(20260101), desk()
    before = state_of(one)
    for _ in range(COUNT):
        name, payload = hostile(rng)
        one.receive(arrival(name, payload))
        assert one.next_order() is None, (name, payload)
    after = state_of(one)
    assert after["commands_refused"] == sum(after["refusals"].values()) == COUNT
    assert set(after["refusals"]) == {"too_long", "unknown", "not_json", "wrong_content"} | (
        {"out_of_range", "in_session"} & set(after["refusals"])
    )
    counted = {"commands_refused", "refusals", "last_refusal"}
    assert {key: after[key] for key in after if key not in counted} == {
        key: before[key] for key in before if key not in counted
    }


def test_a_good_command_is_still_followed_after_them() -> None:
    rng, one = random.Random(7), desk()
    for _ in range(1000):
        one.receive(arrival(*hostile(rng)))
    one.receive(arrival("mute", {"muted": True}))
    assert orders_of(one) == [{"muted": True}]


@given(
    name=st.text(max_size=20),
    payload=st.binary(max_size=300),
    reply=st.none() | st.text(max_size=40) | st.just(REPLY),
    correlation=st.none() | st.binary(max_size=80),
    retained=st.booleans(),
)
def test_whatever_comes_is_counted_once_and_answered_below_one_topic_only(
    name: str, payload: bytes, reply: str | None, correlation: bytes | None, *, retained: bool
) -> None:
    one = desk()
    sent = replace(
        arrival(name, payload, reply_to=reply, correlation=correlation), retained=retained
    )
    answer = one.receive(sent)
    state = state_of(one)
    assert state["commands_accepted"] + state["commands_refused"] == 1
    assert state["session"] == IN_SESSION.session
    assert answer is None or answer.topic.startswith(f"{TOPICS.answer}/")
