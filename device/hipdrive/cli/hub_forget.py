"""`hipdrive hub forget`: take the device off the broker and out of Home Assistant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import say
from hipdrive.errors import HipdriveError

if TYPE_CHECKING:
    import argparse


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "forget",
        help="take this device off the broker and out of Home Assistant",
        description="Removes all that the broker keeps of the device: its entities in Home "
        "Assistant, the last summary, its state. Sessions on the disk stay. Stop the device first.",
    )
    parser.add_argument(
        "--even-if-online",
        action="store_true",
        help="also when the broker believes that the device runs; one that does comes back",
    )
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.hub.forget import forget

    config = load(arguments.config)
    if problem := forget(config.hub, even_if_online=arguments.even_if_online):
        raise HipdriveError(problem)
    say(f"{config.hub.host}:{config.hub.port} has forgotten {config.hub.device}")
    return DONE
