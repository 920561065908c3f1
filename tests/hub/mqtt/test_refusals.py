"""With a broker that refuses: the user, the topic, or the whole language."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from hipdrive.hub.sink import WINDOW_STRIDES
from support.hub.fake_broker import HTTP, TAKEN_OVER, WELCOME, fake_broker
from support.hub.frames import FAST, SESSION, first_result, hub_config, make_hub, stride_result
from support.hub.hub_and_link import HubAndLink
from support.hub.users import ALL, NO_STRIDES, NO_SUMMARIES, USERS, password_file
from support.mosquitto import Broker, Listener

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def device(folder: Path, broker: Broker, password: str = "right") -> HubAndLink:  # noqa: S107
    return make_hub(broker.port, username="device", password_file=password_file(folder, password))


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


def test_a_wrong_password_is_one_warning_that_names_the_keys(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Broker(tmp_path, USERS) as broker:
        hub = device(tmp_path, broker, "open sesame")
        broker.wait_log("not authorised", times=3)
        hub.on_frame(stride_result(1))
        before_closing = warnings(caplog)
        hub.close()
    [line] = before_closing
    assert "hub.username" in line
    assert "hub.password_file" in line
    assert "sesame" not in caplog.text


def test_a_broker_that_wants_a_user_is_one_warning_that_names_the_keys(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Broker(tmp_path, USERS) as broker:
        make_hub(broker.port).close()
    assert "set hub.username and hub.password_file" in warnings(caplog)[0]


def test_with_the_right_password_the_device_logs_in(tmp_path: Path) -> None:
    with (
        Broker(tmp_path, USERS, ALL) as broker,
        Listener(broker.port, "#", "reader", "read") as listener,
        device(tmp_path, broker),
    ):
        listener.wait_count("/availability", 1)


def test_a_refused_summary_is_kept_with_one_warning_and_delivered_once_allowed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        Broker(tmp_path, USERS, NO_SUMMARIES) as broker,
        Listener(broker.port, "#", "reader", "read") as listener,
        device(tmp_path, broker) as hub,
    ):
        for number in range(1, WINDOW_STRIDES + 1):
            hub.on_frame(stride_result(number))
        broker.wait_log("Denied PUBLISH", times=3)
        assert listener.on("/summary") == []
        refused = warnings(caplog)
        broker.allow(ALL)
        broker.reload()
        listener.wait_count("/summary", 1)
    assert [m.json["seq"] for m in listener.on("/summary")] == [1, 2]
    [line] = refused
    assert "hipdrive/home/treadmill/summary" in line
    assert "'device'" in line
    assert "Not authorized" in line
    assert "write hipdrive/home/treadmill/#" in line


def test_refused_strides_are_given_up_and_hold_up_no_summary(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        Broker(tmp_path, USERS, NO_STRIDES) as broker,
        Listener(broker.port, "#", "reader", "read") as listener,
    ):
        with device(tmp_path, broker) as hub:
            hub.on_frame(first_result())
            for number in (1, 2, 3):
                hub.on_frame(stride_result(number))
        listener.wait_count("/summary", 1)
        assert listener.on("/stride") == []
    assert hub.dropped == 3
    assert hub.sink.warnings == [
        "3 messages were not published: the broker was away or did not take them"
    ]
    [line] = warnings(caplog)
    assert "hipdrive/home/treadmill/stride" in line


def test_closing_does_not_wait_for_a_broker_that_refuses(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        Broker(tmp_path, USERS, NO_SUMMARIES) as broker,
        Listener(broker.port, "#", "reader", "read") as listener,
    ):
        hub = device(tmp_path, broker)
        hub.on_frame(stride_result(1))
        listener.wait_count("/stride", 1)
        hub.close(drain_s=1e6)
        hub.close()
        states = [m.payload for m in listener.wait_count("/availability", 2)]
    assert states == [b"online", b"offline"]
    assert [line for line in warnings(caplog) if "not delivered" in line] == [
        "hub: closed with 1 messages not delivered"
    ]


def test_a_server_that_is_no_broker_is_recognised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with fake_broker(HTTP) as port:
        make_hub(port).close()
    assert f"127.0.0.1:{port} does not answer as an MQTT broker" in warnings(caplog)[0]


def test_two_devices_of_one_name_are_recognised(caplog: pytest.LogCaptureFixture) -> None:
    with fake_broker(WELCOME + TAKEN_OVER) as port:
        make_hub(port).close()
    line = warnings(caplog)[0]
    assert "another client has taken the name hipdrive-home.treadmill" in line
    assert "hub.device" in line


def test_a_summary_that_fails_costs_one_warning_and_nothing_else(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> dict[str, object]:
        raise RuntimeError("planted")

    with Listener(broker.port) as listener:
        with HubAndLink(hub_config(broker.port), SESSION, broken, backoff=FAST) as hub:
            for number in range(1, 62):
                hub.on_frame(stride_result(number))
            listener.wait_count("/stride", 61)
        listener.wait_count("/availability", 2)
    assert len(warnings(caplog)) == 2
    assert "planted" in caplog.text
