"""`hipdrive hub ...`: what has to do with the home hub. One file a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import hub_forget

if TYPE_CHECKING:
    from hipdrive.cli import session_options

COMMANDS = (hub_forget,)


def add_to(commands: session_options.Commands) -> None:
    """Declare the commands."""
    parser = commands.add_parser("hub", help="the home hub: forget this device")
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_to(below)
