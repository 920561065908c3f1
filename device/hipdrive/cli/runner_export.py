"""`hipdrive runner export`: all that is kept of a runner, as JSON."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import complain, say

if TYPE_CHECKING:
    import argparse


def add_to(actions: session_options.Commands) -> None:
    """Declare the command."""
    parser = actions.add_parser(
        "export",
        help="all that is kept of a runner, as JSON",
        description="Profile, sessions, baselines and retention probes, and where the folders of "
        "the sessions are.",
    )
    parser.add_argument("name", type=session_options.name_argument, metavar="NAME")
    parser.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="where to; else to the terminal"
    )
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.runners.export import exported
    from hipdrive.runners.opening import profile_store
    from hipdrive.runners.session_folders import folders_of
    from hipdrive.session.json_file import write_json

    config = load(arguments.config)
    profile = profile_store(config, complain).find(arguments.name)
    folders = folders_of(config.data_path(os.environ) / "sessions", profile.name)
    values = exported(profile, folders)
    if arguments.file is None:
        say(json.dumps(values, indent=2))
        return DONE
    write_json(arguments.file, values)
    say(f"{profile.name}: {arguments.file}")
    return DONE
