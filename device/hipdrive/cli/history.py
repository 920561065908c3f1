"""`hipdrive history`: all sessions in a table."""

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
        "history",
        help="all sessions in a table, newest first, and which of them can be compared",
        description="Sessions of one runner at like belt speed and incline are compared with the "
        "first of them; * marks a change that is more than chance.",
    )
    parser.add_argument("--runner", metavar="NAME", help="the sessions of one runner alone")
    add_options(parser)
    parser.set_defaults(execute=execute)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that looks at all sessions."""
    session_options.add_config_option(parser)
    parser.add_argument(
        "--sessions",
        type=Path,
        metavar="DIR",
        help="the folder of all sessions; else that of the data folder",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for programs")


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    import json

    from hipdrive.cli.exit_codes import DONE
    from hipdrive.history.as_json import history_json
    from hipdrive.history.past_session import past_sessions
    from hipdrive.history.tables import history_lines

    folder = sessions_folder(arguments)
    sessions = past_sessions(folder)
    if arguments.runner is not None:
        sessions = [session for session in sessions if session.runner == arguments.runner]
    if arguments.json:
        say(json.dumps(history_json(sessions), indent=2))
    elif not sessions:
        whose = "" if arguments.runner is None else f" of {arguments.runner}"
        say(f"no session{whose} in {folder}")
    else:
        for line in history_lines(sessions):
            say(line)
    return DONE


def sessions_folder(arguments: argparse.Namespace) -> Path:
    """Where sessions are: as an option says, or as configured.

    Raises:
        ConfigError: the configuration is wrong, or says nowhere.
    """
    if arguments.sessions:
        folder: Path = arguments.sessions
        return folder
    from hipdrive.config import load

    return load(arguments.config).data_path(os.environ) / "sessions"
