"""`hipdrive diagnostics`: one archive to send with a bug report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import say

if TYPE_CHECKING:
    import argparse


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "diagnostics",
        help="write an archive to send with a bug report",
        description="Gathers versions, the configuration, figures of sessions and the service's "
        "log. Passwords, tokens, names of runners, addresses and paths are left out; look into it "
        "before you send it. Needs the rights of the service, or sudo.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="the archive to be written; else hipdrive-diagnostics-TIME.tar.gz here",
    )
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from datetime import UTC, datetime

    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.diagnostics.archive import write_archive

    config, now = load(arguments.config), datetime.now(UTC)
    file = arguments.out or Path(f"hipdrive-diagnostics-{now:%Y%m%dT%H%M%SZ}.tar.gz")
    names = write_archive(file, config, config.data_path(os.environ), now)
    say(f"{file}: {', '.join(names)}")
    say(f"look into it before you send it: tar -xOzf {file} | less")
    return DONE
