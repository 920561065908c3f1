"""The only place where a command prints text: names in it may hold what a terminal obeys."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING, NoReturn

from hipdrive.printable import printable, printable_lines

if TYPE_CHECKING:
    from rich.console import Console


def say(text: str) -> None:
    """A line of a command's result."""
    print(printable_lines(text), flush=True)


def complain(text: str) -> None:
    """A line on what went wrong, for the operator."""
    print(printable_lines(f"hipdrive: {text}"), file=sys.stderr)


def warn_on(console: Console, warning: str) -> None:
    """A line on what makes a result doubtful, among a command's tables."""
    line = f"warning: {printable(warning)}"
    console.print(line, style="yellow", highlight=False, markup=False)


class Parser(argparse.ArgumentParser):
    """A parser whose messages quote what was typed, made fit for a terminal."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End the program, after the message on standard error."""
        super().exit(status, printable_lines(message) if message else message)


class LogLines(logging.Formatter):
    """Lines of the log, made fit for a terminal and the journal."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the traceback if there is one."""
        return printable_lines(super().format(record))
