"""Sites that bridge to a chain's broker: three real nats-server nodes, as `config` has them."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import ConfigError
from hipdrive.gym.collector.collecting import collect, leave
from hipdrive.gym.collector.collector import STORED_TOPICS, topic_filters
from hipdrive.gym.settings import CollectConfig
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.durable_session import DurableSession
from hipdrive.hub.mqtt.login import Login
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from support.gym.chain_drill import PASSWORD, SITES, ChainDrill, chain_config
from support.gym.collecting import collecting
from support.gym.kept import kept_keys, wait_kept
from support.gym.messages import payload, topic
from support.gym.nats import NatsCluster
from support.gym.site import BRIDGE, Site
from support.mosquitto import PATIENCE_S
from support.postgres import Postgres

if TYPE_CHECKING:
    from pathlib import Path

    from support.certificates import Authority

FAR_TOO_LONG = b"x" * 2_000_000
"""NATS ends the connection of who sends this: its `max_payload` is 1 MB."""


def publish(login: Login, *messages: MqttMessage, mqtt_5: bool = True) -> list[str | None]:
    """Publish in order; why the broker refuses each, or the login; None: it does not."""
    wake = WakePipe()
    connection = Connection(login, wake, session=None if mqtt_5 else DurableSession(0, 10))
    connection.open(PATIENCE_S)
    refusals = []
    for message in messages:
        connection.publish(message)
        connection.wait_for(lambda: connection.publications.has_acks, PATIENCE_S)
        refusals += [ack.refusal for ack in connection.acks()]
    refusals += [connection.problem] if connection.problem else []
    connection.close()
    wake.close()
    return refusals


def stride(site: str, t_s: float, content: bytes | None = None) -> MqttMessage:
    """A stride that nobody ran."""
    return MqttMessage(topic("stride", site), content or payload("stride", t_s=t_s))


def test_a_bridge_hands_on_what_a_collector_stores_and_nothing_else() -> None:
    lines = BRIDGE.read_text(encoding="utf-8").splitlines()
    handed_on = [line.split() for line in lines if line.startswith("topic ")]
    assert [f"{mine}{topics}" for _, topics, _, _, mine, _ in handed_on] == topic_filters(
        CollectConfig(sites=["gym"])
    )
    assert {(way, qos) for _, _, way, qos, _, _ in handed_on} == {("out", "1")}
    assert all(mine == theirs for *_, mine, theirs in handed_on)


@pytest.mark.long
def test_who_may_do_what_at_a_chains_broker(
    tmp_path: Path, empty_database: Postgres, authority: Authority
) -> None:
    mine, others = SITES
    with ExitStack() as stack:
        cluster = stack.enter_context(NatsCluster(tmp_path, authority, SITES, PASSWORD))
        config = chain_config(tmp_path, empty_database, cluster, authority, [])
        collector = stack.enter_context(ExitStack())
        counts = collector.enter_context(collecting(config, "one"))
        reader = config.broker_login("bridge")
        bridge = replace(reader, username=mine, role=ClientRole.WATCH)
        assert publish(bridge, stride(others, 1.0), stride(mine, 2.0), mqtt_5=False)
        wrong = replace(bridge, password="wrong")  # noqa: S106  # of nobody
        assert "refuses the user" in str(publish(wrong, stride(mine, 3.0), mqtt_5=False))
        publish(reader, stride(mine, 4.0), mqtt_5=False)
        site = stack.enter_context(
            Site(tmp_path / mine, mine, PASSWORD, cluster.mqtt_ports, authority)
        )
        device = Login("127.0.0.1", site.broker.port, "device")
        assert publish(device, stride(mine, 5.0, FAR_TOO_LONG)) != [None]
        assert publish(device, stride(mine, 6.0)) == [None]
        wait_kept(empty_database, 2)
        shared = config.collect.model_copy(update={"group": "gym"})
        with pytest.raises(ConfigError, match="has no shared subscriptions"):
            collect(config.model_copy(update={"collect": shared}), "two", bool, print)
        collector.close()
        assert cluster.consumers == len(STORED_TOPICS)
        assert leave(config, "one") is None
        assert cluster.consumers == 0
    kept = sorted((key.device, key.key.split()[-1]) for key in kept_keys(empty_database))
    assert kept == [(f"{mine}/treadmill-1", "2.0"), (f"{mine}/treadmill-1", "6.0")]
    assert counts[0].refused.total() == 0


@pytest.mark.long
def test_a_node_is_killed_and_a_site_cut_off_and_nothing_is_lost_or_doubled(
    tmp_path: Path, authority: Authority
) -> None:
    with Postgres() as database:
        result = ChainDrill(tmp_path, database, authority, devices=3).run(cut_off_s=0.0)
    assert min(result.sent.values()) > 0
    assert result.while_one_node_was_away > 0
    assert result.while_cut_off > 0
    assert result.lost == []
    assert result.kept == sum(result.sent.values())
    assert result.doubled == 0
    assert result.rollups_right
