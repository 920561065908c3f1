"""The whole terminal, for as long as something is drawn on it."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console, RenderableType

PERIOD_S = 0.2
"""Five pictures a second: as much as an eye follows, and little work beside the loop's."""
PATIENCE_S = 2.0
"""A terminal that does not take what is written (Ctrl-S) is left as it is."""
STDERR = 2
SHOW_CURSOR_AND_LEAVE = b"\x1b[?25h\x1b[?1049l"
"""As xterm has them; no harm where nothing was entered."""
MOST_HELD = 64 * 1024


class FullScreen:
    """Draws in a thread of its own, until it is closed or the command is stopped.

    The terminal is given back by the thread itself, whatever ends it: a stop by a signal ends it
    also while the loop hangs. What is written to standard error meanwhile would tear the picture
    and be gone with it; it is held back and told afterwards.

    Args:
        console: the terminal.
        draw: the picture as it is now; asked in the thread.
        stopped: True once the command is to end.
    """

    def __init__(
        self, console: Console, draw: Callable[[], RenderableType], stopped: Callable[[], bool]
    ) -> None:
        self._console = console
        self._draw = draw
        self._stopped = stopped
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="terminal", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Give the terminal back. Safe to call twice."""
        self._closed.set()
        self._thread.join(PATIENCE_S)

    def _work(self) -> None:
        from rich.live import Live

        live = Live(
            console=self._console,
            screen=True,
            auto_refresh=False,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        # A terminal that is gone (SIGHUP) takes nothing any more, and nobody looks.
        with suppress(OSError), stderr_held():
            try:
                live.start()
                while not (self._closed.is_set() or self._stopped()):
                    live.update(self._draw(), refresh=True)
                    self._closed.wait(PERIOD_S)
            finally:
                live.stop()


def give_back_terminal() -> None:
    """Give back what a process that was killed has left as it was drawn on."""
    if sys.stdout.isatty():
        with suppress(OSError):
            os.write(sys.stdout.fileno(), SHOW_CURSOR_AND_LEAVE)


@contextmanager
def stderr_held() -> Iterator[None]:
    """Hold back what goes to standard error, of libraries too, where that is a terminal."""
    sys.stderr.flush()
    if not os.isatty(STDERR):
        yield
        return
    terminal = os.dup(STDERR)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), STDERR)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(terminal, STDERR)
            os.close(terminal)
            held.seek(max(0, held.tell() - MOST_HELD))
            with suppress(OSError):
                os.write(STDERR, held.read())
