"""Makes a release; `scripts/release` runs it."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pip._vendor.packaging.markers import default_environment
from pip._vendor.packaging.requirements import Requirement
from release_parts import parts_list

from hipdrive import __version__
from hipdrive.errors import HipdriveError
from hipdrive.pose.store import ModelSpec, fetch, manifest
from hipdrive.releases.archive import NAMESPACE, SIGNATURE_ENDING, SUM_ENDING
from hipdrive.releases.host import ThisHost
from hipdrive.releases.installing import KEYS
from hipdrive.releases.tree import ABOUT, SUMS, file_digest
from hipdrive.releases.updating import LATEST, python_version, system_python

REPOSITORY = Path(__file__).resolve().parents[1]
LOCKS = ("runtime", "raspberry-pi")
TAKEN = ("config", "systemd", "LICENSE", "README.md", "CHANGELOG.md")
MACHINES, PYTHONS = ("aarch64", "x86_64"), ("3.11", "3.13")
GLIBC_MINORS = range(36, 4, -1)
"""Bookworm has glibc 2.36, and a wheel for an older one runs there."""
FREE = {"Apache-2.0", "MIT"}
"""Licences under which a model may be passed on; the text of the first lies beside it."""
BUILD_TOOLS = ("hatchling", "packaging", "pathspec", "pluggy", "trove_classifiers")


@dataclass(frozen=True, slots=True)
class Target:
    """What a release is for: a kind of processor, and versions of Python."""

    machine: str
    pythons: tuple[str, ...]


def main() -> None:
    """Make what the command line asks for."""
    arguments = parsed()
    if arguments.tree:
        # For the Python that it will be installed on, whichever runs this.
        here = Target(platform.machine(), (python_version(ThisHost(say), system_python()),))
        make_tree(arguments.tree, here, None, wheels=not arguments.no_wheels)
        return
    arguments.out.mkdir(parents=True, exist_ok=True)
    names = {}
    for machine in arguments.machine or MACHINES:
        target = Target(machine, tuple(arguments.python or PYTHONS))
        archive = make_archive(arguments.out, target, arguments.key)
        names[machine] = archive.name
        say(f"{archive} ({archive.stat().st_size / 1e6:.0f} MB)")
    latest = arguments.out / LATEST
    latest.write_text(json.dumps({"version": __version__, "files": names}) + "\n", encoding="utf-8")
    sign(latest, arguments.key)


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/release", description=__doc__)
    parser.add_argument("--machine", action="append", choices=MACHINES)
    parser.add_argument("--python", action="append", choices=PYTHONS)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--out", type=Path, default=REPOSITORY / "dist")
    parser.add_argument("--tree", type=Path)
    parser.add_argument("--no-wheels", action="store_true")
    return parser.parse_args()


def say(text: str) -> None:
    """A line for the operator."""
    print(f"hipdrive: {text}", file=sys.stderr)


def epoch_s() -> int:
    """When the release is said to be made: of the newest commit, so that it is the same again."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "log", "-1", "--format=%ct"]
    ran = subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True, text=True)  # noqa: S603  # no shell, here and below
    return int(ran.stdout) if ran.returncode == 0 and ran.stdout.strip() else 315_532_800


def make_archive(out: Path, target: Target, key: Path | None) -> Path:
    """The archive, and what lies beside it."""
    name = f"hipdrive-{__version__}-{target.machine}"
    archive = out / f"{name}.tar"
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / name
        tree.mkdir()
        make_tree(tree, target, key)
        pack(tree, archive)
        shutil.copy(tree / "sbom.cdx.json", out / f"{name}.cdx.json")
    line = f"{file_digest(archive)}  {archive.name}\n"
    archive.with_name(archive.name + SUM_ENDING).write_text(line, encoding="utf-8")
    sign(archive, key)
    return archive


def make_tree(tree: Path, target: Target, key: Path | None, *, wheels: bool = True) -> None:
    """What is in an archive."""
    for name in TAKEN:
        source, copy = REPOSITORY / name, tree / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy)
    shutil.copy(REPOSITORY / "scripts/install", tree / "install")
    (tree / "requirements").mkdir()
    for name in LOCKS:
        shutil.copy(REPOSITORY / f"requirements/{name}.lock", tree / "requirements")
    (tree / "wheels").mkdir()
    models = {}
    if wheels:
        models = bring_models(tree / "models")
        for python in target.pythons:
            for name in LOCKS:
                download(name, python, target.machine, tree / "wheels")
        build_wheel(tree / "wheels")
    else:
        for name in ("pip-0", f"hipdrive-{__version__}"):
            (tree / "wheels" / f"{name}-py3-none-any.whl").touch()
    if key:
        shutil.copy(key.with_name(key.name + ".pub"), tree / KEYS)
    about = {"version": __version__, "machine": target.machine, "pythons": target.pythons}
    (tree / ABOUT).write_text(json.dumps(about) + "\n", encoding="utf-8")
    if wheels:
        found = parts_list(__version__, [*(tree / "wheels").glob("*.whl")], models, epoch_s())
        (tree / "sbom.cdx.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    paths = sorted(path for path in tree.rglob("*") if path.is_file())
    sums = [f"{file_digest(path)}  {path.relative_to(tree)}\n" for path in paths]
    (tree / SUMS).write_text("".join(sums), encoding="utf-8")


def bring_models(folder: Path) -> dict[Path, ModelSpec]:
    """The pose models that may be passed on and can be had."""
    folder.mkdir()
    shutil.copy(REPOSITORY / "models/APACHE-2.0.txt", folder)
    brought = {}
    for spec in manifest().values():
        if spec.url and spec.licence in FREE:
            try:
                fetch(spec, folder, None, os.environ)
            except HipdriveError as error:
                say(f"without {spec.name}: {error}")
                continue
            brought[folder / spec.file] = spec
    return brought


def pins_for(lock: str, python: str, machine: str) -> str:
    """The pins of a lock file that apply to a target, without their markers.

    Pip evaluates markers for the Python that it runs on, whatever it is told to download for.
    """
    environment = {
        **default_environment(),
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
    }
    kept = []
    text = (REPOSITORY / f"requirements/{lock}.lock").read_text(encoding="utf-8")
    without_comments = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)
    for line in without_comments.replace("\\\n", " ").splitlines():
        written, *hashes = re.split(r"\s+--hash=", line.strip())
        pin = Requirement(written)
        if pin.marker is None or pin.marker.evaluate(environment):
            kept.append(" --hash=".join([f"{pin.name}{pin.specifier}", *hashes]))
    return "".join(f"{line}\n" for line in kept)


def download(lock: str, python: str, machine: str, folder: Path) -> None:
    """The wheels that a lock file names for a target, each with one of its hashes.

    They are kept for the next release with the same pins.
    """
    text = pins_for(lock, python, machine)
    target = f"{python}-{machine}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    kept = REPOSITORY / ".cache/wheels" / target
    if not (kept / "pins.txt").exists():
        say(f"fetching the packages of {lock} for Python {python} on {machine}")
        kept.mkdir(parents=True, exist_ok=True)
        (kept / "wanted.txt").write_text(text, encoding="utf-8")
        glibc = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS]
        platforms = [f"--platform={each}" for each in (*glibc, f"manylinux2014_{machine}")]
        pip(
            *("download", "--no-deps", "--require-hashes", "--only-binary=:all:"),
            *("--implementation=cp", f"--python-version={python}", *platforms),
            *("--dest", str(kept), "--requirement", str(kept / "wanted.txt")),
        )
        (kept / "wanted.txt").rename(kept / "pins.txt")
    for wheel in kept.glob("*.whl"):
        shutil.copy(wheel, folder)


def build_wheel(folder: Path) -> None:
    """The wheel of hipdrive, by the build tools that the lock file brought."""
    with tempfile.TemporaryDirectory() as tools:
        wheels = [str(next(folder.glob(f"{name}-*.whl"))) for name in BUILD_TOOLS]
        pip("install", "--no-index", "--no-deps", "--target", tools, *wheels)
        environment = {**os.environ, "PYTHONPATH": tools, "SOURCE_DATE_EPOCH": str(epoch_s())}
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, stdout=sys.stderr)  # noqa: S603


def pip(*arguments: str) -> None:
    """Run pip, which complains by itself."""
    quiet = ("--quiet", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", *arguments, *quiet], check=True)  # noqa: S603


def pack(tree: Path, archive: Path) -> None:
    """The same tree gives the same archive, whoever packs it, wherever and when.

    Not compressed: wheels are, and models hardly can be.
    """

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        member.mtime = epoch_s()
        member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
        return member

    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as tar:
        for path in [tree, *sorted(tree.rglob("*"))]:
            tar.add(path, str(path.relative_to(tree.parent)), recursive=False, filter=plain)


def sign(file: Path, key: Path | None) -> None:
    """Sign a file, if there is something to sign with."""
    signature = file.with_name(file.name + SIGNATURE_ENDING)
    signature.unlink(missing_ok=True)
    if key is None:
        say(f"{file.name} is not signed (--key): hipdrive update will not take it")
        return
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file)]
    subprocess.run(command, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
