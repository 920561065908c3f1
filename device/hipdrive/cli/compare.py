"""`hipdrive compare`: what changed from one session to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import history
from hipdrive.cli.say import say
from hipdrive.errors import CompareError, SessionError

if TYPE_CHECKING:
    import argparse

    from hipdrive.cli import session_options
    from hipdrive.history.past_session import PastSession


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "compare",
        help="two sessions at like belt speed and incline: what changed, and whether by chance",
        description="Refuses what cannot be compared, and says why.",
    )
    for name in ("first", "second"):
        parser.add_argument(
            name,
            metavar="SESSION",
            help="the session's folder, or its name as in `hipdrive history`",
        )
    history.add_options(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    import json

    from hipdrive.cli.exit_codes import DONE
    from hipdrive.history.as_json import comparison_json
    from hipdrive.history.tables import compare_lines
    from hipdrive.history.trend import unlike

    found = [_session(name, arguments) for name in (arguments.first, arguments.second)]
    one, other = sorted(found, key=lambda session: session.place)
    if reason := unlike(one, other):
        raise CompareError(f"{one.id} and {other.id} cannot be compared: {reason}")
    if arguments.json:
        say(json.dumps(comparison_json(one, other), indent=2))
    else:
        for line in compare_lines(one, other):
            say(line)
    return DONE


def _session(name: str, arguments: argparse.Namespace) -> PastSession:
    """A session by its folder, or by its name among all.

    Raises:
        SessionError: there is none.
    """
    from hipdrive.history.past_session import past_session
    from hipdrive.session.files import SUMMARY_NAME

    folder = Path(name)
    if not folder.is_dir() and folder.name == name:
        folder = history.sessions_folder(arguments) / name
    if not folder.is_dir():
        raise SessionError(f"{name}: there is no such session; hipdrive history lists them")
    if not (folder / SUMMARY_NAME).exists():
        raise SessionError(f"{name}: there is no {SUMMARY_NAME} in it; is it a finished session?")
    return past_session(folder)
