"""`hipdrive collect`: from the broker into PostgreSQL, each message once."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import say

if TYPE_CHECKING:
    from collections.abc import Callable


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "collect",
        help="store what the devices of a gym publish in PostgreSQL",
        description="Runs until it is stopped. Two or more with different names share the work; "
        "the broker keeps messages for one that is away, so start it again under its name.",
    )
    add_gym_config_option(parser)
    parser.add_argument(
        "--name",
        default=os.uname().nodename.split(".")[0],
        metavar="NAME",
        help="of this collector, its own among all of them; else the machine's",
    )
    parser.add_argument(
        "--leave",
        action="store_true",
        help="collect nothing, and have the broker keep nothing more for this collector",
    )
    parser.set_defaults(execute=execute)


def add_gym_config_option(parser: argparse.ArgumentParser, *, above: bool = False) -> None:
    """The option of every command of a gym's server.

    Args:
        parser: gets it.
        above: True where the command above has it as well, and may have been given it.
    """
    parser.add_argument(
        "--config",
        type=Path,
        default=argparse.SUPPRESS if above else None,
        metavar="FILE",
        help="configuration of the server; else /etc/hipdrive/gym-server.toml, the defaults",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE, FAILED
    from hipdrive.gym.collector.collecting import collect, leave
    from hipdrive.gym.settings import load_gym

    config = load_gym(arguments.config)
    if arguments.leave:
        problem = leave(config, arguments.name)
        say(problem or f"the broker keeps nothing more for {arguments.name}")
        return FAILED if problem else DONE
    with session_options.stop_on_signals() as stop:
        counts = collect(config, arguments.name, stop.is_set, _once(say))
    refused = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.refused.items()))
    say(
        f"{counts.stored} messages stored in {counts.transactions} transactions; "
        f"refused: {refused or 'none'}"
    )
    return DONE


def _once(tell: Callable[[str], None]) -> Callable[[str], None]:
    told: set[str] = set()

    def tell_once(line: str) -> None:
        if line not in told:
            told.add(line)
            tell(line)

    return tell_once
