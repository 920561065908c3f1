"""Commands as MQTT messages, and a device's control to receive them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hipdrive.config import CoachConfig, Config, HubConfig
from hipdrive.control.command_handler import CommandHandler, ReceivedCommand
from hipdrive.control.device_state import DeviceState
from hipdrive.hub.mqtt.received_message import ReceivedMessage
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.hub.mqtt_control import MqttControl
from support.hub.outgoing import CLOCK

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.messages.outgoing import MqttMessage

TOPICS = Topics("home", "treadmill")
IN_SESSION = DeviceState(session="20260101T060000Z-a1b2")
REPLY = f"{TOPICS.answer}/tests-1"


def hub_and_coach(**hub: Any) -> Config:  # noqa: ANN401 - whatever the field takes
    return Config(hub=HubConfig(host="broker", **hub), coach=CoachConfig())


def command_handler(state: DeviceState = IN_SESSION, **hub: Any) -> CommandHandler:  # noqa: ANN401
    handler = CommandHandler(hub_and_coach(**hub))
    handler.set_state(state)
    return handler


def mqtt_control(
    state: DeviceState = IN_SESSION,
    runners: Callable[[], tuple[str, ...]] = tuple,
    **hub: Any,  # noqa: ANN401
) -> MqttControl:
    handler = command_handler(state, **hub)
    return MqttControl(hub_and_coach(**hub), TOPICS, handler, CLOCK, runners)


def encoded(payload: object) -> bytes:
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()


def command(name: str, payload: object) -> ReceivedCommand:
    return ReceivedCommand(name, encoded(payload))


def command_message(name: str, payload: object, **fields: Any) -> ReceivedMessage:  # noqa: ANN401
    return ReceivedMessage(
        f"{TOPICS.command}/{name}", encoded(payload), **{"reply_to": REPLY, **fields}
    )


def published_state(control: MqttControl) -> dict[str, Any]:
    """The `state` message as it stands."""
    message: MqttMessage = control.announcement()[-1]
    body: dict[str, Any] = json.loads(message.payload)
    return body


def queued_commands(handler: CommandHandler) -> list[dict[str, Any]]:
    """What waits to be followed, taken as the loop does."""
    queued = []
    while (one := handler.next_command()) is not None:
        queued.append(one.model_dump())
    return queued
