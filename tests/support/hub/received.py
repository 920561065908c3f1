"""Commands as they come in, and a desk that judges them."""

from __future__ import annotations

import json
from typing import Any

from hipdrive.config import CoachConfig, Config, HubConfig
from hipdrive.control.command_handler import CommandHandler, DeviceState
from hipdrive.hub.mqtt.arrival import ReceivedMessage
from hipdrive.hub.mqtt.topics import Topics
from support.hub.outgoing import CLOCK

TOPICS = Topics("home", "treadmill")
IN_SESSION = DeviceState(session="20260101T060000Z-a1b2")
REPLY = f"{TOPICS.answer}/tests-1"


def config(**hub: Any) -> Config:  # noqa: ANN401 - whatever the field takes
    return Config(hub=HubConfig(host="broker", **hub), coach=CoachConfig())


def desk(setting: DeviceState = IN_SESSION, **hub: Any) -> CommandHandler:  # noqa: ANN401 - whatever the field takes
    one = CommandHandler(config(**hub), TOPICS, CLOCK)
    one.show(setting)
    return one


def arrival(name: str, payload: object, **fields: Any) -> ReceivedMessage:  # noqa: ANN401
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return ReceivedMessage(f"{TOPICS.command}/{name}", data, **{"reply_to": REPLY, **fields})


def state_of(desk: CommandHandler) -> dict[str, Any]:
    """The newest `state` message."""
    message: dict[str, Any] = json.loads(desk.greeting()[-1].payload)
    return message


def orders_of(desk: CommandHandler) -> list[dict[str, Any]]:
    """What waits to be followed, collected as the loop does."""
    orders = []
    while (order := desk.next_order()) is not None:
        orders.append(order.model_dump())
    return orders
