"""Installs a release on a machine that may have none, or removes all of them."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.errors import ReleaseError
from hipdrive.releases.beside import install_beside
from hipdrive.releases.paths import linked, program
from hipdrive.releases.service import Service
from hipdrive.releases.updating import USER, as_user, bring_models, python_version

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.releases.host import Host
    from hipdrive.releases.paths import InstallPaths
    from hipdrive.releases.switching import Switch
    from hipdrive.releases.tree import ReleaseTree

MODEL = "device-tree/model"
CAMERA_PACKAGES = ("python3-picamera2", "python3-lgpio")
KEYS = "update-keys"
"""In the archive: who signs the releases that may follow it."""
EVERYTHING = "configuration,model,camera,gpio,broker,disk"
BESIDE_SERVICE = "configuration,model,broker,disk,page"
"""What can be tried while the service has camera and pins."""
CONFIG = """\
# hipdrive's configuration. Every key with its meaning: /opt/hipdrive/current/config/hipdrive.toml
# After a change: sudo systemctl restart hipdrive
data_dir = "/var/lib/hipdrive"

[web]
enabled = true
host = "0.0.0.0"        # for who has the link; `sudo hipdrive doctor` shows it

[update]
keys = [{keys}]
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """Installs, or removes.

    Attributes:
        switch: takes over where a release runs already; has machine and places.
        python: the system's Python.
    """

    switch: Switch
    python: Path

    @property
    def host(self) -> Host:
        """The machine."""
        return self.switch.host

    @property
    def paths(self) -> InstallPaths:
        """Its places."""
        return self.switch.paths

    def install(self, tree: ReleaseTree) -> None:
        """Install a release and start it; does nothing where that has been done.

        Raises:
            ReleaseError: it cannot be installed; running it again goes on where it ended.
        """
        tree.check_machine(platform.machine(), python_version(self.host, self.python))
        self._install_debian_packages()
        self.switch.finish()
        release = install_beside(self.host, self.paths, tree, self.python)
        self._make_user(tree)
        self._configure(tree)
        bring_models(self.host, self.paths, release)
        current = linked(self.paths.current)
        if current is None:
            self.host.link(self.paths.current, f"releases/{release.name}")
        self.host.link(self.paths.command, program(self.paths.current))
        service = Service(self.host, self.paths)
        service.enable()
        if current is not None and current.name != release.name:
            outcome = self.switch.to(release)
            if outcome.problem:
                raise ReleaseError(str(outcome))
            self._examine(release, BESIDE_SERVICE)
            return
        self.switch.clear()
        state = service.state()
        if state is not None and state.runs:
            self._examine(release, BESIDE_SERVICE)
            return
        self._examine(release, EVERYTHING)
        service.start()
        self._examine(release, "page")

    def remove(self) -> None:
        """Leave nothing but sessions."""
        host, paths = self.host, self.paths
        Service(host, paths).disable()
        for path in (paths.command, paths.users, paths.config.parent, paths.base):
            host.remove(path)
        for path in sorted(paths.data.glob("*")):
            if path.name != "sessions":
                host.remove(path)
        sessions = paths.data / "sessions"
        if any(sessions.glob("*")):
            host.say(f"sessions are left in {sessions}, and the user {USER} whose they are")
            return
        host.remove(paths.data)
        if str(paths.root) == "/" and host.ask("id", "-u", USER):
            host.run("userdel", USER)

    def _install_debian_packages(self) -> None:
        """The camera's libraries on a Raspberry Pi, and what checks signatures."""
        wanted = []
        if not _on_path("ssh-keygen"):
            wanted.append("openssh-client")
        if is_raspberry_pi(self.paths.root):
            wanted += [name for name in CAMERA_PACKAGES if not self._has_package(name)]
        if not wanted or str(self.paths.root) != "/":
            return
        apt = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-qq")
        try:
            self.host.run(*apt, "--no-install-recommends", *wanted)
        except ReleaseError:
            names = " ".join(wanted)
            self.host.say(f"without a network later, by hand: sudo apt install {names}")

    def _has_package(self, name: str) -> bool:
        said = self.host.ask("dpkg-query", "--show", "--showformat=${db:Status-Status}", name)
        return said == "installed"

    def _examine(self, release: Path, parts: str) -> None:
        """Whether everything works; what does not is for the operator, and no fault of this."""
        if str(self.paths.root) == "/":
            command: tuple[str | Path, ...] = (*as_user(self.paths), program(release), "doctor")
            if not self.host.show(*command, "--config", self.paths.config, "--only", parts):
                self.host.say("installed; what is a problem above does not work yet")

    def _make_user(self, tree: ReleaseTree) -> None:
        """The service's user with the rights of camera and pins, and its folder."""
        text = (tree.folder / "systemd/hipdrive.sysusers").read_text(encoding="utf-8")
        if _text(self.paths.users) != text:
            self.host.write(self.paths.users, text)
        if str(self.paths.root) != "/":
            self.host.make_folder(self.paths.data, 0o700)
            return
        if self.host.ask("id", "-u", USER) is None:
            self._add_user()
        self.host.run("install", "-d", "-m", "700", "-o", USER, "-g", USER, self.paths.data)

    def _add_user(self) -> None:
        if _on_path("systemd-sysusers"):
            self.host.run("systemd-sysusers", self.paths.users)
            return
        for group in ("video", "gpio"):
            self.host.run("groupadd", "--system", "--force", group)
        home, shell = ("--home-dir", self.paths.data), ("--shell", "/usr/sbin/nologin")
        self.host.run("useradd", "--system", "--groups", "video,gpio", *home, *shell, USER)

    def _configure(self, tree: ReleaseTree) -> None:
        """A configuration, where there is none."""
        if self.paths.config.exists():
            return
        keys = (_text(tree.folder / KEYS) or "").splitlines()
        listed = ", ".join(f'"{key}"' for key in keys)
        self.host.write(self.paths.config, CONFIG.format(keys=listed))


def is_raspberry_pi(root: Path) -> bool:
    """Whether this is one, by what its firmware says."""
    said = _text(root / "proc/device-tree/model") or _text(
        root / "sys/firmware/devicetree/base/model"
    )
    return "Raspberry Pi" in (said or "")


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _on_path(name: str) -> bool:
    return any(os.access(f"{folder}/{name}", os.X_OK) for folder in os.get_exec_path())
