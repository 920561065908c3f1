"""A machine to install on: its files are real and below a folder, its programs are pretended."""

from __future__ import annotations

import json
import platform
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from hipdrive.errors import ReleaseError
from hipdrive.releases.host import ThisHost
from hipdrive.releases.installing import Installation
from hipdrive.releases.paths import InstallPaths, linked
from hipdrive.releases.switching import Switch
from hipdrive.releases.tree import ReleaseTree, file_digest
from hipdrive.releases.watching import Watch

PYTHON = Path("/usr/bin/python3")
OWNER = 0x74657374
"""The application id of the database of these tests."""


class Clock:
    """A clock that goes when somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


class PretendHost(ThisHost):
    """Files are written; of programs it is remembered what they were asked for.

    systemd's state is kept in a file, as it outlasts whoever asks for it. A release says in
    `config/behaviour` how its service fares: `well`, `dies`, `hangs`, or `refuses` the
    configuration.
    """

    def __init__(self, root: Path, numpy: str | None = None, *, systemd: bool = True) -> None:
        super().__init__(lambda _: None)
        self.paths = InstallPaths(root)
        self.numpy = numpy
        self.ran: list[str] = []
        self._unit = root / "run/unit.json"
        if systemd:
            (root / "run/systemd/system").mkdir(parents=True, exist_ok=True)

    def run(self, *command: str | Path) -> None:
        words = [str(word) for word in command]
        self.ran.append(" ".join(words))
        if words[1:3] == ["-m", "venv"]:
            (Path(words[-1]) / "bin").mkdir(parents=True)
            (Path(words[-1]) / "bin/python").write_text("python")
        elif "install" in words and any("/hipdrive-" in word for word in words):
            Path(words[0]).with_name("hipdrive").write_text("hipdrive")
        elif words[0] == "systemctl":
            self._systemctl(words[1])
        elif "doctor" in words and self._behaviour(Path(words[0]).parents[2]) == "refuses":
            raise ReleaseError("`hipdrive doctor` failed (2)\nconfiguration: no such key")

    def ask(self, *command: str | Path) -> str | None:
        words = [str(word) for word in command]
        if words[0] == "systemctl":
            return self._shown()
        if "libcamera" in words[-1]:
            return self.numpy
        return "{}.{}".format(*platform.python_version_tuple()[:2])

    def sync(self) -> None:
        """Nothing: a process that is killed takes nothing from the kernel, so a disk would only be
        waited for."""

    def boot(self) -> None:
        """The power is back: systemd starts what is enabled, by what `current` leads to."""
        enabled = self.paths.units / "multi-user.target.wants/hipdrive.service"
        if enabled.is_symlink() or linked(self.paths.current):
            self._systemctl("start")

    @property
    def service_runs(self) -> bool:
        return "ActiveState=active" in self._shown()

    def _systemctl(self, verb: str) -> None:
        if verb == "start":
            self._migrate()
            self._set(behaviour=self._behaviour(linked(self.paths.current)), restarts=0)
        elif verb == "stop":
            self._set(behaviour="stopped", restarts=0)

    def _shown(self) -> str:
        try:
            unit = json.loads(self._unit.read_text())
        except FileNotFoundError:
            unit = {"behaviour": "stopped", "restarts": 0}
        if unit["behaviour"] == "dies":
            self._set(behaviour="dies", restarts=unit["restarts"] + 1)
        state = {
            "well": "ActiveState=active\nSubState=running",
            "dies": "ActiveState=active\nSubState=running",
            "hangs": "ActiveState=activating\nSubState=start",
            "stopped": "ActiveState=inactive\nSubState=dead",
        }[unit["behaviour"]]
        return f"{state}\nNRestarts={unit['restarts']}"

    def _set(self, **unit: object) -> None:
        self.write(self._unit, json.dumps(unit))

    def _behaviour(self, release: Path | None) -> str:
        return (release / "config/behaviour").read_text() if release else "stopped"

    def _migrate(self) -> None:
        """What a release does to its database when it starts: the layout has its major version."""
        release, file = linked(self.paths.current), self.paths.data / "history.sqlite"
        if release is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(file)) as db:
                major = int(release.name.split(".", maxsplit=1)[0])
                db.execute(f"PRAGMA application_id = {OWNER}")
                if db.execute("PRAGMA user_version").fetchone()[0] < major:
                    db.execute(f"CREATE TABLE layout_{major} (x)")
                    db.execute(f"PRAGMA user_version = {major}")
                db.commit()


def make_tree(folder: Path, version: str, behaviour: str = "well") -> ReleaseTree:
    """A release as it is unpacked, with empty wheels."""
    wheels = (f"hipdrive-{version}-py3-none-any.whl", "pip-26.0-py3-none-any.whl")
    lock = "numpy==1.24.2 \\\n    --hash=sha256:00\nrich==15.0.0 \\\n    --hash=sha256:11\n"
    files = {
        "release.json": json.dumps(
            {
                "version": version,
                "machine": platform.machine(),
                # Those that real ones have, and the one that runs the tests.
                "pythons": sorted({"3.11", "3.13", f"3.{sys.version_info.minor}"}),
            }
        ),
        "requirements/runtime.lock": lock,
        "requirements/raspberry-pi.lock": lock,
        "config/behaviour": behaviour,
        "systemd/hipdrive.service": "[Service]",
        "systemd/hipdrive-update.service": "[Service]",
        "systemd/hipdrive.sysusers": "u hipdrive",
        "update-keys": "ssh-ed25519 AAAA trainer@example",
        **{f"wheels/{name}": "" for name in wheels},
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    sums = [f"{file_digest(folder / name)}  {name}\n" for name in sorted(files)]
    (folder / "SHA256SUMS").write_text("".join(sums))
    return ReleaseTree.read(folder)


def switch_of(host: PretendHost) -> Switch:
    clock = Clock()
    watch = Watch(120, None, clock.monotonic, clock.sleep)
    return Switch(host, host.paths, watch, lambda: "2026-01-01T06:00:00Z")


def installed(root: Path, version: str = "1.0") -> PretendHost:
    """A machine on which a release runs."""
    host = PretendHost(root)
    tree = make_tree(root.with_name(f"{root.name}-{version}"), version)
    Installation(switch_of(host), PYTHON).install(tree)
    host.ran.clear()
    return host


def layout(host: PretendHost) -> int:
    with closing(sqlite3.connect(host.paths.data / "history.sqlite")) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])
