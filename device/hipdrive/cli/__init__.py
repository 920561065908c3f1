"""The command line. One file a command; this one only chooses between them."""

from __future__ import annotations

import io
import logging
import os
import resource
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING

from hipdrive import __version__
from hipdrive.cli import (
    batch,
    calibrate,
    collect,
    compare,
    compare_models,
    demo,
    diagnostics,
    doctor,
    export,
    fleet,
    history,
    hub,
    models,
    overlay,
    replay,
    report,
    run,
    runner,
    simulate,
    update,
    validate,
    wall,
)
from hipdrive.cli.exit_codes import FAILED, FAULT, WRONG_USE
from hipdrive.cli.say import LogLines, Parser, complain
from hipdrive.errors import ConfigError, HipdriveError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

COMMANDS = (
    run,
    replay,
    batch,
    report,
    history,
    compare,
    export,
    overlay,
    calibrate,
    demo,
    validate,
    compare_models,
    models,
    hub,
    runner,
    fleet,
    collect,
    wall,
    simulate,
    doctor,
    diagnostics,
    update,
)


def parser() -> Parser:
    """The parser of all commands."""
    top = Parser(
        prog="hipdrive",
        description="A running coach in a box: measures hip extension from a side camera and "
        "cues the runner before the next stride.",
        epilog="exit codes: 0 done, 1 failed, 2 wrong use or configuration, 3 nobody to measure, "
        "4 coached with a part out of order, "
        "70 a fault of hipdrive itself",
    )
    top.add_argument("--version", action="version", version=f"hipdrive {__version__}")
    top.add_argument(
        "--debug", action="store_true", help="show where in the program an error comes from"
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        argv: what to run; None: what was typed, and then a command that works for hours does so in
            a process of its own.
    """
    _open_closed_streams()
    arguments = parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without the degree sign still gets its table.
            stream.reconfigure(errors="replace")
    if argv is None:
        with suppress(OSError, ValueError):
            # Passwords and pictures do not belong into a file that a crash leaves.
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if argv is None and arguments.execute is run.execute:
        from hipdrive.cli.supervised import supervised

        return supervised(lambda: _executed(arguments))
    return _executed(arguments)


def _executed(arguments: argparse.Namespace) -> int:
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(LogLines("hipdrive: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[lines])
    try:
        code: int = arguments.execute(arguments)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # the last resort
        if arguments.debug:
            traceback.print_exc()
        return _told(error)
    return code


def _told(error: BaseException) -> int:
    """Tell an error in a line, and give the exit code for it."""
    if isinstance(error, HipdriveError | OSError):
        complain(str(error))
        return WRONG_USE if isinstance(error, ConfigError) else FAILED
    if isinstance(error, KeyboardInterrupt):
        complain("interrupted")
        return FAILED
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    complain(
        f"a fault of hipdrive itself ({reason}); report it{_where()} with what "
        "`hipdrive --debug` and the same arguments print"
    )
    return FAULT


def _where() -> str:
    """Where faults are reported, as the package says; empty where it does not."""
    from importlib import metadata

    try:
        links = metadata.metadata("hipdrive").get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return ""
    return "".join(
        f" at {link.removeprefix('Issues, ')}" for link in links if link.startswith("Issues, ")
    )


def _open_closed_streams() -> None:
    """Have standard input, output and error lead somewhere.

    Where one is closed, the next file that is opened takes its number, and what a library writes
    to standard error ends up in a recording.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w" if number else "r", encoding="utf-8"))  # noqa: PTH123, SIM115  # for the whole run
