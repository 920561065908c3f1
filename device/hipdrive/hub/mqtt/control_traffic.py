"""Publishes the device's state and receives its commands, over one connection after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.hub.warn_once import WarnOnce

if TYPE_CHECKING:
    from hipdrive.hub.messages.outgoing import MqttMessage
    from hipdrive.hub.mqtt.ack import Ack
    from hipdrive.hub.mqtt.connection import Connection
    from hipdrive.hub.mqtt_control import MqttControl


class ControlTraffic:
    """What a connection carries besides the backlog: availability, state, commands, answers.

    One state and one announcement are in flight at most, so that a flood of commands, or of Home
    Assistant's births, becomes no flood of messages.

    Args:
        online: the availability message.
        control: commands and the device's state; None: no commands.
    """

    def __init__(self, online: MqttMessage, control: MqttControl | None) -> None:
        self._online = online
        self._control = control
        self._state_number: int | None = None
        self._announcement_number: int | None = None
        self._birth = False
        self._subscription_warning = WarnOnce()

    def begin(self, connection: Connection) -> None:
        """Announce the device on a new connection, and subscribe to its commands."""
        self._announce(connection)
        self._state_number = None
        if self._control is not None:
            topics = self._control.subscriptions(wildcards=connection.limits.wildcards)
            connection.subscribe(topics, as_published=True)

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
        for received in connection.received():
            self._birth = self._birth or self._control.is_birth(received)
            answer = self._control.receive(received)
            # A sender that does not read its answers must not fill paho's queue.
            if answer is not None and not connection.congested:
                connection.publish(answer, received.correlation)
        if self._birth and self._announcement_number is None:
            self._announce(connection)
        if self._state_number is None or closing:
            changed = self._control.changed_state()
            self._state_number = None if changed is None else connection.publish(changed)

    def acknowledge(self, ack: Ack) -> None:
        """Note that the state or the announcement is no longer in flight."""
        if ack.number == self._state_number:
            self._state_number = None
        if ack.number == self._announcement_number:
            self._announcement_number = None
