"""`hipdrive runner set`: what a runner says of themselves."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import complain, say
from hipdrive.types.programme import CoachMode

if TYPE_CHECKING:
    from hipdrive.runners.profile import RunnerProfile

HEIGHTS_M = (0.5, 2.5)


def add_to(actions: session_options.Commands) -> None:
    """Declare the command."""
    parser = actions.add_parser(
        "set",
        help="make a profile, or change a runner's height and mode",
        description="Makes a profile before the first session, or changes one.",
    )
    parser.add_argument("name", type=session_options.name_argument, metavar="NAME")
    parser.add_argument(
        "--height-m", type=_height, metavar="METRES", help="the runner's height, for the scale"
    )
    parser.add_argument(
        "--mode",
        type=CoachMode,
        choices=list(CoachMode),
        help="programme: eight sessions whose feedback fades, then maintenance; maintenance: at "
        "once; free: feedback all the time",
    )
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.errors import ConfigError
    from hipdrive.runners.opening import profile_store

    config = load(arguments.config)
    if not arguments.name:
        raise ConfigError("a guest has no profile; give a name")
    mode = arguments.mode
    store = profile_store(config, complain)
    profile, new = store.change(
        arguments.name, arguments.height_m, mode, CoachMode(config.coach.runner_mode)
    )
    say(told(profile, new=new))
    return DONE


def told(profile: RunnerProfile, *, new: bool) -> str:
    """What was done, in a line."""
    height = "" if profile.height_m is None else f", {profile.height_m:.2f} m"
    now = f"{profile.mode}{height}, {profile.sessions_done} sessions done"
    return f"{profile.name}, who {'is new' if new else 'was known'}: {now}"


def _height(text: str) -> float:
    least, most = HEIGHTS_M
    try:
        height_m = float(text)
    except ValueError:
        height_m = 0.0
    if not least <= height_m <= most:
        message = f"a height in metres, {least} to {most}"
        raise argparse.ArgumentTypeError(message)
    return height_m
