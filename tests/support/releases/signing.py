"""Archives with checksum and signature, as scripts/release makes them."""

from __future__ import annotations

import subprocess
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from hipdrive.releases.tree import file_digest
from support.releases.machine import make_tree

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Signer:
    key: Path

    @property
    def public(self) -> str:
        return self.key.with_suffix(".pub").read_text().strip()

    def sign(self, file: Path, namespace: str = "hipdrive-release") -> None:
        file.with_name(f"{file.name}.sig").unlink(missing_ok=True)
        command = [
            "ssh-keygen",
            "-q",
            "-Y",
            "sign",
            "-f",
            str(self.key),
            "-n",
            namespace,
            str(file),
        ]
        subprocess.run(command, check=True, capture_output=True)


def new_signer(key: Path) -> Signer:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "maker", "-f", str(key)]
    try:
        subprocess.run(command, check=True)
    except FileNotFoundError:
        pytest.skip("ssh-keygen is not on this machine; on Debian: apt install openssh-client")
    return Signer(key)


def archive_of(folder: Path, version: str, signer: Signer, behaviour: str = "well") -> Path:
    """An archive with checksum and signature, as scripts/release makes it."""
    tree = make_tree(folder / f"hipdrive-{version}", version, behaviour)
    archive = folder / f"hipdrive-{version}-{tree.machine}.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(tree.folder, tree.folder.name)
    seal(archive, signer)
    return archive


def seal(archive: Path, signer: Signer) -> None:
    line = f"{file_digest(archive)}  {archive.name}\n"
    archive.with_name(f"{archive.name}.sha256").write_text(line)
    signer.sign(archive)
