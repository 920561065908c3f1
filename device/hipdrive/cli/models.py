"""`hipdrive models`: bring the pose model here."""

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
    parser = commands.add_parser("models", help="fetch the pose model")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    fetch = actions.add_parser(
        "fetch",
        help="bring the configured model into the data folder, checked",
        description="Takes the model from --from, $HIPDRIVE_MODELS or its publisher, whichever "
        "has it first, and checks size and SHA-256.",
    )
    fetch.add_argument(
        "--from", dest="origin", type=Path, metavar="DIR", help="take it from this folder"
    )
    session_options.add_config_option(fetch)
    fetch.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.pose.store import fetch, find_spec

    config = load(arguments.config)
    spec = find_spec(config.pose.model)
    folder = config.data_path(os.environ) / "models"
    origin = fetch(spec, folder, arguments.origin, os.environ)
    say(f"{spec.title}: {origin}")
    return DONE
