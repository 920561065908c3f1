"""Makes another release of an archive: the same files by another version, for scripts/test-install.

usage: python scripts/other_version.py ARCHIVE VERSION KEY [--broken]
"""

from __future__ import annotations

import argparse
import json
import tarfile
import tempfile
import zipfile
from pathlib import Path

from release import pack, sign

from hipdrive.releases.tree import file_digest

BREAK = '\n\ndef execute(arguments: object) -> int:\n    raise SystemExit("broken on purpose")\n'


def with_version(wheel: Path, old: str, new: str, *, broken: bool) -> None:
    """The wheel of hipdrive as that of another version."""
    with (
        zipfile.ZipFile(wheel) as before,
        zipfile.ZipFile(
            wheel.with_name(f"hipdrive-{new}-py3-none-any.whl"), "w", zipfile.ZIP_DEFLATED
        ) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            if name in {"hipdrive/__init__.py", f"hipdrive-{old}.dist-info/METADATA"}:
                content = content.replace(old.encode(), new.encode(), 1)
            if name.endswith("/RECORD"):
                content = content.replace(f"hipdrive-{old}.".encode(), f"hipdrive-{new}.".encode())
            if broken and name == "hipdrive/cli/run.py":
                content += BREAK.encode()
            after.writestr(name.replace(f"hipdrive-{old}.", f"hipdrive-{new}."), content)
    wheel.unlink()


def main() -> None:
    """Write the archive beside the first, with checksum and signature."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("version")
    parser.add_argument("key", type=Path)
    parser.add_argument("--broken", action="store_true")
    arguments = parser.parse_args()
    archive: Path = arguments.archive
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as tar:
        tar.extractall(folder)  # noqa: S202  # made a moment ago
        about = json.loads((Path(folder) / archive.stem / "release.json").read_text())
        old, new = about["version"], arguments.version
        tree = (Path(folder) / archive.stem).rename(
            Path(folder) / archive.stem.replace(old, new, 1)
        )
        [wheel] = tree.glob("wheels/hipdrive-*.whl")
        with_version(wheel, old, new, broken=arguments.broken)
        (tree / "release.json").write_text(json.dumps({**about, "version": new}))
        names = [path for path in sorted(tree.rglob("*")) if path.is_file()]
        sums = [
            f"{file_digest(path)}  {path.relative_to(tree)}\n"
            for path in names
            if path.name != "SHA256SUMS"
        ]
        (tree / "SHA256SUMS").write_text("".join(sums))
        made = archive.with_name(f"{tree.name}.tar")
        pack(tree, made)
    made.with_name(f"{made.name}.sha256").write_text(f"{file_digest(made)}  {made.name}\n")
    sign(made, arguments.key)


if __name__ == "__main__":
    main()
