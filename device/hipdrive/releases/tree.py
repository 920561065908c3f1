"""The unpacked release: what it says of itself, and whether it is as it was packed."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from hipdrive.errors import ReleaseError

if TYPE_CHECKING:
    from pathlib import Path

ABOUT, SUMS = "release.json", "SHA256SUMS"
VERSION = re.compile(r"\d+(?:\.\d+)*[a-z0-9.+-]*")


@dataclass(frozen=True, slots=True)
class ReleaseTree:
    """A release as it comes, before it is installed.

    Attributes:
        folder: where it lies.
        version: of hipdrive.
        machine: the kind of processor that its wheels are for, as `uname -m` says it.
        pythons: versions of Python that it has wheels for, as `3.11`.
        digest: SHA-256 of the list of its files and theirs.
    """

    folder: Path
    version: str
    machine: str
    pythons: tuple[str, ...]
    digest: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """What a folder says of itself; `check_sums` says whether that is so.

        Raises:
            ReleaseError: it is no release.
        """
        try:
            about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
            version, machine = str(about["version"]), str(about["machine"])
            pythons = tuple(map(str, about["pythons"]))
            sums = (folder / SUMS).read_bytes()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReleaseError(f"{folder}: is no release of hipdrive ({error})") from error
        if not VERSION.fullmatch(version):
            raise ReleaseError(f"{folder}: {version!r} is no version")
        return cls(folder, version, machine, pythons, hashlib.sha256(sums).hexdigest())

    def check_sums(self) -> None:
        """Compare every file with the list, and the list with the files.

        Raises:
            ReleaseError: a file was changed, is missing, or is not on the list.
        """
        text = (self.folder / SUMS).read_text(encoding="utf-8")
        wanted = {line[66:]: line[:64] for line in text.splitlines()}
        found = {
            str(path.relative_to(self.folder)): file_digest(path)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name != SUMS
        }
        wrong = sorted(name for name in wanted | found if wanted.get(name) != found.get(name))
        if wrong:
            names = ", ".join(wrong[:3])
            raise ReleaseError(
                f"{self.folder}: damaged: {names} is not as it was packed; copy it again"
            )

    def check_machine(self, machine: str, python: str) -> None:
        """Whether its wheels are for a machine.

        Args:
            machine: as `uname -m` says it.
            python: version of the system's Python, as `3.11`.

        Raises:
            ReleaseError: they are not.
        """
        if machine != self.machine:
            raise ReleaseError(
                f"hipdrive {self.version} for {self.machine} does not run here ({machine}); take "
                f"the archive whose name ends in {machine}"
            )
        if python not in self.pythons:
            raise ReleaseError(
                f"hipdrive {self.version} has packages for Python {' and '.join(self.pythons)}, "
                f"and this is {python}; Bookworm and Trixie have one of them"
            )

    def wheel(self, name: str) -> Path:
        """The wheel of a package that there is one of.

        Raises:
            ReleaseError: it is missing.
        """
        for path in self.folder.glob(f"wheels/{name}-*.whl"):
            return path
        raise ReleaseError(f"{self.folder}: has no wheel of {name}")


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def version_key(version: str) -> tuple[tuple[int, ...], bool, str]:
    """By what versions are sorted: 0.9 before 0.10rc1 before 0.10."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    count = tuple(map(int, numbers[0].split("."))) if numbers else ()
    while count and count[-1] == 0:
        count = count[:-1]
    rest = version[numbers.end() if numbers else 0 :]
    return count, not rest or rest.startswith("+"), rest
