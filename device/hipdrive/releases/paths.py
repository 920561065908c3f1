"""Where everything of an installation lies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

WHOLE = "whole.json"
"""Written into the folder of a release when all else is on the disk; without it there is none."""
SERVICE = "hipdrive.service"
UPDATE_SERVICE = "hipdrive-update.service"


@dataclass(frozen=True, slots=True)
class InstallPaths:
    """The places of one installation.

    Attributes:
        root: `/`, or the folder that stands for it.
    """

    root: Path = Path("/")

    @property
    def base(self) -> Path:
        """What belongs to hipdrive alone."""
        return self.root / "opt/hipdrive"

    @property
    def releases(self) -> Path:
        """A folder for each release."""
        return self.base / "releases"

    @property
    def current(self) -> Path:
        """The link to the release that runs."""
        return self.base / "current"

    @property
    def previous(self) -> Path:
        """The link to the release that ran before it."""
        return self.base / "previous"

    @property
    def incoming(self) -> Path:
        """An archive on its way; root's alone."""
        return self.base / "incoming"

    @property
    def lock(self) -> Path:
        """Held by whoever installs or updates."""
        return self.base / "lock"

    @property
    def journal(self) -> Path:
        """What is being switched; there while it is."""
        return self.base / "update.json"

    @property
    def outcome(self) -> Path:
        """What became of the last update."""
        return self.base / "last-update.json"

    @property
    def latest(self) -> Path:
        """The newest release that `hipdrive update --check` has heard of."""
        return self.base / "latest.json"

    @property
    def config(self) -> Path:
        """The configuration of the service."""
        return self.root / "etc/hipdrive/hipdrive.toml"

    @property
    def units(self) -> Path:
        """Units of the administrator."""
        return self.root / "etc/systemd/system"

    def unit(self, name: str) -> Path:
        """A unit of the release that runs, as systemd sees it: below its own root."""
        return Path("/opt/hipdrive/current/systemd") / name

    @property
    def users(self) -> Path:
        """Tells systemd of the service's user."""
        return self.root / "etc/sysusers.d/hipdrive.conf"

    @property
    def data(self) -> Path:
        """Sessions, models and databases."""
        return self.root / "var/lib/hipdrive"

    @property
    def command(self) -> Path:
        """What `hipdrive` is on the path."""
        return self.root / "usr/local/bin/hipdrive"

    @property
    def systemd_runs(self) -> bool:
        """Whether systemd is what started this system (sd_booted(3))."""
        return (self.root / "run/systemd/system").is_dir()


def program(release: Path) -> Path:
    """The command of a release."""
    return release / "venv/bin/hipdrive"


def is_whole(release: Path, digest: str | None = None) -> bool:
    """Whether a release is all there.

    Args:
        release: its folder.
        digest: that of the tree that it must have come from; None: of any.
    """
    try:
        found = json.loads((release / WHOLE).read_text(encoding="utf-8"))["digest"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return digest in {None, found}


def linked(link: Path) -> Path | None:
    """The release that a link leads to; None where it leads to none that is whole."""
    try:
        release = link.resolve(strict=True)
    except OSError:
        return None
    return release if is_whole(release) else None


def whole_releases(paths: InstallPaths) -> list[Path]:
    """Every release that is all there."""
    return sorted(each for each in paths.releases.glob("*") if is_whole(each))
