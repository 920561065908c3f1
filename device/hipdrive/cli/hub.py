"""`hipdrive hub`: set the home hub up. One file an action; this one only chooses between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import hub_check, hub_forget, hub_watch

if TYPE_CHECKING:
    from hipdrive.cli import session_options

ACTIONS = (hub_check, hub_watch, hub_forget)


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("hub", help="set up, watch and leave the home hub's MQTT broker")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for action in ACTIONS:
        action.add_to(actions)
