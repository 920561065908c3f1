"""Hears the devices and sends them commands, in a thread of its own."""

from __future__ import annotations

import logging
from collections import deque
from concurrent.futures import Future
from threading import Thread
from typing import TYPE_CHECKING

from hipdrive.gym.wall.board import SHOWN_KINDS
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.backoff import Backoff
from hipdrive.hub.mqtt.connection import Connection
from hipdrive.hub.mqtt.wake_pipe import WakePipe
from hipdrive.hub.warn_once import WarnOnce

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.gym.wall.board import Board
    from hipdrive.hub.mqtt.login import Login

log = logging.getLogger("hipdrive.wall")

CONNECT_S = 5.0
POLL_S = 0.5
LONGEST_PAUSE_S = 5.0
MOST_WAITING = 64
"""Commands that wait for the broker; nobody presses so often."""
REFUSED = "the broker refuses it ({}): allow the wall's user to write commands"
NO_BROKER = "the broker cannot be reached; nothing was sent"


class Listener:
    """The wall's connection to the broker.

    Args:
        login: how to reach it.
        board: gets what devices say.
        stopped: True when it is to end.
    """

    def __init__(self, login: Login, board: Board, stopped: Callable[[], bool]) -> None:
        self._login = login
        self._board = board
        self._stopped = stopped
        self._wake = WakePipe()
        self._commands: deque[tuple[MqttMessage, Future[str | None]]] = deque()
        self._sent: dict[int, Future[str | None]] = {}
        self._warning = WarnOnce("wall")
        self._thread = Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Wait for the end; `stopped` must say so."""
        self._wake.wake()
        self._thread.join(CONNECT_S)

    def send(self, topic: str, payload: bytes) -> Future[str | None]:
        """Publish a command.

        Returns:
            Becomes None when the broker has it, else why it does not.
        """
        answer: Future[str | None] = Future()
        # Nobody who stops waiting takes it back.
        answer.set_running_or_notify_cancel()
        if len(self._commands) >= MOST_WAITING:
            answer.set_result("too many commands wait; try again")
            return answer
        self._commands.append((MqttMessage(topic, payload), answer))
        self._wake.wake()
        return answer

    def _run(self) -> None:
        backoff, failures = Backoff(first_s=0.2, longest_s=LONGEST_PAUSE_S), 0
        try:
            while not self._stopped():
                heard, problem = self._serve()
                if problem is None:
                    return
                self._warning.warn(problem)
                self._board.disconnected(problem)
                failures = 1 if heard else failures + 1
                self._wait(backoff.wait_s(failures))
        except Exception:
            log.exception("wall: the devices are not heard any more")
            self._board.disconnected("the wall has a fault: restart it, and see its log")
        finally:
            self._wake.close()

    def _serve(self) -> tuple[bool, str | None]:
        """Listen over one connection; whether it worked, and why it ended, None when stopped."""
        connection = Connection(self._login, self._wake)
        try:
            connection.open(CONNECT_S)
            connection.subscribe([f"hipdrive/+/+/{kind}" for kind in SHOWN_KINDS])
            subscribed = connection.wait_for(lambda: connection.subscribed, CONNECT_S)
            if not subscribed or connection.refused_subscription is not None:
                silent = "the broker does not answer a subscription"
                return False, connection.refused_subscription or connection.problem or silent
            self._board.connected()
            self._warning.clear()
            while connection.problem is None and not self._stopped():
                connection.poll(POLL_S)
                self._exchange(connection)
            return True, connection.problem
        finally:
            connection.close()
            self._refuse_all()

    def _exchange(self, connection: Connection) -> None:
        for message in connection.received():
            self._board.take(message)
        while self._commands:
            command, answer = self._commands.popleft()
            self._sent[connection.publish(command)] = answer
        for ack in connection.acks():
            if (sent := self._sent.pop(ack.number, None)) is not None:
                sent.set_result(REFUSED.format(ack.refusal) if ack.refusal else None)

    def _wait(self, seconds: float) -> None:
        """Wait for the next try; commands of that time are refused at once."""
        self._wake.wait(min(seconds, POLL_S))
        self._refuse_all()

    def _refuse_all(self) -> None:
        while self._commands:
            _, answer = self._commands.popleft()
            answer.set_result(NO_BROKER)
        for sent in self._sent.values():
            sent.set_result("the connection ended; it is not known whether the broker has it")
        self._sent.clear()
