"""What `run` and `replay` have in common: options, signals, the display, the end."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.types.side import Side

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from types import FrameType

    from hipdrive.session.request import SessionRequest
    from hipdrive.session.sink import SessionContext, SessionSink, SinkFactory

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # it has no public name


def add_config_option(parser: argparse.ArgumentParser) -> None:
    """The option that every command with a configuration has."""
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="configuration; else $HIPDRIVE_CONFIG, ~/.config/hipdrive/hipdrive.toml, "
        "/etc/hipdrive/hipdrive.toml, the defaults",
    )


def add_session_options(parser: argparse.ArgumentParser) -> None:
    """Options of every command that makes a session."""
    add_config_option(parser)
    parser.add_argument(
        "--session-dir",
        type=Path,
        metavar="DIR",
        help="write the session here; else a new folder under the data folder",
    )
    add_facing_option(parser)
    add_runner_option(parser)


def add_runner_option(parser: argparse.ArgumentParser) -> None:
    """The option of every command that coaches."""
    parser.add_argument(
        "--runner",
        type=name_argument,
        default="",
        metavar="NAME",
        help="who runs: a pseudonym, whose profile is used and added to, or made; two runners of "
        "one name are one; without it a guest, who leaves nothing",
    )


def name_argument(text: str) -> str:
    """A runner's name as it was typed, as it is kept.

    Raises:
        ArgumentTypeError: it is no name.
    """
    import argparse

    from hipdrive.control.runner_name import runner_name

    try:
        return runner_name(text)
    except ValueError as error:
        message = f"the name {error}"
        raise argparse.ArgumentTypeError(message) from None


def add_facing_option(parser: argparse.ArgumentParser) -> None:
    """The option of every command that measures."""
    parser.add_argument(
        "--facing",
        type=Side,
        choices=list(Side),
        help="the side of the picture the runner faces; else detected in the first seconds",
    )


def request_from(arguments: argparse.Namespace, stop: threading.Event) -> SessionRequest:
    """The session request from the options.

    Raises:
        ConfigError: the configuration is wrong.
    """
    import secrets
    from datetime import UTC, datetime

    from hipdrive.config import load
    from hipdrive.session.request import SessionRequest

    return SessionRequest(
        config=load(arguments.config),
        facing=arguments.facing,
        session_dir=arguments.session_dir,
        started=datetime.now(UTC),
        token=secrets.token_hex(3),
        stop=stop,
        sinks=(display(stop),) if arguments.simulate_panel else (),
        realtime=getattr(arguments, "realtime", False),
        publish=not getattr(arguments, "no_publish", False),
        calibration=getattr(arguments, "calibration", None),
        runner=arguments.runner,
    )


def renewed(request: SessionRequest) -> SessionRequest:
    """The request of the session that begins now, after one of that request."""
    import secrets
    from dataclasses import replace
    from datetime import UTC, datetime

    return replace(request, started=datetime.now(UTC), token=secrets.token_hex(3))


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that SIGTERM, SIGHUP and SIGINT set; a second one of a kind has its usual effect.

    A signal that is ignored stays so: `nohup` means what it says.
    """
    stop = threading.Event()

    def request_stop(signum: int, _frame: object) -> None:
        stop.set()
        signal.signal(signum, before[signum])

    before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}
    for signum in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(signum) is not signal.SIG_IGN:
            before[signum] = signal.signal(signum, request_stop)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def display(stop: threading.Event) -> SinkFactory:
    """Shows a session on the whole terminal, or as lines where there is none or too little of it.

    Args:
        stop: set when the command is to end; the terminal is given back then.
    """

    def open_display(context: SessionContext) -> SessionSink | None:
        from rich.console import Console

        from hipdrive.cli.say import say
        from hipdrive.terminal.lines import TerminalLines
        from hipdrive.terminal.view import TerminalView, fits

        if context.outputs is None:
            return None
        console = Console()
        if sys.stdout.isatty() and fits(console):
            return TerminalView(context, console, stop.is_set)
        return TerminalLines(say, context.config.language)

    return open_display


def number(least: float, most: float, kind: type[int | float] = float) -> Callable[[str], float]:
    """A type of an option: a number between two others.

    Raises:
        argparse.ArgumentTypeError: from the function, where it is none.
    """

    def parse(text: str) -> float:
        from argparse import ArgumentTypeError

        try:
            value = kind(text)
        except ValueError:
            value = kind(least) - 1
        if not least <= value <= most:
            raise ArgumentTypeError(f"{text!r} is not a number from {least:g} to {most:g}")
        return value

    return parse
