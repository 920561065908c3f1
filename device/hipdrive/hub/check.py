"""Tests the connection to the broker, for `hipdrive doctor` and `hipdrive hub check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.broker_faults import publication_refused
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
    """Connect as the device does, publish one message on a topic for this, subscribe to commands.

    Other topics are not tried: a consumer would take the test for a message.

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
        topics = Topics(config.site, config.device)
        problem = _publish(connection, credentials, topics, timeout_s)
        if problem is None and config.commands:
            problem = _subscribe(connection, topics, timeout_s)
        return ConnectionCheck(problem, connection.encryption, credentials.caution)
    finally:
        connection.close()
        wake.close()


def _subscribe(connection: Connection, topics: Topics, timeout_s: float) -> str | None:
    connection.subscribe([f"{topics.command}/#"])
    if connection.wait_for(lambda: connection.subscribed, timeout_s):
        return connection.refused_subscription and (
            f"no commands are heard: {connection.refused_subscription}"
        )
    return connection.problem or "the broker does not answer a subscription"


def _publish(
    connection: Connection, credentials: Login, topics: Topics, timeout_s: float
) -> str | None:
    connection.publish(MqttMessage(topics.check, b"hipdrive"))
    acks: list[Ack] = []

    def answered() -> bool:
        acks.extend(connection.acks())
        return bool(acks)

    if connection.wait_for(answered, timeout_s):
        return (
            None if acks[0].refusal is None else publication_refused(acks[0], credentials, topics)
        )
    return connection.problem or "the broker does not answer what is published"
