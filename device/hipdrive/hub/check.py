"""Does the hub work? One line for `hipdrive doctor` and `hipdrive hub check`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError
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


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a check.

    Attributes:
        problem: what is wrong and what to do; None when it works.
        encryption: what protects the connection; None: nothing.
        caution: what to mind although it works; None for nothing.
    """

    problem: str | None
    encryption: str | None = None
    caution: str | None = None


def examine(config: HubConfig, timeout_s: float = 5.0) -> Finding:
    """Connect as the device would, publish one message that nobody needs, subscribe to commands.

    What may be written to any other topic is not tried: somebody would take it for a message.

    The client id is the device's with `-check` at the end, so that a device that is running keeps
    its connection.

    Args:
        config: the configuration.
        timeout_s: limit for connecting and for each of the broker's answers; looking the name up
            has the resolver's own limit.

    """
    try:
        who = login(config, "-check")
    except ConfigError as error:
        return Finding(str(error))
    wake = WakePipe()
    link = Connection(who, wake)
    try:
        link.open(timeout_s)
        if link.problem is not None:
            return Finding(link.problem)
        topics = Topics(config.site, config.device)
        problem = _publish(link, who, topics, timeout_s)
        if problem is None and config.commands:
            problem = _subscribe(link, topics, timeout_s)
        return Finding(problem, link.encryption, who.caution)
    finally:
        link.close()
        wake.close()


def _subscribe(link: Connection, topics: Topics, timeout_s: float) -> str | None:
    link.subscribe([f"{topics.command}/#"])
    if link.wait_for(lambda: link.subscribed, timeout_s):
        return link.unheard and f"no commands are heard: {link.unheard}"
    return link.problem or "the broker does not answer a subscription"


def _publish(link: Connection, who: Login, topics: Topics, timeout_s: float) -> str | None:
    link.publish(Message(topics.check, b"hipdrive"))
    acks: list[Ack] = []

    def answered() -> bool:
        acks.extend(link.acks())
        return bool(acks)

    if link.wait_for(answered, timeout_s):
        return None if acks[0].refusal is None else refusal_line(acks[0], who, topics)
    return link.problem or "the broker does not answer what is published"
