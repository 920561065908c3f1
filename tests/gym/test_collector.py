from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from hipdrive.gym.collector.collecting import leave
from hipdrive.gym.collector.collector import topic_filters
from hipdrive.gym.settings import CollectConfig
from hipdrive.gym.simulation.simulating import SimulationPlan, simulate
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.durable_session import DurableSession
from hipdrive.hub.mqtt.login import Login
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from support.gym.collecting import collecting
from support.gym.drill import TARGETS, SentLedger, kill_and_compare
from support.gym.kept import kept_count, kept_keys, rollups_are_right, wait_kept
from support.gym.messages import payload, topic
from support.gym.server import gym_broker, gym_config
from support.mosquitto import PATIENCE_S
from support.postgres import Postgres

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.hub.mqtt.received_message import ReceivedMessage
    from support.mosquitto import Broker

SECONDS = 12.0


def publish(port: int, messages: list[tuple[str, bytes]]) -> None:
    """Publish messages and wait until the broker has them."""
    wake = WakePipe()
    connection = Connection(Login("127.0.0.1", port, "stranger", role=ClientRole.WATCH), wake)
    connection.open(PATIENCE_S)
    left = {connection.publish(MqttMessage(where, content)) for where, content in messages}

    def answered() -> bool:
        left.difference_update(ack.number for ack in connection.acks())
        return not left

    assert connection.wait_for(answered, PATIENCE_S), connection.problem
    connection.close()
    wake.close()


@pytest.mark.long
def test_what_devices_send_is_in_the_database_once(
    tmp_path: Path, broker: Broker, empty_database: Postgres
) -> None:
    config, ledger = gym_config(tmp_path, broker, empty_database), SentLedger()
    with collecting(config, "one") as counts:
        sent = simulate(SimulationPlan(5, SECONDS), config.broker_login(""), bool, ledger.note)
        wait_kept(empty_database, ledger.count())
    rows = kept_keys(empty_database)
    assert sent.waiting == 0
    assert set(rows) == ledger.keys
    assert len(rows) == len(set(rows)) == sent.acknowledged.total() > 0
    assert counts[0].refused.total() == 0
    assert rollups_are_right(empty_database)


@pytest.mark.long
def test_a_group_of_two_shares_the_messages(
    tmp_path: Path, broker: Broker, empty_database: Postgres
) -> None:
    alone, ledger = gym_config(tmp_path, broker, empty_database), SentLedger()
    collect = alone.collect.model_copy(update={"group": "gym"})
    config = alone.model_copy(update={"collect": collect})
    with collecting(config, "one") as first, collecting(config, "two") as second:
        simulate(SimulationPlan(5, SECONDS), config.broker_login(""), bool, ledger.note)
        wait_kept(empty_database, ledger.count())
    rows = kept_keys(empty_database)
    assert set(rows) == ledger.keys
    assert len(rows) == len(ledger.keys)
    assert first[0].stored > 0
    assert second[0].stored > 0
    # Each message went to one of them: health and single cues are stored as well.
    ((others,),) = empty_database.rows(
        "SELECT (SELECT count(*) FROM health) + (SELECT count(*) FROM cue)"
    )
    assert first[0].stored + second[0].stored == len(rows) + others


def test_a_collector_alone_and_one_of_a_group_subscribe_to_the_same() -> None:
    alone, shared = topic_filters(CollectConfig()), topic_filters(CollectConfig(group="a"))
    assert alone == [each.removeprefix("$share/a/") for each in shared]


def test_the_broker_keeps_what_comes_while_the_collector_is_away(
    tmp_path: Path, broker: Broker, empty_database: Postgres
) -> None:
    config = gym_config(tmp_path, broker, empty_database)
    with collecting(config, "one"):
        pass
    publish(broker.port, [(topic("stride"), payload("stride", t_s=float(n))) for n in range(50)])
    assert kept_count(empty_database) == 0
    with collecting(config, "one"):
        wait_kept(empty_database, 50)
    assert kept_count(empty_database) == 50


def test_nothing_more_is_kept_for_a_collector_that_has_left(
    tmp_path: Path, broker: Broker, empty_database: Postgres
) -> None:
    config = gym_config(tmp_path, broker, empty_database)
    with collecting(config, "one"):
        pass
    publish(broker.port, [(topic("stride"), payload("stride", t_s=1.0))])
    assert leave(config, "one") is None
    publish(broker.port, [(topic("stride"), payload("stride", t_s=2.0))])
    with collecting(config, "one"):
        publish(broker.port, [(topic("stride"), payload("stride", t_s=3.0))])
        wait_kept(empty_database, 1)
    assert [key.key.split()[-1] for key in kept_keys(empty_database)] == ["3.0"]


def test_nothing_is_acknowledged_that_is_not_committed(tmp_path: Path, broker: Broker) -> None:
    """The database is killed, and with it the collector, which has the messages by then."""
    with Postgres() as database:
        config = gym_config(tmp_path, broker, database)
        with collecting(config, "one"):
            database.kill()
            publish(broker.port, [(topic("stride"), payload("stride"))])
            broker.wait_log("Sending PUBLISH to hipdrive-collect.one")
        assert "Received PUBACK from hipdrive-collect.one" not in broker.log
        database.start()
        with collecting(config, "one"):
            broker.wait_log("Received PUBACK from hipdrive-collect.one")
        assert kept_count(database) == 1


@pytest.mark.long
def test_ten_thousand_hostile_messages_are_refused_counted_and_hold_nothing_up(
    tmp_path: Path, empty_database: Postgres
) -> None:
    rng = random.Random(1)
    good = payload("stride")
    hostile = [
        (topic("stride"), rng.randbytes(150)),
        (topic("stride"), good[:-9]),
        (topic("summary"), good),
        (topic("health", site="GYM"), payload("health")),
        (topic("cues"), b'{"id":' * 400),
    ]
    broker = gym_broker(tmp_path)
    config = gym_config(tmp_path, broker, empty_database)
    with broker, collecting(config, "one") as counts:
        for _ in range(10):
            publish(broker.port, rng.choices(hostile, k=1000))
        publish(broker.port, [(topic("stride"), good)])
        wait_kept(empty_database, 1)
    assert counts[0].refused.total() == 10_000
    ((counted,),) = empty_database.rows("SELECT sum(messages) FROM refused")
    assert counted == 10_000
    assert kept_count(empty_database) == 1
    assert empty_database.rows("SELECT count(*) FROM session") == [(0,)]


@pytest.mark.long
@pytest.mark.parametrize("target", TARGETS)
def test_killed_with_9_and_nothing_lost_or_doubled(tmp_path: Path, target: str) -> None:
    rng = random.Random(target)
    with Postgres() as database:
        result = kill_and_compare(tmp_path, database, [target, target], 5, rng)
    assert result.kept == result.sent > 0
    assert result.lost == []
    assert result.doubled == 0
    assert result.rollups_right


def test_a_collector_reads_on_when_its_broker_is_gone(broker: Broker) -> None:
    """What a broker sent before it died is still to be read, although nothing can be sent."""
    login = Login("127.0.0.1", broker.port, "reader", role=ClientRole.COLLECT)
    wake = WakePipe()
    connection = Connection(login, wake, session=DurableSession(60, 1000))
    connection.open(PATIENCE_S)
    connection.subscribe(["hipdrive/#"])
    assert connection.wait_for(lambda: connection.subscribed, PATIENCE_S)
    stride = topic("stride"), payload("stride")
    publish(broker.port, [stride, stride])
    read: list[ReceivedMessage] = []

    def has_read(count: int) -> bool:
        read.extend(connection.received())
        return len(read) >= count

    assert connection.wait_for(lambda: has_read(2), PATIENCE_S)
    publish(broker.port, [stride] * 20)
    broker.wait_log("Sending PUBLISH to reader", 22)
    broker.kill()
    # The first is sent to nobody, and the kernel is told so; the others cannot be sent.
    for _ in range(3):
        for message in read:
            connection.acknowledge(message)
    connection.wait_for(lambda: has_read(22), PATIENCE_S)
    assert len(read) == 22
    connection.close()
    wake.close()
