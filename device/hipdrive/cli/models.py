"""`hipdrive models`: bring pose models here, and say which there are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import models_list, session_options
from hipdrive.cli.say import say

if TYPE_CHECKING:
    import argparse


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("models", help="list and fetch pose models")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    fetch = actions.add_parser(
        "fetch",
        help="bring a model into the data folder, checked",
        description="Takes the model, the configured one if none is named, from --from, "
        "$HIPDRIVE_MODELS or its publisher, whichever has it first, and checks size and SHA-256.",
    )
    fetch.add_argument("name", nargs="?", metavar="NAME", help="which; see `hipdrive models list`")
    fetch.add_argument(
        "--from", dest="origin", type=Path, metavar="DIR", help="take it from this folder"
    )
    session_options.add_config_option(fetch)
    fetch.set_defaults(execute=execute_fetch)
    models_list.add_to(actions)


def execute_fetch(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.pose.store import fetch, find_spec

    config = load(arguments.config)
    spec = find_spec(arguments.name or config.pose.model)
    folder = config.data_path(os.environ) / "models"
    origin = fetch(spec, folder, arguments.origin, os.environ)
    say(f"{spec.title}: {origin}")
    return DONE
