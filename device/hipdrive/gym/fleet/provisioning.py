"""Adds, changes and removes devices of a gym: all of it, or what went wrong."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import signal
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError
from hipdrive.gym.fleet.authority import DeviceAuthority
from hipdrive.gym.fleet.broker_files import (
    FleetError,
    least_rights,
    set_password,
    set_rights,
    users,
)
from hipdrive.gym.fleet.device_files import (
    CERTIFICATE_NAME,
    DeviceLogin,
    device_files,
    remove_device,
    write_device,
)
from hipdrive.gym.fleet.password_hash import new_password, password_hash
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.private_file import make_private_folder, private
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hipdrive.gym.settings import GymConfig

TOLD_AGAIN_S = 0.5
"""Longer than mosquitto takes to read its files."""
_NAME = re.compile(r"([a-z0-9_-]{1,64})/([a-z0-9_-]{1,64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class FleetDevice:
    """A device of the fleet.

    Attributes:
        name: SITE/DEVICE.
        user: its name at the broker.
        may_log_in: the broker has a password for it.
        certificate_ends: when the certificate does that it shows as well; None: it shows none.
    """

    name: str
    user: str
    may_log_in: bool
    certificate_ends: datetime | None = None


def topics_of(name: str) -> Topics:
    """The topics of a device that was named SITE/DEVICE.

    Raises:
        ConfigError: it is no such name.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise ConfigError(
            f"{name!r} is no device: give SITE/DEVICE, each of lower-case letters, digits, - and _"
        )
    return Topics(found[1], found[2])


class Fleet:
    """The devices of a gym, by its configuration. Programs that change it wait for one another.

    Args:
        config: of the gym's server.
    """

    def __init__(self, config: GymConfig) -> None:
        self._config = config
        self._folder = Path(config.fleet.folder).expanduser()
        self._passwords = Path(config.fleet.password_file).expanduser()
        self._rights = Path(config.fleet.acl_file).expanduser()
        self._authority = DeviceAuthority(
            Path(config.fleet.authority_folder).expanduser(),
            Path(config.fleet.authority_file).expanduser(),
            Path(config.fleet.revoked_file).expanduser(),
        )

    def add(self, name: str, *, certificate: bool = False) -> Path:
        """Make a device's password, rights and files, and have the broker know them.

        Args:
            name: SITE/DEVICE.
            certificate: make a key and a certificate as well.

        Returns:
            The folder of its files.

        Raises:
            ConfigError: it is no name, or the gym's configuration cannot be used.
            FleetError: it is there already, or a file cannot be written; nothing is left of it.
        """
        topics = topics_of(name)
        with self._locked():
            if _user(topics) in users(self._passwords):
                raise FleetError(
                    f"{name} is there already; for a new password: fleet rotate {name}"
                )
            return self._make(topics, certificate=certificate)

    def rotate(self, name: str, *, certificate: bool = False) -> Path:
        """Give a device new secrets, and its files anew; the old ones count no more.

        Args:
            name: SITE/DEVICE.
            certificate: make a certificate also for one that had none.

        Raises:
            As `add`, and FleetError where there is no such device.
        """
        topics = topics_of(name)
        with self._locked():
            if _user(topics) not in users(self._passwords):
                raise FleetError(f"{name} is not there; see hipdrive fleet list")
            had = (self._files(topics) / CERTIFICATE_NAME).exists()
            return self._make(topics, certificate=certificate or had)

    def revoke(self, name: str) -> None:
        """Take what a device has away, and have the broker end its connection.

        Raises:
            ConfigError: it is no name.
            FleetError: a file cannot be written, or mosquitto cannot be told.
        """
        topics = topics_of(name)
        with self._locked():
            known = _user(topics) in users(self._passwords) or self._files(topics).exists()
            if not known:
                raise FleetError(f"{name} is not there; see hipdrive fleet list")
            self._take_away(topics)
            self._tell_broker()

    def devices(self) -> list[FleetDevice]:
        """All devices that have files here, by name.

        Raises:
            FleetError: the password file cannot be read.
        """
        known, ends = users(self._passwords), self._authority.ends()
        names = [f"{folder.parent.name}/{folder.name}" for folder in self._folder.glob("*/*")]
        return [
            FleetDevice(
                name,
                user := name.replace("/", "."),
                may_log_in=user in known,
                certificate_ends=ends.get(user),
            )
            for name in sorted(names)
        ]

    def _make(self, topics: Topics, *, certificate: bool) -> Path:
        user, password, folder = _user(topics), new_password(), self._files(topics)
        fleet = self._config.fleet
        ca = self._ca() if fleet.device_tls or certificate else None
        rights = least_rights(topics, fleet.discovery_prefix)
        try:
            days = fleet.certificate_days
            issued = self._authority.issue(user, days) if certificate else None
            login = DeviceLogin(user, password, issued)
            write_device(folder, device_files(self._config, topics, login, ca))
            set_rights(self._rights, topics, user, rights)
            # Last: who has a password has rights and files.
            set_password(self._passwords, user, password_hash(password))
            self._tell_broker()
        except (ConfigError, FleetError):
            with suppress(FleetError):
                self._take_away(topics)
            raise
        return folder

    def _take_away(self, topics: Topics) -> None:
        # First: who has no password has nothing.
        set_password(self._passwords, _user(topics), None)
        set_rights(self._rights, topics, _user(topics), None)
        self._authority.revoke(_user(topics))
        remove_device(self._files(topics))

    def _tell_broker(self) -> None:
        """Have mosquitto read its files again; it then ends connections that may not be.

        Told twice, because mosquitto 2.0 forgets a signal that comes while it reads them.
        """
        if not self._config.fleet.pid_file:
            return
        file = Path(self._config.fleet.pid_file)
        try:
            pid = int(read_small_file(file).decode("ascii"))
            # Of a mosquitto that has died the number may be another's by now.
            if read_process_name(pid) != "mosquitto":
                raise ProcessLookupError(errno.ESRCH, os.strerror(errno.ESRCH))
            os.kill(pid, signal.SIGHUP)
            time.sleep(TOLD_AGAIN_S)
            os.kill(pid, signal.SIGHUP)
        except (OSError, ValueError) as error:
            raise FleetError(
                f"mosquitto cannot be told ({error}): fleet.pid_file has to name its pid_file; "
                "where it runs elsewhere, leave it empty and reload it by hand"
            ) from error

    def _ca(self) -> str | None:
        if not self._config.broker.ca_file:
            return None
        file = Path(self._config.broker.ca_file).expanduser()
        try:
            return read_small_file(file).decode("ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"broker.ca_file: {file} cannot be read ({error})") from error

    def _files(self, topics: Topics) -> Path:
        return self._folder / topics.site / topics.device

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            make_private_folder(self._folder)
            lock = open(self._folder / ".lock", "w", encoding="ascii", opener=private)  # noqa: SIM115
        except OSError as error:
            raise FleetError(
                f"{self._folder} cannot be used ({error.strerror}); run as root"
            ) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def read_process_name(pid: int) -> str:
    """What the kernel calls a process.

    Raises:
        OSError: there is none of that number.
    """
    return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()


def _user(topics: Topics) -> str:
    """Neither site nor device has a dot, so no two devices have the same."""
    return f"{topics.site}.{topics.device}"
