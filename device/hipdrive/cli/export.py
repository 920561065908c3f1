"""`hipdrive export`: a session in another program's format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from hipdrive.cli import session_options
from hipdrive.cli.say import complain, say
from hipdrive.counted import counted


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "export",
        help="write a session to a file for another program",
        description="Reads a session folder and writes what the format asked for has room for: "
        "docs/exports.md.",
    )
    parser.add_argument("session", type=Path, metavar="SESSION", help="the session's folder")
    parser.add_argument(
        "--to",
        required=True,
        metavar="FORMAT",
        dest="format",
        help="csv, json or parquet (strides), mot, trc or c3d (motion), fit or tcx (activity), "
        "or what was added",
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="FILE", help="the file to be written"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.api.stored_session import Session
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.exporters.registry import export

    session = Session.open(arguments.session)
    for warning in session.warnings:
        complain(f"warning: {warning}")
    export(session, arguments.format, arguments.out)
    say(f"session of {counted(len(session.strides), 'stride')} written to {arguments.out}")
    return DONE
