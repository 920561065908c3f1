"""Removes a device from the broker: an empty retained message deletes what the broker keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.hub.home_assistant.discovery import discovery_topic
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


def forget(
    config: HubConfig, *, even_if_online: bool = False, timeout_s: float = 5.0
) -> str | None:
    """Remove the device's retained messages from the broker, and the device from Home Assistant.

    Args:
        config: the configuration of the device, which should not be running.
        even_if_online: do it also while the device is online.
        timeout_s: limit for connecting and for each of the broker's answers, s.

    Returns:
        None when it is removed, else one line: what is wrong and what to do.

    Raises:
        ConfigError: no host is named, or the password file cannot be used.
    """
    credentials, topics = login(config, ClientRole.FORGET), Topics(config.site, config.device)
    wake = WakePipe()
    connection = Connection(credentials, wake)
    try:
        connection.open(timeout_s)
        if connection.problem is not None:
            return connection.problem
        if not even_if_online and (problem := _online(connection, topics, timeout_s)):
            return problem
        return _clear(connection, credentials, topics, config.discovery_prefix, timeout_s)
    finally:
        connection.close()
        wake.close()


def _online(connection: Connection, topics: Topics, timeout_s: float) -> str | None:
    """Why the device should not be removed now; None: nothing is against it."""
    connection.subscribe([topics.availability])
    # Acknowledged after the retained message was sent, unless the device may not read it.
    mid = connection.publish(MqttMessage(topics.check, b"hipdrive"))
    connection.wait_for(lambda: any(ack.number == mid for ack in connection.acks()), timeout_s)
    if any(message.payload == b"online" for message in connection.received()):
        remedy = "stop it first (sudo systemctl stop hipdrive), or it comes back"
        return f"{topics.device} is online: {remedy}; if it is not, give --even-if-online"
    return connection.problem


def _clear(
    connection: Connection, credentials: Login, topics: Topics, prefix: str, timeout_s: float
) -> str | None:
    """Publish an empty retained message on every topic with one."""
    replay = replace(topics, replay=True)
    retained = [
        topics.availability,
        topics.summary,
        topics.state,
        replay.availability,
        replay.summary,
    ]
    if prefix:
        # First: Home Assistant should not see the others go.
        retained.insert(0, discovery_topic(prefix, topics))
    unacknowledged = {
        connection.publish(MqttMessage(topic, b"", retain=True)) for topic in retained
    }
    refused: list[Ack] = []

    def answered() -> bool:
        for ack in connection.acks():
            unacknowledged.discard(ack.number)
            refused.extend([ack] if ack.refusal is not None else [])
        return bool(refused) or not unacknowledged

    if connection.wait_for(answered, timeout_s):
        return publication_refused(refused[0], credentials, topics) if refused else None
    return connection.problem or "the broker does not answer what is published"
