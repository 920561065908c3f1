"""Health over a real broker."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from support.health.device import S, SimulatedDevice
from support.hub.frames import FAST, SESSION, T0_NS, first_result, frame_result, hub_config
from support.hub.hub_and_link import HubAndLink
from support.mosquitto import Broker, Listener

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_health_reaches_the_broker_and_is_not_retained(broker: Broker) -> None:
    health = SimulatedDevice().health
    config = hub_config(broker.port)
    with (
        Listener(broker.port) as listener,
        HubAndLink(config, SESSION, dict, backoff=FAST, caution="c", health=health) as hub,
    ):
        hub.on_frame(first_result())
        [message] = listener.wait_count("/treadmill/health", 1)
        with Listener(broker.port) as late:
            # A retained message comes before one that is published after the subscription.
            hub.on_frame(frame_result(T0_NS + S))
            late.wait_count("/live", 1)
            assert late.on("/health") == []
    assert message.json["schema"] == "hipdrive/health/1"
    assert message.json["reconnects"] == 0
    assert message.json["encrypted"] is False
    assert message.json["caution"] == "c"


def test_reconnects_are_counted(tmp_path: Path) -> None:
    device = SimulatedDevice()
    with Broker(tmp_path) as broker:
        config = hub_config(broker.port)
        with HubAndLink(config, SESSION, dict, backoff=FAST, health=device.health):
            with Listener(broker.port) as listener:
                listener.wait_count("/availability", 1)
            broker.kill()
            broker.start()
            with Listener(broker.port) as listener:
                listener.wait_for(lambda all_: any(m.payload == b"online" for m in all_))
                device.now_ns += 11 * S
                listener.wait_count("/health", 1)
                assert listener.on("/health")[-1].json["reconnects"] >= 1


def test_health_that_fails_costs_one_warning_and_no_connection(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    device = SimulatedDevice()

    def broken() -> int:
        raise RuntimeError("planted")

    device.health.monotonic_ns = broken
    config = hub_config(broker.port)
    with Listener(broker.port) as listener:
        with HubAndLink(config, SESSION, dict, backoff=FAST, health=device.health) as hub:
            listener.wait_count("/availability", 1)
            for number in range(3):
                device.now_ns += 2 * S
                hub.on_frame(frame_result(T0_NS + number * S))
                listener.wait_count("/live", number + 1)
        assert len(listener.wait_count("/availability", 2)) == 2
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == [
        "hub: the health of the device could not be determined"
    ]
