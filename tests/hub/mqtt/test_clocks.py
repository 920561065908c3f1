"""Wall clocks of other centuries, and clocks that jump: every message arrives, no thread ends."""

from __future__ import annotations

import errno
import time
from datetime import UTC, datetime
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from hipdrive.health.degraded import DegradedParts
from hipdrive.health.machine import Machine
from hipdrive.health.monitor import HealthMonitor
from hipdrive.hub.messages.clock import Clock
from hipdrive.hub.messages.outgoing import Priority
from hipdrive.hub.mqtt.link import MqttLink
from support.hub.frames import FAST, hub_config
from support.mosquitto import PATIENCE_S, Broker, Listener

if TYPE_CHECKING:
    from pathlib import Path

BEFORE_1970, START_OF_UNIX = -1_000_000_000, 0
END_OF_32_BITS = (1 << 31) * 1_000_000_000
"""2038-01-19T03:14:08Z."""
END_OF_UNSIGNED_32_BITS = (1 << 32) * 1_000_000_000
"""2106-02-07T06:28:16Z."""
LATEST_OF_LINUX = (1 << 63) - 1 - 30 * 365 * 86_400 * 1_000_000_000
"""2232: the kernel refuses to set a later one (TIME_SETTOD_SEC_MAX in its time64.h)."""
NOW = round(datetime(2026, 11, 29, tzinfo=UTC).timestamp()) * 1_000_000_000
SENT = 20


def delivered(broker: Broker, folder: Path, clock: Clock) -> list[dict[str, object]]:
    """What arrives of summaries and strides, from a device that watches its health."""
    health = HealthMonitor(Machine(folder), DegradedParts())
    with Listener(broker.port) as listener:
        with MqttLink(
            hub_config(broker.port), folder / "outbox", health=health, backoff=FAST, clock=clock
        ) as link:
            for number in range(SENT):
                priority = Priority.END if number % 2 else Priority.MEMORY_ONLY
                link.publish("hipdrive/home/treadmill/x", {"schema": "x/1", "n": number}, priority)
            listener.wait_count("/x", SENT)
            listener.wait_count("/health", 1)
            assert link._writer._thread.is_alive()
            assert link._broker._thread.is_alive()
            link.close(PATIENCE_S, PATIENCE_S)
        listener.wait_for(lambda all_: all_[-1].payload == b"offline")
    return [message.json for message in listener.on("/x")]


@pytest.mark.parametrize(
    ("utc_ns", "year"),
    [
        (BEFORE_1970, 1969),
        (START_OF_UNIX, 1970),
        (END_OF_32_BITS, 2038),
        (END_OF_UNSIGNED_32_BITS, 2106),
        (LATEST_OF_LINUX, 2232),
    ],
)
def test_a_clock_of_another_century(broker: Broker, tmp_path: Path, utc_ns: int, year: int) -> None:
    arrived = delivered(broker, tmp_path, Clock(utc_ns=lambda: utc_ns))
    assert [each["n"] for each in arrived] == list(range(SENT))
    assert {datetime.fromisoformat(str(each["utc"])).year for each in arrived} == {year}


def test_a_clock_that_jumps_with_every_message(broker: Broker, tmp_path: Path) -> None:
    jumps = cycle([NOW, END_OF_UNSIGNED_32_BITS, START_OF_UNIX, LATEST_OF_LINUX, END_OF_32_BITS])
    arrived = delivered(broker, tmp_path, Clock(utc_ns=lambda: next(jumps)))
    assert [each["n"] for each in arrived] == list(range(SENT))


def test_a_damaged_outbox_is_put_aside_at_any_time(broker: Broker, tmp_path: Path) -> None:
    """The name that it gets has the time in it."""
    (tmp_path / "outbox").write_bytes(b"x" * 4096)
    assert delivered(broker, tmp_path, Clock(utc_ns=lambda: LATEST_OF_LINUX))
    assert [each.name for each in tmp_path.iterdir() if "2232" in each.name]


def test_a_wait_until_a_point_in_time_is_nowhere_used(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libfaketime gives `clock_nanosleep` a negative time; the kernel refuses that, Python raises.

    So `time.sleep` ended the threads of outbox and broker.
    """

    def sleep(_seconds: float) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(time, "sleep", sleep)
    assert len(delivered(broker, tmp_path, Clock())) == SENT
