"""`hipdrive hub check`: is it the name, the port, the certificate, the password or the ACL?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import complain, say

if TYPE_CHECKING:
    import argparse


def add_to(actions: session_options.Commands) -> None:
    """Declare the action."""
    parser = actions.add_parser(
        "check",
        help="connect, publish, and say in one line what is wrong",
        description="Connects to the configured broker as the device does, publishes one message "
        "that nobody needs and asks for the device's commands. Exit code 0 when the broker takes "
        "it and lets them be read. Rights to single topics of the device are not tried.",
    )
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE, FAILED
    from hipdrive.config import load
    from hipdrive.hub.check import check_connection

    config = load(arguments.config).hub
    result = check_connection(config)
    if result.problem:
        complain(result.problem)
        return FAILED
    user = f" of the user {config.username!r}" if config.username else ""
    how = result.encryption or "not encrypted"
    say(f"{config.host}:{config.port} takes messages{user} ({how})")
    if result.caution:
        complain(result.caution)
    return DONE
