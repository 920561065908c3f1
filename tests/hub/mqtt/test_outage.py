"""With a broker that is away, goes away, or does not answer."""

from __future__ import annotations

import logging
import socket
from threading import Event
from typing import TYPE_CHECKING

from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.backoff import Backoff
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from hipdrive.hub.outbox.depth import Limits
from support.hub.fake_broker import WELCOME, fake_broker
from support.hub.frames import (
    FAST,
    SESSION,
    first_result,
    hub_config,
    make_hub,
    stride_result,
    stride_t_s,
    until,
)
from support.hub.hub_and_link import HubAndLink
from support.hub.tcp_proxy import TcpProxy
from support.mosquitto import Broker, Listener, free_port

if TYPE_CHECKING:
    import pytest

    from support.mosquitto import Received


def stride_times(messages: list[Received]) -> list[float]:
    return [message.json["t_s"] for message in messages]


def times(numbers: range) -> list[float]:
    return [stride_t_s(number) for number in numbers]


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


def test_without_a_broker_the_loop_goes_on_and_closing_returns(
    caplog: pytest.LogCaptureFixture,
) -> None:
    port = free_port()
    hub = make_hub(port)
    for number in range(1, 1000):
        hub.on_frame(stride_result(number))
    assert not hub.link.online
    hub.close()
    refused, undelivered = warnings(caplog)
    assert f"nothing listens at 127.0.0.1:{port}" in refused
    assert "hub.port" in refused
    # 999 strides, a summary for every 30 and one for the end.
    assert "1033 messages not delivered" in undelivered


def test_closing_ends_the_wait_for_the_next_try(caplog: pytest.LogCaptureFixture) -> None:
    config = hub_config(free_port())
    hub = HubAndLink(config, SESSION, dict, backoff=Backoff(first_s=1e6, longest_s=1e6))
    hub.on_frame(stride_result(1))
    hub.close(drain_s=1e6)
    assert not hub.link._broker._thread.is_alive()
    assert "nothing listens" in warnings(caplog)[0]


def test_an_unknown_host_name_is_one_warning(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    make_hub(1883, host="broker.invalid").close()
    assert "'broker.invalid' was not found" in warnings(caplog)[0]
    assert "hub.host" in warnings(caplog)[0]


def test_a_broker_that_starts_late_gets_everything(broker: Broker) -> None:
    with TcpProxy(broker.port) as proxy:
        proxy.block()
        with Listener(broker.port) as listener, make_hub(proxy.port) as hub:
            hub.on_frame(first_result())
            for number in range(1, 41):
                hub.on_frame(stride_result(number))
            proxy.unblock()
            strides = listener.wait_count("/stride", 40)
            # The live message of the time without a broker is lost.
            assert listener.on("/live") == []
    assert stride_times(strides) == times(range(1, 41))


def test_strides_during_an_outage_arrive_in_order_after_it(broker: Broker) -> None:
    with TcpProxy(broker.port) as proxy, make_hub(proxy.port) as hub:
        with Listener(broker.port) as before:
            hub.on_frame(first_result())
            for number in range(1, 11):
                hub.on_frame(stride_result(number))
            first = before.wait_count("/stride", 10)
            before.wait_count("/availability", 1)
        broker.kill()
        proxy.block()
        for number in range(11, 61):
            hub.on_frame(stride_result(number))
        broker.start()
        with Listener(broker.port) as after:
            proxy.unblock()
            after.wait_for(
                lambda all_: any(
                    m.json["t_s"] == stride_t_s(60) for m in all_ if m.topic.endswith("/stride")
                )
            )
            assert after.on("/availability")[0].payload == b"online"
    received = stride_times(after.on("/stride"))
    assert stride_times(first) == times(range(1, 11))
    # The tenth had reached the listener, but maybe not its answer the hub.
    assert received[-50:] == times(range(11, 61))
    assert received[:-50] in ([], [stride_t_s(10)])


def test_a_message_whose_answer_was_lost_is_sent_again(broker: Broker) -> None:
    with (
        TcpProxy(broker.port) as proxy,
        Listener(broker.port) as listener,
        make_hub(proxy.port) as hub,
    ):
        listener.wait_count("/availability", 1)
        hub.on_frame(first_result())
        listener.wait_count("/live", 1)
        proxy.drop_replies.set()
        for number in (1, 2, 3):
            hub.on_frame(stride_result(number))
        listener.wait_count("/stride", 1)
        proxy.block()
        proxy.drop_replies.clear()
        proxy.unblock()
        strides = listener.wait_count("/stride", 4)
    assert stride_times(strides) == [stride_t_s(number) for number in (1, 1, 2, 3)]


def test_after_an_outage_the_device_is_online_again(broker: Broker) -> None:
    with TcpProxy(broker.port) as proxy, Listener(broker.port) as listener:
        with make_hub(proxy.port):
            listener.wait_count("/availability", 1)
            proxy.block()
            listener.wait_count("/availability", 2)
            proxy.unblock()
            listener.wait_count("/availability", 3)
        listener.wait_count("/availability", 4)
    states = [message.payload for message in listener.on("/availability")]
    assert states == [b"online", b"offline", b"online", b"offline"]


def test_an_outage_beyond_the_backlog_drops_the_oldest_and_counts_them(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    with TcpProxy(broker.port) as proxy, Listener(broker.port) as listener:
        proxy.block()
        config = hub_config(proxy.port)
        with HubAndLink(config, SESSION, dict, limits=Limits(strides=5), backoff=FAST) as hub:
            hub.on_frame(first_result())
            for number in range(1, 21):
                hub.on_frame(stride_result(number))
            until(lambda: hub.dropped == 15)
            proxy.unblock()
            strides = listener.wait_count("/stride", 5)
    assert stride_times(strides) == times(range(16, 21))
    assert sum("oldest messages are dropped" in line for line in warnings(caplog)) == 1


def test_a_frozen_broker_does_not_hold_up_the_loop_or_closing(broker: Broker) -> None:
    with Listener(broker.port) as listener:
        hub = make_hub(broker.port)
        listener.wait_count("/availability", 1)
        broker.freeze()
        for number in range(1, 5000):
            hub.on_frame(stride_result(number))
        hub.close(drain_s=0.05)
        broker.thaw()


def test_live_waits_for_the_network_and_the_newest_wins(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    jam = Event()
    monkeypatch.setattr(Connection, "congested", property(lambda _: jam.is_set()))
    with Listener(broker.port) as listener, make_hub(broker.port) as hub:
        listener.wait_count("/availability", 1)
        jam.set()
        hub.on_frame(first_result())
        for number in range(1, 11):
            hub.on_frame(stride_result(number))
        listener.wait_count("/stride", 10)
        assert listener.on("/live") == []
        jam.clear()
        hub.on_frame(stride_result(11))
        live = listener.wait_count("/live", 1)[0]
    assert live.json["t_s"] >= stride_t_s(10)


def test_a_network_that_takes_nothing_is_noticed() -> None:
    wake = WakePipe()
    with fake_broker(WELCOME, listens=False) as port:
        link = Connection(login(hub_config(port)), wake)
        link.open(timeout_s=60.0)
        megabyte = MqttMessage("topic", bytes(1 << 20), qos=0)
        assert any(link.congested for _ in range(1000) if link.publish(megabyte))
        link.close()
    wake.close()


def test_a_port_that_takes_connections_but_never_answers_does_not_hold_up_closing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        hub = make_hub(mute.getsockname()[1])
        hub.on_frame(stride_result(1))
        hub.close(drain_s=0.05)
    # The listening socket is gone, so what the thread waits for has ended.
    hub.link._broker._thread.join()
