"""`hipdrive runner forget`: remove all that is kept of a runner."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import complain, say

if TYPE_CHECKING:
    import argparse


def add_to(actions: session_options.Commands) -> None:
    """Declare the command."""
    parser = actions.add_parser(
        "forget",
        help="remove all that is kept of a runner",
        description="Removes the profile with its baselines and retention probes, and the name "
        "from the session folders in the data folder. The figures of those sessions stay, as "
        "nobody's; remove the folders to be rid of them too.",
    )
    parser.add_argument("name", type=session_options.name_argument, metavar="NAME")
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.errors import UnknownRunnerError
    from hipdrive.runners.opening import profile_store
    from hipdrive.runners.session_folders import folders_of, remove_name
    from hipdrive.runners.set_aside import copies

    config = load(arguments.config)
    store, name = profile_store(config, complain), arguments.name
    folders = folders_of(config.data_path(os.environ) / "sessions", name)
    try:
        profile = store.forget(name)
    except UnknownRunnerError:
        # A session that did not count has the name all the same.
        if not folders or not name:
            raise
        say(f"{name} has no profile")
    else:
        say(
            f"{name} is forgotten: {len(profile.sessions)} sessions, {len(profile.baselines)} "
            f"baselines, {len(profile.probes)} retention probes"
        )
    for folder in folders:
        remove_name(folder, name)
    if folders:
        say(
            f"the name is taken out of {len(folders)} session folders, whose figures stay "
            "(hipdrive report makes their reports again):"
        )
    for folder in folders:
        say(f"  {folder}")
    for copy in copies(store.path):
        say(f"it may still be in {copy}, a damaged store that was set aside: delete it")
    if config.hub.host:
        say("what the home hub has got stays there; hipdrive hub forget removes what is retained")
    return DONE
