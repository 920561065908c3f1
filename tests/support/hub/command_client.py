"""An MQTT client that sends commands and waits for the answers."""

from __future__ import annotations

import json
from queue import Queue
from threading import Event
from typing import TYPE_CHECKING, Any, Self

from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from types import TracebackType

ROOT = "hipdrive/home/treadmill"
ANSWER = f"{ROOT}/answer/caller"


class CommandClient:
    """Publishes with MQTT 5's response topic."""

    def __init__(self, port: int) -> None:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        self._answers: Queue[tuple[bytes | None, dict[str, Any]]] = Queue()
        self._number = 0
        ready = Event()
        self._client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.on_connect = lambda client, *_: client.subscribe(ANSWER, 1)
        self._client.on_subscribe = lambda *_: ready.set()
        self._client.on_message = lambda _client, _data, message: self._answers.put(
            (getattr(message.properties, "CorrelationData", None), json.loads(message.payload))
        )
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert ready.wait(PATIENCE_S)

    def publish(
        self, topic: str, payload: bytes, *, reply_to: str | None = None, retain: bool = False
    ) -> bytes:
        """Publish anything anywhere; returns the correlation data sent with it."""
        from paho.mqtt.packettypes import PacketTypes
        from paho.mqtt.properties import Properties

        self._number += 1
        correlation = str(self._number).encode()
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        if reply_to is not None:
            properties.ResponseTopic = reply_to
            properties.CorrelationData = correlation
        sent = self._client.publish(topic, payload, 1, retain, properties)
        sent.wait_for_publish(PATIENCE_S)
        return correlation

    def command(self, name: str, payload: object, *, retain: bool = False) -> dict[str, Any]:
        """Send a command; returns the answer."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        sent = self.publish(f"{ROOT}/command/{name}", data, reply_to=ANSWER, retain=retain)
        correlation, answer = self._answers.get(timeout=PATIENCE_S)
        assert correlation == sent
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()
