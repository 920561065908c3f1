"""`hipdrive hub watch`: what is on the device's topics, for setting up."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import complain

if TYPE_CHECKING:
    from hipdrive.config import HubConfig

EVERYTHING = "hipdrive/#"


def add_to(actions: session_options.Commands) -> None:
    """Declare the action."""
    parser = actions.add_parser(
        "watch",
        help="show what is on the device's topics, until Ctrl-C",
        description="A table of topics on a terminal, else a line a message. A broker that is set "
        "up as in config/mosquitto lets a device read no more than its commands: log in as the "
        "dashboard, with --username and --password-file.",
    )
    session_options.add_config_option(parser)
    parser.add_argument("--username", metavar="NAME", help="log in as this user")
    parser.add_argument("--password-file", metavar="FILE", help="its password, in the first line")
    parser.add_argument("--all", action="store_true", help="the topics of all devices")
    parser.add_argument("--seconds", type=_seconds, metavar="N", help="end after so long")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from rich.console import Console

    from hipdrive.cli.exit_codes import DONE, FAILED
    from hipdrive.config import load
    from hipdrive.hub.mqtt.client_names import ClientRole
    from hipdrive.hub.mqtt.login import login
    from hipdrive.hub.mqtt.topics import Topics
    from hipdrive.hub.watch import LineView, TableView, watch

    config = _as_asked(load(arguments.config).hub, arguments)
    who = login(config, ClientRole.WATCH)
    topics = EVERYTHING if arguments.all else f"{Topics(config.site, config.device).root}/#"
    console = Console()
    with (
        session_options.stop_on_signals() as stop,
        TableView(console) if console.is_terminal else LineView(print) as view,
    ):
        problem = watch(who, topics, view, stop.is_set, arguments.seconds)
    if problem:
        complain(problem)
        return FAILED
    if not view.informative:
        reader = f"the user {who.username!r}" if who.username else "this client"
        complain(
            f"no message on {topics}: is hipdrive running, and does the "
            f"broker let {reader} read there?"
        )
    return DONE


def _as_asked(config: HubConfig, arguments: argparse.Namespace) -> HubConfig:
    """The configuration with another user, if one was named."""
    from hipdrive.config import HubConfig, validated

    if arguments.username is None and arguments.password_file is None:
        return config
    user = {
        "username": arguments.username or config.username,
        "password_file": arguments.password_file or "",
    }
    return validated(HubConfig, config.model_dump() | user, "the command line")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:  # noqa: PLR2004  # the limits stand in the message
        raise argparse.ArgumentTypeError(f"{text!r} is not more than 0 and at most 86400")
    return seconds
