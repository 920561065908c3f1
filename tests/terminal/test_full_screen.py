"""The terminal is given back whatever happens, and holds up nobody."""

from __future__ import annotations

import threading
from io import StringIO

import pytest
from rich.console import Console

from hipdrive.terminal import full_screen
from hipdrive.terminal.full_screen import FullScreen

ENTER, LEAVE, SHOW_CURSOR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h"
PATIENCE_S = 60


class Terminal(StringIO):
    """Takes what is written, once it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.takes = threading.Event()
        self.takes.set()
        self.drawn = threading.Event()

    def write(self, text: str) -> int:
        self.takes.wait()
        if "picture" in text:
            self.drawn.set()
        return super().write(text)


def console(terminal: Terminal) -> Console:
    return Console(file=terminal, force_terminal=True, width=80, height=24)


def screen_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "terminal"]


def test_it_is_given_back_when_it_is_closed() -> None:
    terminal = Terminal()
    screen = FullScreen(console(terminal), lambda: "picture", lambda: False)
    assert terminal.drawn.wait(PATIENCE_S)
    screen.close()
    screen.close()
    written = terminal.getvalue()
    assert written.startswith(ENTER)
    assert written.endswith(f"{SHOW_CURSOR}{LEAVE}")
    assert written.count(ENTER) == written.count(LEAVE) == 1


def test_a_stop_gives_it_back_also_while_the_loop_hangs() -> None:
    terminal, stop = Terminal(), threading.Event()
    FullScreen(console(terminal), lambda: "picture", stop.is_set)
    assert terminal.drawn.wait(PATIENCE_S)
    stop.set()
    for thread in screen_threads():
        thread.join(PATIENCE_S)
    assert terminal.getvalue().endswith(LEAVE)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_picture_that_cannot_be_drawn_gives_it_back() -> None:
    def broken() -> str:
        raise RuntimeError("a bug")

    terminal = Terminal()
    FullScreen(console(terminal), broken, lambda: False).close()
    assert terminal.getvalue().endswith(LEAVE)


def test_a_terminal_that_takes_nothing_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_screen, "PATIENCE_S", 0.01)
    terminal = Terminal()
    terminal.takes.clear()
    screen = FullScreen(console(terminal), lambda: "picture", lambda: False)
    # Comes back though nothing was taken; a thread that waits for it would hang here.
    screen.close()
    assert not terminal.getvalue()
    terminal.takes.set()
    for thread in screen_threads():
        thread.join(PATIENCE_S)
    assert terminal.getvalue().endswith(LEAVE)
