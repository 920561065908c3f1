"""Validates commands and queues them for the loop; keeps the state of the device."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.control.command import EXPLANATIONS, ChangeSession, CommandError, Refusal, parse
from hipdrive.control.device_state import DeviceState, DeviceStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.config import CommandName, Config
    from hipdrive.control.command import Command

QUEUE_LENGTH = 16
"""Commands that may wait for the next frame: more than a user sends between two."""


@dataclass(frozen=True, slots=True)
class ReceivedCommand:
    """A command as a transport received it, not validated yet.

    Attributes:
        name: name of the command.
        payload: JSON, UTF-8.
    """

    name: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """What became of a command.

    Attributes:
        refusal: why the command was refused; None: accepted, and followed with the next frame.
    """

    refusal: Refusal | None = None

    @property
    def accepted(self) -> bool:
        """True when the command will be followed."""
        return self.refusal is None

    @property
    def explanation(self) -> str | None:
        """The refusal in a sentence; None when accepted."""
        return None if self.refusal is None else EXPLANATIONS[self.refusal]


class CommandHandler:
    """Accepts or refuses commands, queues the accepted ones, and holds the device's state.

    Knows no transport: MQTT and the page hand over the same `ReceivedCommand`, each in its own
    thread. The loop's thread calls `next_command` and `set_state`, which take no lock: the queue is
    a deque, and the state is replaced as a whole.

    Args:
        config: which commands are allowed (`hub.commands`), and how far the target may be moved.
    """

    def __init__(self, config: Config) -> None:
        self._allowed = config.hub.commands
        self._offset_range_deg = config.coach.offset_range_deg
        self._queue: deque[Command] = deque()
        self._state = DeviceState()
        self._accepted = 0
        self._refusals: Counter[Refusal] = Counter()
        self._last_refusal: Refusal | None = None
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._counting = threading.Lock()

    def next_command(self) -> Command | None:
        """Take the oldest queued command; None when the queue is empty."""
        return self._queue.popleft() if self._queue else None

    def set_state(self, state: DeviceState) -> None:
        """Replace the device's state and call the listeners."""
        self._state = state
        for listener in self._listeners:
            listener()

    def add_listener(self, listener: Callable[[], None]) -> None:
        """Have a function called after every `set_state`, in that thread; it must not block."""
        self._listeners = (*self._listeners, listener)

    @property
    def status(self) -> DeviceStatus:
        """The device's state and the counts of commands, now."""
        return DeviceStatus(
            self._state,
            self._accepted,
            tuple(sorted(self._refusals.items())),
            self._last_refusal,
        )

    def handle(
        self, received: ReceivedCommand, allowed: list[CommandName] | None = None
    ) -> CommandAnswer:
        """Validate a command and queue it if it is accepted.

        Args:
            received: as it came.
            allowed: the commands that this transport may give; None: those of `hub.commands`.
        """
        may = self._allowed if allowed is None else allowed
        try:
            command = parse(received.name, received.payload, may, self._offset_range_deg)
        except CommandError as error:
            return self.refuse(error.refusal)
        with self._counting:
            refusal = self._not_now(command)
            if refusal is None:
                self._queue.append(command)
                self._accepted += 1
        return CommandAnswer() if refusal is None else self.refuse(refusal)

    def refuse(self, refusal: Refusal, count: int = 1) -> CommandAnswer:
        """Count refusals; called by a transport for what it may not pass on."""
        with self._counting:
            self._refusals[refusal] += count
        self._last_refusal = refusal
        return CommandAnswer(refusal)

    def _not_now(self, command: Command) -> Refusal | None:
        """Why a valid command cannot be followed in the present state; None: it can."""
        if isinstance(command, ChangeSession):
            in_session = self._state.session is not None
            if in_session is (command.action == "start"):
                return Refusal.IN_SESSION if in_session else Refusal.NO_SESSION
        return Refusal.BUSY if len(self._queue) >= QUEUE_LENGTH else None
