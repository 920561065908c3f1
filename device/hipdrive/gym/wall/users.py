"""Who may look at the wall, and who may steer: a line a user in a file of its owner's alone."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive import secret_file
from hipdrive.errors import ConfigError, HipdriveError
from hipdrive.gym.wall.password_scrypt import (
    LEAST_CHARACTERS,
    LOG_N,
    MOST_CHARACTERS,
    hashed,
)
from hipdrive.private_file import make_private_folder
from hipdrive.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)
KEY_BYTES = 32


class WallUserError(HipdriveError, OSError):
    """The users of the wall cannot be read or changed."""


class WallRole(StrEnum):
    """What somebody may do."""

    VIEWER = "viewer"
    """Look."""
    STAFF = "staff"
    """Look, and send devices commands."""


@dataclass(frozen=True, slots=True)
class WallUser:
    """Somebody who may log in.

    Attributes:
        name: lower-case letters, digits, - and _.
        role: what they may do.
        password: as `password_scrypt.hashed` makes it.
        key: by which their logins are signed; another with each password, so that a new password
            ends them all.
    """

    name: str
    role: WallRole
    password: str = field(repr=False)
    key: str = field(repr=False)


def new_user(name: str, role: WallRole, password: str, log_n: int = LOG_N) -> WallUser:
    """A user with a password, or the same user with another.

    Args:
        name: as `NAME`.
        role: what they may do.
        password: in the clear.
        log_n: what a try costs, as in `password_scrypt.hashed`.

    Raises:
        ConfigError: it is no name, or no password that is taken.
    """
    if NAME.fullmatch(name) is None:
        raise ConfigError(f"{name!r} is no name: 1 to 32 lower-case letters, digits, - and _")
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise ConfigError(f"a password has {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters")
    return WallUser(name, role, hashed(password, log_n=log_n), secrets.token_hex(KEY_BYTES))


class WallUsers:
    """The users in a file, which is read again when it has changed.

    Args:
        path: of the file; it need not be there.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path).expanduser()
        self._read: tuple[int, int, int, int] | None = None
        self._users: dict[str, WallUser] = {}

    def all(self) -> Mapping[str, WallUser]:
        """By name.

        Raises:
            WallUserError: the file cannot be read, others can read it too, or it is none of users.
        """
        try:
            found = _fingerprint(self._path.stat())
            if found != self._read:
                content = secret_file.read("wall.users_file", self._path, os.environ)
                text = content.decode("ascii")
                self._users = {user.name: user for user in map(_user, text.splitlines())}
                self._read = found
        except FileNotFoundError:
            self._users, self._read = {}, None
        except (OSError, ValueError) as error:
            raise WallUserError(f"{self._path} cannot be read ({error})") from error
        return self._users

    def put(self, user: WallUser) -> None:
        """Add a user, or put one in the place of who has the name.

        Raises:
            WallUserError: the file cannot be read or written.
        """
        self._write({**self.all(), user.name: user})

    def remove(self, name: str) -> None:
        """Take a user out.

        Raises:
            WallUserError: there is none of that name, or the file cannot be read or written.
        """
        if name not in self.all():
            raise WallUserError(f"there is no user {name!r}; see hipdrive wall user list")
        self._write({other: user for other, user in self.all().items() if other != name})

    def _write(self, users: Mapping[str, WallUser]) -> None:
        lines = [f"{each.name} {each.role} {each.password} {each.key}\n" for each in users.values()]
        try:
            make_private_folder(self._path.parent)
            write_whole(self._path, "".join(lines), as_before=True)
        except OSError as error:
            raise WallUserError(f"{self._path} cannot be written ({error.strerror})") from error


def _fingerprint(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_ino, status.st_mtime_ns, status.st_size, status.st_mode


def _user(line: str) -> WallUser:
    name, role, password, key = line.split(" ")
    return WallUser(name, WallRole(role), password, key)
