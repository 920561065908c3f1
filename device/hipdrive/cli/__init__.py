"""The command line. One file a command; this one only chooses between them."""

from __future__ import annotations

import argparse
import io
import logging
import sys
from typing import TYPE_CHECKING

from hipdrive import __version__
from hipdrive.cli import (
    calibrate,
    compare_models,
    demo,
    doctor,
    export,
    hub,
    models,
    replay,
    run,
    validate,
)
from hipdrive.cli.exit_codes import FAILED, WRONG_USE
from hipdrive.errors import ConfigError, HipdriveError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (run, replay, export, calibrate, demo, validate, compare_models, models, hub, doctor)


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog="hipdrive",
        description="A running coach in a box: measures hip extension from a side camera and "
        "cues the runner before the next stride.",
        epilog="exit codes: 0 done, 1 failed, 2 wrong use or configuration, 3 nobody to measure",
    )
    top.add_argument("--version", action="version", version=f"hipdrive {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal without the degree sign still gets its table.
            stream.reconfigure(errors="replace")
    logging.basicConfig(format="hipdrive: %(message)s", level=logging.WARNING, stream=sys.stderr)
    try:
        code: int = arguments.execute(arguments)
    except HipdriveError as error:
        print(f"hipdrive: {error}", file=sys.stderr)
        return WRONG_USE if isinstance(error, ConfigError) else FAILED
    except OSError as error:
        print(f"hipdrive: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("hipdrive: interrupted", file=sys.stderr)
        return FAILED
    return code
