"""`python -m hipdrive.releases`: what `scripts/install` does, with the system's own Python."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli.exit_codes import DONE, FAILED, WRONG_USE
from hipdrive.cli.say import complain, say
from hipdrive.errors import HipdriveError
from hipdrive.releases.host import DryHost, ThisHost
from hipdrive.releases.installing import Installation
from hipdrive.releases.paths import InstallPaths
from hipdrive.releases.switching import Switch
from hipdrive.releases.tree import ReleaseTree
from hipdrive.releases.updating import alone, system_python

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Install or remove; the exit code."""
    arguments = _parser().parse_args(argv)
    paths = InstallPaths(arguments.root.resolve())
    if not arguments.dry_run and str(paths.root) == "/" and os.geteuid() != 0:
        complain("only root may install; run it with sudo")
        return WRONG_USE
    host = (DryHost if arguments.dry_run else ThisHost)(say)
    installation = Installation(Switch(host, paths), system_python())
    try:
        if arguments.dry_run:
            _work(installation, arguments)
            return DONE
        with alone(paths):
            _work(installation, arguments)
    except (HipdriveError, OSError) as error:
        complain(str(error))
        return FAILED
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="install",
        description="Installs hipdrive on Raspberry Pi OS or Debian, Bookworm or Trixie, and "
        "starts it. Run again it does what is missing.",
    )
    parser.add_argument("tree", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, do nothing")
    parser.add_argument(
        "--remove",
        action="store_true",
        help="remove everything but the sessions that were recorded",
    )
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="DIR", help="take this folder for /"
    )
    return parser


def _work(installation: Installation, arguments: argparse.Namespace) -> None:
    if arguments.remove:
        installation.remove()
        return
    tree = ReleaseTree.read(arguments.tree.resolve())
    if not arguments.dry_run:
        tree.check_sums()
    installation.install(tree)


if __name__ == "__main__":
    sys.exit(main())
