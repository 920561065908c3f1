"""A command in a process of its own, which this one can leave behind.

A thread that waits for a disk which does not respond cannot be ended, not even by SIGKILL, and its
process stays until the disk comes back. The command's own work is done by then: the lights are
out, the hub knows. So it says that it has ended, and whoever waits for it is told.

systemd takes messages from the process that it started alone, so that one passes them on.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING

from hipdrive.cli.exit_codes import FAILED
from hipdrive.cli.say import complain
from hipdrive.health.service_manager import NOTIFY_FD, notifier
from hipdrive.terminal.full_screen import give_back_terminal

if TYPE_CHECKING:
    from collections.abc import Callable

LEAVE_S = 2.0
"""How long the process may take to go after its work is done."""
LONGEST_MESSAGE = 4096
"""Bytes of a message to systemd; ours have a hundred."""
SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def supervised(work: Callable[[], int]) -> int:
    """Do the work in a child process; its exit code, in both processes.

    Signals are passed on. The child is asked to end when this process is gone. Call it before there
    is a second thread.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    done, told = os.pipe()
    alive, held = os.pipe()
    heard, says = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    child = os.fork()
    if child == 0:
        os.close(done)
        os.close(held)
        heard.close()
        if notifier(os.environ) is not None:
            os.environ[NOTIFY_FD] = str(says.fileno())
        # Ctrl-C in a terminal goes to its whole group: the child is to get it once, from here.
        os.setpgid(0, 0)
        threading.Thread(target=_end_with, args=(alive,), name="supervisor", daemon=True).start()
        code = work()
        _let_go_of_output()
        os.write(told, bytes([code]))
        says.close()
        return code
    os.close(told)
    os.close(alive)
    says.close()
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda signum, _frame: _pass_on(child, signum))
    _pass_messages_on(heard, done)
    code = _code(child, done)
    heard.close()
    os.close(done)
    os.close(held)
    return code


def _let_go_of_output() -> None:
    """Whoever reads the output of both processes is to see its end, though this one may stay."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(nowhere, number)
    os.close(nowhere)


def _end_with(alive: int) -> None:
    """End the work when the other process, which has the pipe's other end, is gone."""
    os.read(alive, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _pass_messages_on(heard: socket.socket, done: int) -> None:
    """Tell systemd what the child tells it, until the child is done or gone."""
    notify = notifier(os.environ)
    if notify is None:
        return
    while True:
        ready, _, _ = select.select([heard.fileno(), done], [], [])
        if heard.fileno() in ready and (message := heard.recv(LONGEST_MESSAGE)):
            notify(message.decode("utf-8", "replace"))
        elif done in ready:
            return


def _pass_on(child: int, signum: int) -> None:
    try:
        os.kill(child, signum)
    except ProcessLookupError:
        return


def _code(child: int, done: int) -> int:
    said = os.read(done, 1)
    if said and not _gone_within(child, LEAVE_S):
        complain(
            "the disk does not respond; what it has not taken of this session is completed at the "
            "next start"
        )
        return said[0]
    if said:
        return said[0]
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        give_back_terminal()
        complain(f"ended by signal {-code}")
    return code if code > 0 else FAILED


def _gone_within(child: int, seconds: float) -> bool:
    handle = os.pidfd_open(child)
    try:
        gone, _, _ = select.select([handle], [], [], seconds)
    finally:
        os.close(handle)
    if gone:
        os.waitpid(child, 0)
    return bool(gone)
