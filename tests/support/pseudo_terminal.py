"""A program on a pseudo-terminal, and what is to be seen there."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING, Self

import pyte

from support.walker_camera import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PATIENCE_S = 120
"""Only what hangs takes so long."""
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
HIDE_CURSOR, SHOW_CURSOR = b"\x1b[?25l", b"\x1b[?25h"


class PseudoTerminal:
    """Runs a program whose input, output and errors are a terminal; closing it hangs up.

    Args:
        command: the program and its arguments.
        columns, lines: of the terminal.

    Attributes:
        written: all bytes that came.
        process: the program.
    """

    def __init__(self, command: Sequence[str], columns: int = 80, lines: int = 24) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self.written = b""
        self._terminal, programs = pty.openpty()
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(programs, termios.TIOCSWINSZ, size)
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        for name in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            command,
            stdin=programs,
            stdout=programs,
            stderr=programs,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # its own
        )
        os.close(programs)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self._screen.display)

    @property
    def drawn_on(self) -> bool:
        """True while the program has the whole screen, or has left it without the cursor."""
        entered = self.written.rfind(ENTER) > self.written.rfind(LEAVE)
        return entered or self.written.rfind(HIDE_CURSOR) > self.written.rfind(SHOW_CURSOR)

    def read_until(self, seen: Callable[[str], bool]) -> str:
        """Read until the screen shows something; the screen."""
        while not seen(self.text):
            assert self._read(), f"ended without it: {self.text}"
        return self.text

    def read_to_end(self) -> int:
        """Read until the program has ended; its exit code."""
        while self._read():
            pass
        return self.process.wait(PATIENCE_S)

    def hang_up(self) -> None:
        """Take the terminal away."""
        os.close(self._terminal)
        self._terminal = -1

    def _read(self) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], PATIENCE_S)
        assert ready, f"nothing new for {PATIENCE_S} s: {self.text}"
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # what Linux says when the last program has let go
            return False
        self.written += data
        self._stream.feed(data)
        return bool(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(PATIENCE_S)
        if self._terminal >= 0:
            self.hang_up()


def walker(*arguments: str) -> list[str]:
    """The command line of `hipdrive` before the camera that sees a walker made of geometry."""
    return [sys.executable, str(PROGRAM), *arguments]
