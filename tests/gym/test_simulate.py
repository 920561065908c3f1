from __future__ import annotations

import csv
import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.errors import SourceError
from hipdrive.gym.simulation.device import HEALTH_EVERY_S, DeviceTraits, SimulatedDevice
from hipdrive.gym.simulation.fleet import Outages
from hipdrive.gym.simulation.made_up import made_up_session
from hipdrive.gym.simulation.script import Kind, read_session
from hipdrive.gym.simulation.simulating import SimulationPlan, simulate
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.login import Login
from support.gym.drill import SentLedger
from support.messages.examples import every_example
from support.messages.validation import violations
from support.mosquitto import Listener

if TYPE_CHECKING:
    from pathlib import Path

    from support.mosquitto import Broker

UTC_NS = 1_772_388_300_000_000_000
"""2026-03-01T18:05:00Z."""


def device(clock_error_s: float = 0.0, seconds: float = 60.0) -> SimulatedDevice:
    rng = random.Random(1)
    script = made_up_session(seconds, rng)
    traits = DeviceTraits("gym", "sim-1", clock_error_s, 0.0, "anna")
    return SimulatedDevice(traits, script.messages(), script.duration_s + 5, rng)


def played(simulated: SimulatedDevice, seconds: float) -> list[dict[str, Any]]:
    """All that a device publishes in that time, QoS 0 and then what waits."""
    now_s, at_once = 0.0, []
    while now_s <= seconds:
        at_once += simulated.due(now_s, UTC_NS + round(now_s * 1e9))
        now_s = simulated.due_s
    messages = [*at_once, *(waiting.message for waiting in simulated.waiting)]
    return [json.loads(message.payload) for message in messages]


def by_kind(messages: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in messages if each["schema"].split("/")[1] == kind]


def test_every_message_is_as_documented() -> None:
    messages = played(device(), 70.0)
    kinds = {message["schema"].split("/")[1] for message in messages}
    assert kinds == {*Kind, "health"}
    assert [violations(message) for message in messages if violations(message)] == []


def test_a_minute_has_as_many_messages_as_a_device_sends() -> None:
    # The second session begins at 66 s.
    messages = played(device(), 65.0)
    # 60 s of strides every 0.35 s on average, whose SD of 9 ms in 0.7 s cancels out.
    assert len(by_kind(messages, "stride")) == pytest.approx(60 / 0.35, abs=3)
    assert len(by_kind(messages, "live")) == pytest.approx(60, abs=2)
    assert len(by_kind(messages, "health")) == 1 + 65 // HEALTH_EVERY_S
    # 85 strides of the near leg: after 30, 60, and at the end.
    assert [message["final"] for message in by_kind(messages, "summary")] == [False, False, True]


def test_ids_grow_and_numbers_have_no_gap() -> None:
    messages = played(device(), 300.0)
    numbered = [each for each in messages if "seq" in each]
    assert [each["seq"] for each in numbered] == list(range(1, len(numbered) + 1))
    ids = [each["id"] for each in numbered]
    assert ids == sorted(set(ids))


def test_sessions_follow_each_other_under_names_of_their_own() -> None:
    names = {each["session"] for each in by_kind(played(device(), 200.0), "stride")}
    assert len(names) == 4
    assert min(names).startswith("20260301T180500Z-")


def test_a_clock_that_is_wrong_is_said_to_be_unsynchronised() -> None:
    (first, *_) = by_kind(played(device(clock_error_s=3600.0), 1.0), "live")
    assert first["utc"].startswith("2026-03-01T19:05:0")
    assert first["clock_synchronised"] is False


def test_strides_beyond_what_a_device_keeps_are_given_up_oldest_first() -> None:
    simulated = device(seconds=600.0)
    played(simulated, 1300.0)
    assert len(simulated.waiting) == 3000
    assert simulated.given_up > 0
    waiting = Counter(each.key.kind for each in simulated.waiting)
    # Of two sessions of 600 s, each with 857 strides of the near leg, and 88 s of a third, with
    # 125: one after every 30 strides and one at each end, none of which was given up.
    assert waiting["summary"] == 2 * (857 // 30 + 1) + 125 // 30


def test_a_recorded_session_is_played_with_its_own_figures(tmp_path: Path) -> None:
    example = every_example()
    figures = {k: v for k, v in example["summary"].items() if k not in {"series", "seq", "dropped"}}
    (tmp_path / "session.json").write_text(json.dumps(figures))
    columns = [k for k in example["stride"] if k not in {"schema", "session", "definitions"}]
    columns = [k for k in columns if k not in {"utc", "monotonic_s", "clock_synchronised"}]
    with (tmp_path / "strides.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        values = [example["stride"][name] for name in columns]
        writer.writerow([int(v) if isinstance(v, bool) else v for v in values])
    (tmp_path / "cues.csv").write_text("t_s,kind,thigh_ext_deg\n3.512,led_in_band,21.4\n")
    script = read_session(tmp_path)
    bodies = {message.kind: message.body for message in script.messages()}
    stride = {**example["stride"], **bodies[Kind.STRIDE]}
    assert stride == example["stride"]
    assert bodies[Kind.SUMMARY]["thigh_ext_deg"] == example["summary"]["thigh_ext_deg"]
    assert bodies[Kind.CUE]["event_type"] == "led_in_band"


def test_a_folder_that_is_no_session_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no recorded session"):
        read_session(tmp_path)


@pytest.mark.long
def test_devices_have_names_of_their_own_and_outages_lose_nothing(broker: Broker) -> None:
    login = Login("127.0.0.1", broker.port, "", role=ClientRole.COLLECT)
    plan = SimulationPlan(5, 12.0, outages=Outages(every_s=3.0, last_s=0.5), jitter_s=0.2)
    ledger = SentLedger()
    with Listener(broker.port, "hipdrive/+/+/stride") as listener:
        counts = simulate(plan, login, bool, ledger.note)
        strides = sum(key.kind == "stride" for key in ledger.keys)
        listener.wait_for(lambda all_: len({each.payload for each in all_}) >= strides)
        heard = {each.payload for each in listener.messages}
    assert counts.connections > 5
    assert counts.waiting == 0
    assert len(heard) == strides > 0
    assert {key.device for key in ledger.keys} == {f"simulated/sim-{n:04}" for n in range(1, 6)}
