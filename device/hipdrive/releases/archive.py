"""The file that a release comes in: who made it, whether it is undamaged, what is in it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tarfile
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hipdrive.errors import ReleaseError
from hipdrive.releases.tree import ReleaseTree, file_digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import BinaryIO

NAME = re.compile(r"hipdrive-\d[A-Za-z0-9.+-]*\.tar")
SUM_ENDING, SIGNATURE_ENDING = ".sha256", ".sig"
SIGNER, NAMESPACE = "hipdrive", "hipdrive-release"
"""By what `ssh-keygen -Y` tells a signature of a release from one of something else."""
MOST_BYTES = 2_000_000_000
"""An archive has some 300 MB; what is much larger is something else."""
TIMEOUT_S = 60
_CHUNK_BYTES = 1 << 20


def bring(
    source: str, folder: Path, endings: Sequence[str] = ("", SUM_ENDING, SIGNATURE_ENDING)
) -> Path:
    """Bring a file and those beside it into a folder.

    Args:
        source: path or address (http, https) of the file.
        folder: nobody else may write into it, so that what is checked is what is installed.
        endings: what is brought, by what is added to the name.

    Returns:
        The file.

    Raises:
        ReleaseError: one of them cannot be had.
    """
    name = (
        urlsplit(source).path.rpartition("/")[2]
        if _is_address(source)
        else source.rpartition("/")[2]
    )
    for ending in endings:
        try:
            with _opened(source, ending) as stream, (folder / (name + ending)).open("wb") as file:
                _copy(stream, file, source + ending)
        except OSError as error:
            raise ReleaseError(
                f"{source}{ending}: cannot be had ({error.strerror or error}); an archive, its "
                f"{SUM_ENDING} and its {SIGNATURE_ENDING} lie side by side"
            ) from error
    return folder / name


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _opened(source: str, ending: str) -> BinaryIO:
    if not _is_address(source):
        return open(source + ending, "rb")  # noqa: PTH123  # closed by the caller
    address = urlsplit(source)
    whole = address._replace(path=address.path + ending).geturl()
    answer: BinaryIO = urllib.request.urlopen(whole, timeout=TIMEOUT_S)  # noqa: S310  # http(s)
    return answer


def _copy(stream: BinaryIO, file: BinaryIO, source: str) -> None:
    count = 0
    while chunk := stream.read(_CHUNK_BYTES):
        count += len(chunk)
        if count > MOST_BYTES:
            raise ReleaseError(f"{source}: more than {MOST_BYTES:,} bytes; no release is so large")
        file.write(chunk)


def check_sum(archive: Path) -> None:
    """Compare a file with the checksum beside it.

    Raises:
        ReleaseError: they differ.
    """
    text = archive.with_name(archive.name + SUM_ENDING).read_text(
        encoding="utf-8", errors="replace"
    )
    wanted = text.split(maxsplit=1)[0] if text.strip() else ""
    found = file_digest(archive)
    if found != wanted:
        raise ReleaseError(
            f"{archive.name}: damaged on its way: its SHA-256 is {found}, and {wanted[:64]!r} was "
            "meant; bring it again"
        )


def check_signature(archive: Path, keys: Sequence[str]) -> None:
    """Check that a file was signed with one of the keys (`ssh-keygen -Y verify`).

    Args:
        archive: the file; its signature lies beside it.
        keys: public keys, as a line of an `authorized_keys` file has them.

    Raises:
        ReleaseError: it was not, or this cannot be found out.
    """
    if not keys:
        raise ReleaseError(
            "no key is trusted to sign releases; put the public key of whoever makes them into "
            "update.keys of the configuration"
        )
    allowed = archive.with_name("allowed_signers")
    allowed.write_text(
        "".join(f'{SIGNER} namespaces="{NAMESPACE}" {key}\n' for key in keys), encoding="utf-8"
    )
    signature = archive.with_name(archive.name + SIGNATURE_ENDING)
    command = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", SIGNER, "-n", NAMESPACE]
    try:
        with archive.open("rb") as file:
            ran = subprocess.run(  # noqa: S603  # no shell
                [*command, "-s", str(signature)],
                stdin=file,
                capture_output=True,
                text=True,
                check=False,
            )
    except OSError as error:
        raise ReleaseError(
            f"the signature cannot be checked: ssh-keygen: {error.strerror}; run: sudo apt install "
            "openssh-client"
        ) from error
    if ran.returncode:
        said = " ".join((ran.stderr or ran.stdout).split())
        raise ReleaseError(
            f"{archive.name}: is not signed with a key of update.keys ({said}); nothing was touched"
        )


def unpack(archive: Path, folder: Path) -> ReleaseTree:
    """Unpack an archive whose signature has been checked.

    Args:
        archive: the file.
        folder: where to; it is made.

    Returns:
        The release in it, undamaged.

    Raises:
        ReleaseError: it is no archive of a release.
    """
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                _unpack_member(tar, member, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        if isinstance(error, ReleaseError):
            raise
        raise ReleaseError(f"{archive.name}: cannot be unpacked ({error})") from error
    tops = [path for path in folder.glob("*") if path.is_dir()]
    if len(tops) != 1:
        raise ReleaseError(f"{archive.name}: is no release of hipdrive")
    tree = ReleaseTree.read(tops[0])
    tree.check_sums()
    return tree


def _unpack_member(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Plain files by plain names only. `tarfile` of Bookworm's Python knows no filters."""
    target = folder / member.name
    if (
        member.name.startswith("/")
        or ".." in target.parts
        or not (member.isfile() or member.isdir())
    ):
        raise ReleaseError(f"{member.name!r} does not belong into a release")
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(member)
    if content is None:
        raise ReleaseError(f"{member.name!r} cannot be read")
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)
    target.chmod(0o755 if member.mode & 0o100 else 0o644)
