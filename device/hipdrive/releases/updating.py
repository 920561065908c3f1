"""An update: from a file or an address to a release that runs, checked before it is touched."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.errors import ReleaseError
from hipdrive.releases.archive import (
    NAME,
    SIGNATURE_ENDING,
    bring,
    check_signature,
    check_sum,
    unpack,
)
from hipdrive.releases.beside import install_beside
from hipdrive.releases.paths import linked, program
from hipdrive.releases.tree import VERSION, version_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hipdrive.releases.host import Host
    from hipdrive.releases.journal import UpdateOutcome
    from hipdrive.releases.paths import InstallPaths
    from hipdrive.releases.switching import Switch
    from hipdrive.releases.tree import ReleaseTree

LATEST = "hipdrive-latest.json"
"""Beside the archives: which is the newest; signed like them."""
USER = "hipdrive"


@dataclass(frozen=True, slots=True)
class Update:
    """Brings, checks and installs a release, then switches to it.

    Attributes:
        switch: switches, watches and goes back.
        keys: public keys that releases may be signed with.
        python: the system's Python.
    """

    switch: Switch
    keys: Sequence[str]
    python: Path

    def run(self, source: str, *, older: bool = False) -> UpdateOutcome | None:
        """Update to the archive.

        Args:
            source: its path or address.
            older: True for a release that is older than the one that runs, too.

        Returns:
            What became of it; None: that release runs already.

        Raises:
            ReleaseError: nothing was switched; the message says why.
        """
        host, paths = self.switch.host, self.switch.paths
        current = linked(paths.current)
        if current is None:
            raise ReleaseError(f"{paths.current}: no release is installed; run scripts/install")
        try:
            tree = self._brought(source)
            tree.check_machine(platform.machine(), python_version(host, self.python))
            if not older and version_key(tree.version) < version_key(current.name):
                raise ReleaseError(
                    f"{tree.version} is older than {current.name}, which runs; --rollback goes "
                    "back to the one before, --older takes this one all the same"
                )
            release = install_beside(host, paths, tree, self.python)
        finally:
            host.remove(paths.incoming)
        if release.resolve() == current.resolve():
            return None
        bring_models(host, paths, release)
        self._try_out(release)
        return self.switch.to(release)

    def newest(self, source: str) -> tuple[str, str]:
        """The newest release below an address or in a folder, remembered for the hub.

        Args:
            source: where archives and `hipdrive-latest.json` lie.

        Returns:
            Its version, and path or address of its archive for this machine.

        Raises:
            ReleaseError: this cannot be found out.
        """
        host, paths = self.switch.host, self.switch.paths
        source = source.rstrip("/")
        host.remove(paths.incoming)
        host.make_folder(paths.incoming, 0o700)
        try:
            file = bring(f"{source}/{LATEST}", paths.incoming, ("", SIGNATURE_ENDING))
            check_signature(file, self.keys)
            values = json.loads(file.read_text(encoding="utf-8"))
            version, name = str(values["version"]), str(values["files"][platform.machine()])
        except (ValueError, KeyError, TypeError) as error:
            raise ReleaseError(
                f"{source}/{LATEST}: names no archive for {platform.machine()}"
            ) from error
        finally:
            host.remove(paths.incoming)
        if not VERSION.fullmatch(version) or not NAME.fullmatch(name):
            raise ReleaseError(f"{source}/{LATEST}: {name!r} is no archive of a release")
        host.write(paths.latest, json.dumps({"version": version}) + "\n")
        return version, f"{source}/{name}"

    def _brought(self, source: str) -> ReleaseTree:
        """The release, by somebody who may sign, and undamaged."""
        host, paths = self.switch.host, self.switch.paths
        host.remove(paths.incoming)
        host.make_folder(paths.incoming, 0o700)
        archive = bring(source, paths.incoming)
        check_signature(archive, self.keys)
        check_sum(archive)
        return unpack(archive, paths.incoming / "tree")

    def _try_out(self, release: Path) -> None:
        """Whether a release understands the configuration, and its model runs here."""
        paths = self.switch.paths
        self.switch.host.run(
            *as_user(paths),
            program(release),
            "doctor",
            "--config",
            paths.config,
            "--only",
            "configuration,model",
        )


def python_version(host: Host, python: Path) -> str:
    """Of a Python, as `3.11`.

    Raises:
        ReleaseError: it does not start.
    """
    said = host.ask(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
    if said is None:
        raise ReleaseError(f"{python}: does not start; run: sudo apt install python3")
    return said


def system_python() -> Path:
    """The system's, to which the camera's libraries belong; else the one that this runs on."""
    system = Path("/usr/bin/python3")
    return system if system.exists() else Path(sys.executable)


def bring_models(host: Host, paths: InstallPaths, release: Path) -> None:
    """Have the pose model that is configured, checked; those in the archive come with a release."""
    if str(paths.root) != "/":
        return
    command: tuple[str | Path, ...] = (*as_user(paths), program(release), "models", "fetch")
    try:
        host.run(*command, "--config", paths.config, "--from", release / "models")
    except ReleaseError as error:
        host.say(f"{error}\nwith a network: sudo hipdrive models fetch")


def as_user(paths: InstallPaths) -> tuple[str, ...]:
    """What a command of the service's user begins with; empty where there is no such user."""
    if os.geteuid() != 0 or str(paths.root) != "/":
        return ()
    home = f"HOME={paths.data}"
    return ("runuser", "-u", USER, "--", "env", "-C", str(paths.data), home)


@contextmanager
def alone(paths: InstallPaths) -> Iterator[None]:
    """Nobody else installs or updates meanwhile.

    Raises:
        ReleaseError: somebody does.
    """
    paths.base.mkdir(parents=True, exist_ok=True)
    with paths.lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ReleaseError(
                "an installation or an update is going on; wait for its end"
            ) from error
        yield
