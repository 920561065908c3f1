"""`hipdrive update`: another release of hipdrive, or the one before."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import complain, say

if TYPE_CHECKING:
    import argparse

    from hipdrive.config import Config
    from hipdrive.releases.journal import UpdateOutcome
    from hipdrive.releases.paths import InstallPaths
    from hipdrive.releases.updating import Update


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "update",
        help="install another release, watched, and taken back when it is not well",
        description="Checks signature and checksum, installs the release beside the one that runs, "
        "switches to it and watches it; goes back by itself when it does not stay well. Without "
        "SOURCE the newest release of update.source.",
    )
    parser.add_argument(
        "source",
        nargs="?",
        metavar="FILE|URL",
        help="an archive; FILE.sha256 and FILE.sig beside it",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--rollback", action="store_true", help="go back to the release before")
    what.add_argument("--status", action="store_true", help="say what is installed, change nothing")
    what.add_argument(
        "--check", action="store_true", help="look for a newer release in update.source, only"
    )
    what.add_argument("--resume", action="store_true", help="end an update that was cut off")
    parser.add_argument("--older", action="store_true", help="take an older release, too")
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="DIR", help="take this folder for /"
    )
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE, WRONG_USE
    from hipdrive.config import load
    from hipdrive.releases.paths import InstallPaths
    from hipdrive.releases.updating import alone

    paths = InstallPaths(arguments.root.resolve())
    if arguments.status:
        _show(paths)
        return DONE
    if str(paths.root) == "/" and os.geteuid() != 0:
        complain("only root may update; run it with sudo")
        return WRONG_USE
    config = load(arguments.config)
    # Whoever is logged in over the network may lose the line.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with alone(paths):
        return _work(_update(config, paths), config, arguments)


def _work(update: Update, config: Config, arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE, WRONG_USE

    switch, source = update.switch, arguments.source
    if (unfinished := switch.finish()) or arguments.resume:
        code = _told(unfinished)
        if arguments.resume or code:
            return code
    if arguments.rollback:
        return _told(switch.back())
    if source is None:
        if not config.update.source:
            complain("which release? Name an archive, or set update.source")
            return WRONG_USE
        version, source = update.newest(config.update.source)
        say(f"newest release: {version}")
        if arguments.check:
            return DONE
    return _told(update.run(source, older=arguments.older))


def _told(outcome: UpdateOutcome | None) -> int:
    """Tell what became of it; the exit code."""
    from hipdrive.cli.exit_codes import DONE, FAILED

    if outcome is None:
        say("nothing to do")
        return DONE
    if outcome.problem:
        complain(str(outcome))
        return FAILED
    say(str(outcome))
    return DONE


def _update(config: Config, paths: InstallPaths) -> Update:
    from hipdrive.releases.host import ThisHost
    from hipdrive.releases.switching import Switch
    from hipdrive.releases.updating import Update, system_python
    from hipdrive.releases.watching import Page, Watch

    page = Page(config.web.port, secure=bool(config.web.cert_file))
    # A page that did not answer before is no fault of the new release.
    served = config.web.enabled and config.web.port and page.answers()
    watch = Watch(config.update.watch_s, page if served else None)
    return Update(Switch(ThisHost(say), paths, watch), config.update.keys, system_python())


def _show(paths: InstallPaths) -> None:
    from hipdrive.releases.journal import SwitchJournal, UpdateOutcome
    from hipdrive.releases.paths import linked, whole_releases

    current, previous = linked(paths.current), linked(paths.previous)
    for release in whole_releases(paths):
        note = " runs" if release == current else " before it" if release == previous else ""
        say(f"{release.name}{note}")
    if current is None:
        say(f"no release is installed in {paths.base}")
    if journal := SwitchJournal.read(paths.journal):
        say(f"{journal.stage}: from {journal.left} to {journal.taken}")
    if outcome := UpdateOutcome.read(paths.outcome):
        say(str(outcome))
