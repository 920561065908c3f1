"""Publishes the device's state and receives its commands, over one connection after the other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from hipdrive.control.command import Refusal
from hipdrive.hub.mqtt.flood_gate import FloodGate
from hipdrive.hub.warn_once import WarnOnce

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.messages.outgoing import MqttMessage
    from hipdrive.hub.mqtt.ack import Ack
    from hipdrive.hub.mqtt.connection import Connection
    from hipdrive.hub.mqtt_control import MqttControl


class ControlTraffic:
    """What a connection carries besides the backlog: availability, state, commands, answers.

    One state and one announcement are in flight at most, so that a flood of commands, or of Home
    Assistant's births, becomes no flood of messages. Of more than the gate lets through all are
    dropped; from a flood that does not end the device flees into a new connection, without its
    commands for a while, since the broker may have seconds of it on the way.

    Args:
        online: the availability message.
        control: commands and the device's state; None: no commands.
        clock_s: a monotonic clock, s.
    """

    def __init__(
        self,
        online: MqttMessage,
        control: MqttControl | None,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._online = online
        self._control = control
        self._gate = FloodGate(clock_s)
        self._listening = False
        self._fled = False
        self._state_number: int | None = None
        self._announcement_number: int | None = None
        self._birth = False
        self._subscription_warning = WarnOnce()

    def begin(self, connection: Connection) -> None:
        """Announce the device on a new connection, and subscribe to its commands."""
        self._announce(connection)
        self._state_number = None
        self._listening = False
        self._listen(connection)

    @property
    def admit(self) -> Callable[[], bool]:
        """Whether a message is to be handled, for `Connection`."""
        return self._gate.admit

    def take_fled(self) -> bool:
        """Whether the last connection was ended because of a flood; asked once."""
        fled, self._fled = self._fled, False
        return fled

    def _listen(self, connection: Connection) -> None:
        """Subscribe to the commands, unless there was a flood a short time ago."""
        if self._control is None or self._listening or self._gate.deaf:
            return
        self._listening = True
        topics = self._control.subscriptions(wildcards=connection.limits.wildcards)
        connection.subscribe(topics, as_published=True)

    def _hold_back(self, control: MqttControl, connection: Connection) -> None:
        """Count what was dropped, and leave the connection if it does not end."""
        if dropped := self._gate.take_dropped():
            control.commands.refuse(Refusal.TOO_MANY, dropped)
        if self._gate.flooded:
            self._gate.stop_listening()
            self._fled = True
            connection.flee()

    def _announce(self, connection: Connection) -> None:
        self._birth = False
        self._announcement_number = connection.publish(self._online)
        for message in self._control.announcement() if self._control is not None else ():
            self._announcement_number = connection.publish(message)

    def handle(self, connection: Connection, *, closing: bool) -> None:
        """Handle received commands, publish their answers, and the state if it has changed.

        Args:
            connection: the connection.
            closing: True: publish a changed state even if the last one is not acknowledged.
        """
        if self._control is None:
            return
        if connection.refused_subscription is not None:
            self._subscription_warning.warn(
                f"no commands are heard: {connection.refused_subscription}"
            )
        self._hold_back(self._control, connection)
        self._listen(connection)
        for received in connection.received():
            self._birth = self._birth or self._control.is_birth(received)
            answer = self._control.receive(received)
            # A sender that does not read its answers must not fill paho's queue.
            if answer is not None and not connection.congested:
                connection.publish(answer, received.correlation)
        changed = self._control.announcement_changed
        if (self._birth or changed) and self._announcement_number is None:
            self._announce(connection)
        if self._state_number is None or closing:
            state = self._control.changed_state()
            self._state_number = None if state is None else connection.publish(state)

    def acknowledge(self, ack: Ack) -> None:
        """Note that the state or the announcement is no longer in flight."""
        if ack.number == self._state_number:
            self._state_number = None
        if ack.number == self._announcement_number:
            self._announcement_number = None
