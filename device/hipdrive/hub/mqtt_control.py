"""Control of the device over MQTT: commands in, answers and the device's state out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.control.command import COMMANDS, Refusal
from hipdrive.control.command_handler import ReceivedCommand
from hipdrive.hub.home_assistant.discovery import announcement
from hipdrive.hub.messages.device_messages import answer_message, state_message
from hipdrive.hub.messages.encoding import encode_outgoing
from hipdrive.hub.messages.outgoing import OutgoingMessage
from hipdrive.hub.mqtt.received_message import can_be_answered
from hipdrive.releases.newest import newest_release
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hipdrive.config import Config
    from hipdrive.control.command_handler import CommandAnswer, CommandHandler
    from hipdrive.control.device_state import DeviceStatus
    from hipdrive.hub.messages.clock import Clock
    from hipdrive.hub.messages.outgoing import MqttMessage
    from hipdrive.hub.mqtt.received_message import ReceivedMessage
    from hipdrive.hub.mqtt.topics import Topics

LOOK_NS = 60 * NS_PER_S
"""Time from one look for a newer release to the next; a person has looked for it elsewhere."""
BIRTH = b"online"
"""What Home Assistant publishes on its status topic when it has started."""
MOST_CHOICES = 64
"""Nobody looks for a name in a longer list, and brokers limit the size of a message."""


class MqttControl:
    """Wraps a `CommandHandler` in messages; used by the broker's thread alone.

    Args:
        config: the device's names, and whether Home Assistant gets to know it.
        topics: of the device.
        commands: handles the commands, and holds the device's state.
        clock: the clocks.
        runners: names of the runners who have a profile, those of the newest sessions first.
        newest: version of the newest release of hipdrive that is known of; may look at a file.

    Attributes:
        commands: the handler.
    """

    def __init__(
        self,
        config: Config,
        topics: Topics,
        commands: CommandHandler,
        clock: Clock,
        runners: Callable[[], tuple[str, ...]] = tuple,
        newest: Callable[[], str] = newest_release,
    ) -> None:
        self.commands = commands
        self._topics = topics
        self._clock = clock
        self._prefix = config.hub.discovery_prefix
        self._config = config
        self._runners = runners
        self._announced: tuple[str, ...] = ()
        self._published: DeviceStatus | None = None
        self._find_newest = newest
        self._newest = newest()
        self._looked_ns = clock.monotonic_ns()

    def subscriptions(self, *, wildcards: bool = True) -> tuple[str, ...]:
        """Topic filters to subscribe to.

        Args:
            wildcards: False for a broker that takes none: unknown commands are then not heard.
        """
        names = ("#",) if wildcards else tuple(COMMANDS)
        commands = tuple(f"{self._topics.command}/{name}" for name in names)
        return (*commands, self._birth_topic) if self._prefix else commands

    @property
    def _birth_topic(self) -> str:
        return f"{self._prefix}/status"

    def announcement(self) -> tuple[MqttMessage, ...]:
        """What to publish on every connection: the discovery message and the state."""
        self._announced = self._choices()
        return (*announcement(self._config, self._topics, self._announced), self._state())

    @property
    def announcement_changed(self) -> bool:
        """Whether somebody else can be chosen than when the device was last announced."""
        return bool(self._prefix) and self._choices() != self._announced

    def _choices(self) -> tuple[str, ...]:
        """The runners that can be chosen, whoever is named now among them.

        In alphabetical order, so that a session changes nothing but who is new.
        """
        known = self._runners()[:MOST_CHOICES]
        named = self.commands.status.state.runner
        return tuple(sorted({*known, named} - {""}))

    def changed_state(self) -> MqttMessage | None:
        """The `state` message, if the state has changed since it was last published."""
        if self.commands.status == self._published and not self._newer_is_known():
            return None
        return self._state()

    def _newer_is_known(self) -> bool:
        """Whether another release is the newest than when that was last looked for."""
        now_ns = self._clock.monotonic_ns()
        if now_ns - self._looked_ns < LOOK_NS:
            return False
        self._looked_ns = now_ns
        before, self._newest = self._newest, self._find_newest()
        return self._newest != before

    def is_birth(self, message: ReceivedMessage) -> bool:
        """Whether Home Assistant says that it has just started."""
        return (
            bool(self._prefix) and message.topic == self._birth_topic and message.payload == BIRTH
        )

    def receive(self, message: ReceivedMessage) -> MqttMessage | None:
        """Handle a command.

        Returns:
            The answer; None where none is wanted or allowed, or the message is no command.
        """
        level, _, name = message.topic.removeprefix(self._topics.command).partition("/")
        if level or message.topic == self._birth_topic:
            return None
        if not can_be_answered(message, self._topics.answer):
            self.commands.refuse(Refusal.REPLY_TO)
            return None
        answer = self._handle(name, message)
        if message.reply_to is None:
            return None
        return self._message(message.reply_to, answer_message(answer), qos=0)

    def _handle(self, name: str, message: ReceivedMessage) -> CommandAnswer:
        if message.retained:
            return self.commands.refuse(Refusal.RETAINED)
        return self.commands.handle(ReceivedCommand(name, message.payload))

    def _state(self) -> MqttMessage:
        self._published = self.commands.status
        return self._message(
            self._topics.state, state_message(self._published, self._newest), qos=1
        )

    def _message(self, topic: str, body: Mapping[str, object], qos: int) -> MqttMessage:
        """Encode now; a message of QoS 1 is the state, which later subscribers need."""
        outgoing = OutgoingMessage(topic, body, self._clock.stamp(), retain=qos > 0)
        return encode_outgoing(outgoing, self._clock, qos)
