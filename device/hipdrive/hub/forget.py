"""Takes a device off the broker: an empty retained message makes MQTT and Home Assistant forget."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.hub.home_assistant.discovery import discovery_topic
from hipdrive.hub.messages.message import Message
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.login import login
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.hub.mqtt.trouble import refusal_line
from hipdrive.hub.mqtt.wake import WakePipe

if TYPE_CHECKING:
    from hipdrive.config import HubConfig
    from hipdrive.hub.mqtt.connection import Ack
    from hipdrive.hub.mqtt.login import Login


def forget(
    config: HubConfig, *, even_if_online: bool = False, timeout_s: float = 5.0
) -> str | None:
    """Remove all that the broker keeps of the device, and Home Assistant's knowledge of it.

    Args:
        config: the configuration of the device, which should not be running.
        even_if_online: do it also when the broker believes that it is.
        timeout_s: limit for connecting and for each of the broker's answers.

    Returns:
        None when it is forgotten, else one line: what is wrong and what to do.

    Raises:
        ConfigError: no host is named, or the password file cannot be used.
    """
    who, topics = login(config, "-forget"), Topics(config.site, config.device)
    wake = WakePipe()
    link = Connection(who, wake)
    try:
        link.open(timeout_s)
        if link.problem is not None:
            return link.problem
        if not even_if_online and (problem := _online(link, topics, timeout_s)):
            return problem
        return _clear(link, who, topics, config.discovery_prefix, timeout_s)
    finally:
        link.close()
        wake.close()


def _online(link: Connection, topics: Topics, timeout_s: float) -> str | None:
    """Why the device had better not be forgotten now."""
    link.subscribe([topics.availability])
    # The answer comes after what is retained; where the device may not read it, nothing is known.
    mid = link.publish(Message(topics.check, b"hipdrive"))
    link.wait_for(lambda: any(ack.mid == mid for ack in link.acks()), timeout_s)
    if any(arrival.payload == b"online" for arrival in link.arrivals()):
        remedy = "stop it first (sudo systemctl stop hipdrive), or it comes back"
        return f"{topics.device} is online: {remedy}; if it is not, give --even-if-online"
    return link.problem


def _clear(
    link: Connection, who: Login, topics: Topics, prefix: str, timeout_s: float
) -> str | None:
    """Empty all that is retained."""
    replay = replace(topics, replay=True)
    kept = [topics.availability, topics.summary, topics.state, replay.availability, replay.summary]
    if prefix:
        # First: Home Assistant should not see the others go.
        kept.insert(0, discovery_topic(prefix, topics))
    waiting = {link.publish(Message(topic, b"", retain=True)) for topic in kept}
    refused: list[Ack] = []

    def answered() -> bool:
        for ack in link.acks():
            waiting.discard(ack.mid)
            refused.extend([ack] if ack.refusal is not None else [])
        return bool(refused) or not waiting

    if link.wait_for(answered, timeout_s):
        return refusal_line(refused[0], who, topics) if refused else None
    return link.problem or "the broker does not answer what is published"
