"""What an installation does to a machine: few operations, each of them whole or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from hipdrive.errors import ReleaseError
from hipdrive.releases.paths import WHOLE
from hipdrive.whole_file import replacing, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

LAST_LINES = 6
"""Of what a program said before it failed."""


class Host(Protocol):
    """A machine that something is installed on."""

    def say(self, text: str) -> None:
        """Tell the operator."""

    def run(self, *command: str | Path) -> None:
        """Run a program that changes something.

        Raises:
            ReleaseError: it failed.
        """

    def ask(self, *command: str | Path) -> str | None:
        """Run a program that changes nothing; what it said, None if it failed."""

    def show(self, *command: str | Path) -> bool:
        """Run a program whose words are for the operator; whether it succeeded."""

    def write(self, path: Path, text: str, mode: int = 0o644) -> None:
        """Have a file with this text, also after a power cut."""

    def link(self, path: Path, target: Path | str) -> None:
        """Have a link there, in place of another one in a single step."""

    def copy(self, source: Path, target: Path) -> None:
        """Copy a file or a folder."""

    def move(self, source: Path, target: Path) -> None:
        """Rename a file or a folder."""

    def remove(self, path: Path) -> None:
        """Have nothing there."""

    def make_folder(self, path: Path, mode: int = 0o755) -> None:
        """Have a folder there."""

    def sync(self) -> None:
        """Have everything on the disk."""


class ThisHost:
    """The machine that this program runs on.

    Args:
        say: tells the operator.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say

    def say(self, text: str) -> None:
        """As `Host` says."""
        self._say(text)

    def run(self, *command: str | Path) -> None:
        """As `Host` says."""
        try:
            ran = subprocess.run(  # noqa: S603  # no shell, and every caller names its program
                command, check=False, capture_output=True, text=True, errors="replace"
            )
        except OSError as error:
            raise ReleaseError(f"{command[0]}: cannot be run ({error.strerror})") from error
        if ran.returncode:
            said = (ran.stderr.strip() or ran.stdout.strip()).splitlines()[-LAST_LINES:]
            reason = "\n".join([f"`{_typed(command)}` failed ({ran.returncode})", *said])
            raise ReleaseError(reason)

    def ask(self, *command: str | Path) -> str | None:
        """As `Host` says."""
        try:
            ran = subprocess.run(  # noqa: S603  # as above
                command, check=False, capture_output=True, text=True, errors="replace"
            )
        except OSError:
            return None
        return None if ran.returncode else ran.stdout.strip()

    def show(self, *command: str | Path) -> bool:
        """As `Host` says."""
        sys.stdout.flush()
        try:
            return subprocess.run(command, check=False).returncode == 0  # noqa: S603  # as above
        except OSError:
            return False

    def write(self, path: Path, text: str, mode: int = 0o644) -> None:
        """As `Host` says."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            os.fchmod(file.fileno(), mode)
            file.write(text.encode())

    def link(self, path: Path, target: Path | str) -> None:
        """As `Host` says."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        partial.unlink(missing_ok=True)
        partial.symlink_to(target)
        partial.replace(path)
        sync(path.parent)

    def copy(self, source: Path, target: Path) -> None:
        """As `Host` says."""
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)

    def move(self, source: Path, target: Path) -> None:
        """As `Host` says."""
        source.replace(target)
        sync(target.parent)

    def remove(self, path: Path) -> None:
        """As `Host` says."""
        if path.is_dir() and not path.is_symlink():
            # Not half a release by the name of a whole one.
            with suppress(OSError):
                (path / WHOLE).unlink()
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync(path.parent)

    def make_folder(self, path: Path, mode: int = 0o755) -> None:
        """As `Host` says."""
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)

    def sync(self) -> None:
        """As `Host` says."""
        os.sync()


class DryHost(ThisHost):
    """Says what would be done, and does nothing."""

    def run(self, *command: str | Path) -> None:
        """Say it."""
        self.say(f"would run      {_typed(command)}")

    def show(self, *command: str | Path) -> bool:
        """Say it."""
        self.say(f"would run      {_typed(command)}")
        return True

    def write(self, path: Path, text: str, mode: int = 0o644) -> None:
        """Say it."""
        self.say(f"would write    {path} ({len(text)} characters, mode {mode:o})")

    def link(self, path: Path, target: Path | str) -> None:
        """Say it."""
        self.say(f"would link     {path} -> {target}")

    def copy(self, source: Path, target: Path) -> None:
        """Say it."""
        self.say(f"would copy     {source} to {target}")

    def move(self, source: Path, target: Path) -> None:
        """Say it."""
        self.say(f"would rename   {source} to {target}")

    def remove(self, path: Path) -> None:
        """Say it, where there is something."""
        if path.exists() or path.is_symlink():
            self.say(f"would remove   {path}")

    def make_folder(self, path: Path, mode: int = 0o755) -> None:
        """Say it, where there is none."""
        if not path.is_dir():
            self.say(f"would make     {path}/ (mode {mode:o})")

    def sync(self) -> None:
        """Nothing was written."""


def _typed(command: Sequence[str | Path]) -> str:
    return " ".join(map(str, command))
