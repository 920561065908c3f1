"""Tests the connection to the broker, for `hipdrive doctor` and `hipdrive hub check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.broker_faults import publication_refused
from hipdrive.hub.mqtt.broker_needs import (
    lacking,
    largest_packets,
    takes_small_ones,
    too_small,
    worth_trying,
)
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.hub.mqtt.wake_pipe import WakePipe

if TYPE_CHECKING:
    from hipdrive.config import HubConfig
    from hipdrive.hub.mqtt.ack import Ack
    from hipdrive.hub.mqtt.login import Login


@dataclass(frozen=True, slots=True)
class ConnectionCheck:
    """Result of a check of the connection.

    Attributes:
        problem: what is wrong and what to do; None when it works.
        encryption: TLS version and certificate; None: not encrypted.
        caution: a warning although it works; None: there is none.
    """

    problem: str | None
    encryption: str | None = None
    caution: str | None = None


def check_connection(config: HubConfig, timeout_s: float = 5.0) -> ConnectionCheck:
    """Connect as the device does, publish on a topic for this, subscribe to commands.

    The second of two messages is as large as the device's largest, so that a broker that takes less
    is found now. Other topics are not tried: a consumer would take the test for a message.

    It has a client id of its own, so that a device that is running keeps its connection.

    Args:
        config: the configuration.
        timeout_s: limit for connecting and for each of the broker's answers, s; looking the name up
            has the resolver's own limit.
    """
    try:
        credentials = login(config, ClientRole.CHECK)
    except ConfigError as error:
        return ConnectionCheck(str(error))
    wake = WakePipe()
    connection = Connection(credentials, wake)
    try:
        connection.open(timeout_s)
        if connection.problem is not None:
            return ConnectionCheck(connection.problem)
        problem = _publish(connection, credentials, config, timeout_s)
        if problem is None and config.commands:
            problem = _subscribe(connection, config, timeout_s)
        cautions = [*filter(None, [credentials.caution]), *lacking(connection.limits)]
        return ConnectionCheck(problem, connection.encryption, "; ".join(cautions) or None)
    finally:
        connection.close()
        wake.close()


def _subscribe(connection: Connection, config: HubConfig, timeout_s: float) -> str | None:
    command = Topics(config.site, config.device).command
    names = ["#"] if connection.limits.wildcards else config.commands
    connection.subscribe([f"{command}/{name}" for name in names])
    if connection.wait_for(lambda: connection.subscribed, timeout_s):
        return connection.refused_subscription and (
            f"no commands are heard: {connection.refused_subscription}"
        )
    return connection.problem or "the broker does not answer a subscription"


def _publish(
    connection: Connection, credentials: Login, config: HubConfig, timeout_s: float
) -> str | None:
    """Publish a small message, and one as large as the device has."""
    topics = Topics(config.site, config.device)
    packets = largest_packets(config, topics)
    who = f"the broker at {credentials.address}"
    ack = _published(connection, topics, 0, timeout_s)
    if ack is None:
        return connection.problem or "the broker does not answer what is published"
    if ack.refusal is not None:
        return publication_refused(ack, credentials, topics)
    if problem := too_small(connection.limits, packets):
        return f"{who}: {problem}"
    size = worth_trying(connection.limits, packets)
    ack = _published(connection, topics, size, timeout_s)
    if ack is None or ack.most_tries is not None:
        return f"{who}: {takes_small_ones(size)}"
    return None


def _published(
    connection: Connection, topics: Topics, size_bytes: int, timeout_s: float
) -> Ack | None:
    """The broker's answer to a message of that size, at least; None: there was none."""
    connection.publish(MqttMessage(topics.check, b"hipdrive".ljust(size_bytes)))
    acks: list[Ack] = []

    def answered() -> bool:
        acks.extend(connection.acks())
        return bool(acks)

    return acks[0] if connection.wait_for(answered, timeout_s) else None
