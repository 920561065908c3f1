"""Counts the messages on a broker, by topic."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

ANSWERS_WITHIN_S = 5.0
TOPICS = "hipdrive/#"


class TopicCounter:
    """Subscribes to a broker and counts its messages by the last level of their topics.

    Args:
        port: of the broker on this machine.

    Attributes:
        counts: number of messages by the last level of the topic.
    """

    def __init__(self, port: int) -> None:
        from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

        from hipdrive.hub.mqtt.client import BoundedClient, connect_properties

        self.counts: Counter[str] = Counter()
        self._client = BoundedClient(
            CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5
        )
        self._subscribed, self._done = threading.Event(), threading.Event()
        self._client.on_connect = lambda client, *_: client.subscribe(TOPICS, 1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_unsubscribe = lambda *_: self._done.set()
        self._client.on_message = self._count
        self._client.connect("127.0.0.1", port, properties=connect_properties())
        self._client.loop_start()
        self._subscribed.wait(ANSWERS_WITHIN_S)

    def _count(self, _client: Any, _userdata: Any, message: Any) -> None:  # noqa: ANN401  # paho's
        self.counts[message.topic.rpartition("/")[2]] += 1

    def close(self) -> None:
        """Count what the broker still has, and disconnect. Safe to call twice."""
        if not self._done.is_set():
            # The answer comes after every message before it.
            self._client.unsubscribe(TOPICS)
            self._done.wait(ANSWERS_WITHIN_S)
        self._client.disconnect()
        self._client.loop_stop()
