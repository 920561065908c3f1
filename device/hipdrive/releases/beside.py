"""Puts a release beside those that are installed; the one that runs is not touched."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from hipdrive.errors import ReleaseError
from hipdrive.releases.paths import WHOLE, is_whole, program

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hipdrive.releases.host import Host
    from hipdrive.releases.paths import InstallPaths
    from hipdrive.releases.tree import ReleaseTree

KEPT = ("config", "models", "requirements", "systemd", "LICENSE", "sbom.cdx.json")
"""What a release keeps of its archive, beside the packages."""
DIGEST_DIGITS = 8
ASK_NUMPY = "import libcamera, numpy; print(numpy.__version__)"


def install_beside(host: Host, paths: InstallPaths, tree: ReleaseTree, python: Path) -> Path:
    """Install a release into a folder of its own.

    A release that is all there has a file that is written last, when everything else is on the
    disk; what a power cut left without it is begun anew.

    Args:
        host: the machine.
        paths: its places.
        tree: what to install; its sums have been checked.
        python: the system's.

    Returns:
        The folder of the release.

    Raises:
        ReleaseError: it cannot be installed; nothing but its own folder was touched.
    """
    numpy = host.ask(python, "-c", ASK_NUMPY)
    # A camera's libraries that came later want another environment.
    digest = hashlib.sha256(f"{tree.digest} {numpy}".encode()).hexdigest()
    folder = _place(paths, tree.version, digest)
    if is_whole(folder, digest):
        host.say(f"hipdrive {tree.version} is in {folder}")
        return folder
    host.say(f"installing hipdrive {tree.version} into {folder}")
    host.remove(folder)
    host.make_folder(folder)
    for name in KEPT:
        if (tree.folder / name).exists():
            host.copy(tree.folder / name, folder / name)
    _install_packages(host, folder, tree, python, numpy)
    host.run(program(folder), "--version")
    host.sync()
    about = {"version": tree.version, "digest": digest}
    host.write(folder / WHOLE, json.dumps(about) + "\n")
    return folder


def _place(paths: InstallPaths, version: str, digest: str) -> Path:
    """The folder for a release; another build of a version has a name of its own."""
    folder = paths.releases / version
    if is_whole(folder) and not is_whole(folder, digest):
        return paths.releases / f"{version}-{digest[:DIGEST_DIGITS]}"
    return folder


def _install_packages(
    host: Host, folder: Path, tree: ReleaseTree, python: Path, numpy: str | None
) -> None:
    """Make the virtual environment: what the lock file names with its hashes, then hipdrive.

    On a Raspberry Pi the camera's libraries come from Debian and are compiled against Debian's
    numpy. They are seen from the environment, and numpy is left as it is.
    """
    venv = folder / "venv"
    options = ["--system-site-packages"] if numpy else []
    host.run(python, "-m", "venv", "--without-pip", *options, venv)
    lock = tree.folder / "requirements/runtime.lock"
    if numpy:
        lock = folder / "requirements/installed.lock"
        host.write(lock, _beside_numpy(tree, numpy))
    pip: tuple[str | Path, ...] = (venv / "bin/python", tree.wheel("pip") / "pip")
    pip = (*pip, "install", "--quiet", "--no-index", "--no-deps", "--no-cache-dir")
    pip = (*pip, "--disable-pip-version-check")
    host.run(*pip, "--find-links", tree.folder / "wheels", "--require-hashes", "-r", lock)
    host.run(*pip, tree.wheel("hipdrive"))


def _beside_numpy(tree: ReleaseTree, installed: str) -> str:
    """The lock file for machines with a numpy of their own, without it."""
    file = tree.folder / "requirements/raspberry-pi.lock"
    text = file.read_text(encoding="utf-8")
    locked = re.findall(r"^numpy==([\d.]+)", text, re.MULTILINE)
    if installed.split(".", maxsplit=1)[0] not in {version.split(".")[0] for version in locked}:
        raise ReleaseError(
            f"the system's numpy is {installed}, and hipdrive {tree.version} fits "
            f"{' and '.join(locked)}, those of Raspberry Pi OS Bookworm and Trixie"
        )
    return "".join(without({"numpy"}, text.splitlines(keepends=True)))


def without(names: set[str], lines: Iterable[str]) -> Iterable[str]:
    """The lines of a lock file that are not about these packages."""
    left_out = False
    for line in lines:
        if line[:1] not in {" ", "#", "\n"}:
            left_out = re.split(r"[=\s]", line, maxsplit=1)[0] in names
        if not left_out:
            yield line
