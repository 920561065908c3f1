"""What systemd is told of the service: that it is up, that it is alive, what it does."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FEED_NS = NS_PER_S // 2
"""Often enough for a watchdog of a few seconds."""
NS_PER_US = 1000
NOTIFY_FD = "HIPDRIVE_NOTIFY_FD"
"""The number of a socket to whoever passes messages on to systemd (`cli/supervised.py`)."""


def notifier(environ: Mapping[str, str]) -> Callable[[str], None] | None:
    """A function that sends systemd a message; None where no service manager listens.

    The protocol of `sd_notify(3)`: a datagram of lines `KEY=value` to the socket `$NOTIFY_SOCKET`,
    an abstract one where it begins with `@`. It never waits and never fails.
    """
    if (number := environ.get(NOTIFY_FD, "")).isdecimal():
        passed_on = socket.socket(fileno=os.dup(int(number)))
        return lambda message: _sent(passed_on, message)
    address = environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in {"/", "@"} or len(address) == 1:
        return None
    target = f"\0{address[1:]}" if address.startswith("@") else address

    def notify(message: str) -> None:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(target)
            _sent(sender, message)

    return notify


def _sent(sender: socket.socket, message: str) -> None:
    with suppress(OSError):
        sender.send(message.encode(), socket.MSG_DONTWAIT)


class ServiceManager:
    """The watchdog's food, and the line that `systemctl status` shows.

    Args:
        notify: sends a message; None: nobody listens.
        watchdog_us: after so long without food the service is started anew, us; 0: never.
        clock_ns: a monotonic clock, ns.
    """

    def __init__(
        self, notify: Callable[[str], None] | None, watchdog_us: int, clock_ns: Callable[[], int]
    ) -> None:
        self._notify = notify
        self._watchdog_us = watchdog_us
        self._clock_ns = clock_ns
        self._fed_ns: int | None = None
        self._frame_ns: int | None = None
        self._patient = self._ready = False

    @classmethod
    def of_process(cls, clock_ns: Callable[[], int]) -> ServiceManager:
        """As the environment of this process says."""
        limit = os.environ.get("WATCHDOG_USEC", "")
        return cls(notifier(os.environ), int(limit) if limit.isdecimal() else 0, clock_ns)

    def frame(self, t_ns: int) -> None:
        """A frame has gone through the loop: food, if its time has gone on."""
        if t_ns != self._frame_ns:
            self._frame_ns = t_ns
            self.alive()

    def alive(self) -> None:
        """Food where no frames are due; the first also says that the service is up."""
        now_ns = self._clock_ns()
        if self._fed_ns is not None and now_ns - self._fed_ns < FEED_NS and not self._patient:
            return
        self._fed_ns = now_ns
        lines = ["WATCHDOG=1"]
        if not self._ready:
            lines.append("READY=1")
        if self._patient:
            lines.append(f"WATCHDOG_USEC={self._watchdog_us}")
        self._ready, self._patient = True, False
        self._send(*lines)

    def be_patient(self, seconds: float) -> None:
        """No food for so long, because a disk may have to be waited for; until the next food."""
        if self._watchdog_us and self._ready:
            self._patient = True
            self._send(f"WATCHDOG_USEC={round(seconds * NS_PER_S) // NS_PER_US}", "WATCHDOG=1")

    def says(self, text: str) -> None:
        """What the service does now, a line for people."""
        self._send(f"STATUS={text}")

    def _send(self, *lines: str) -> None:
        if self._notify is not None:
            self._notify("\n".join(lines))
