"""`hipdrive runner list`: who is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import complain, say

if TYPE_CHECKING:
    import argparse

HEADINGS = ("runner", "sessions", "mode", "height", "speeds")


def add_to(actions: session_options.Commands) -> None:
    """Declare the command."""
    parser = actions.add_parser("list", help="every runner who is known, the latest first")
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.printable import printable
    from hipdrive.runners.opening import profile_store

    profiles = profile_store(load(arguments.config), complain).profiles()
    if not profiles:
        say("nobody is known: name a runner with hipdrive run --runner NAME")
        return DONE
    table = Table(*HEADINGS)
    for each in profiles:
        height = "" if each.height_m is None else f"{each.height_m:.2f} m"
        speeds = {dated.of.belt_mm_per_s or 0 for dated in each.baselines}
        told = ", ".join(f"{speed / 1000:.2f}" for speed in sorted(speeds))
        cells = (each.name, str(each.sessions_done), str(each.mode), height, told and f"{told} m/s")
        table.add_row(*(Text(printable(cell)) for cell in cells))
    Console().print(table)
    return DONE
