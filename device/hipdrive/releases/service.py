"""The service, as systemd runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.releases.paths import SERVICE, UPDATE_SERVICE

if TYPE_CHECKING:
    from hipdrive.releases.host import Host
    from hipdrive.releases.paths import InstallPaths

WANTS = "multi-user.target.wants"
"""Where the links of what is started with the system are."""
ASKED = "--property=ActiveState,SubState,NRestarts"


@dataclass(frozen=True, slots=True)
class UnitState:
    """What systemd says of a unit (org.freedesktop.systemd1(5)).

    Attributes:
        active: `ActiveState`.
        sub: `SubState`.
        restarts: how often systemd had to start it again since it was asked to.
    """

    active: str
    sub: str
    restarts: int

    @property
    def runs(self) -> bool:
        """Whether it has started and works."""
        return (self.active, self.sub) == ("active", "running")

    def __str__(self) -> str:
        return f"{self.active} ({self.sub})"


class Service:
    """hipdrive's service. Where systemd does not run, nothing is started or stopped.

    Args:
        host: the machine.
        paths: its places.
    """

    def __init__(self, host: Host, paths: InstallPaths) -> None:
        self._host = host
        self._paths = paths
        self.present = paths.systemd_runs
        self._systemctl: tuple[str, ...] = ("systemctl",)
        if str(paths.root) != "/" and not self.present:
            self._systemctl = ("systemctl", f"--root={paths.root}")

    def state(self) -> UnitState | None:
        """What systemd says of it; None where systemd does not say."""
        if not self.present:
            return None
        said = self._host.ask(*self._systemctl, "show", ASKED, SERVICE) or ""
        values = dict(line.partition("=")[::2] for line in said.splitlines())
        if not values.get("ActiveState"):
            return None
        restarts = values.get("NRestarts", "")
        return UnitState(
            values["ActiveState"],
            values.get("SubState", ""),
            int(restarts) if restarts.isdecimal() else 0,
        )

    def start(self) -> None:
        """Start it, by the unit as it is now."""
        if self.present:
            self._host.run(*self._systemctl, "daemon-reload")
            # One that failed too often is not started again otherwise.
            self._host.run(*self._systemctl, "reset-failed", SERVICE)
            self._host.run(*self._systemctl, "start", "--no-block", SERVICE)

    def stop(self) -> None:
        """Stop it; it ends the session first."""
        if self.present:
            self._host.run(*self._systemctl, "stop", SERVICE)

    def enable(self) -> None:
        """Have it started with the system.

        systemd links to the path that it is given: through `current`, so that a release and its
        units change in one step. By name it would link to the release of today.
        """
        units = (self._paths.unit(name) for name in (SERVICE, UPDATE_SERVICE))
        self._host.run(*self._systemctl, "enable", *units)

    def disable(self) -> None:
        """Stop it, have it started no more, and have systemd forget it."""
        units = self._paths.units
        if (units / SERVICE).is_symlink():
            self.stop()
        for name in (SERVICE, UPDATE_SERVICE):
            for link in (units / WANTS / name, units / name):
                self._host.remove(link)
        if self.present:
            self._host.run(*self._systemctl, "daemon-reload")
