"""The password file and the ACL file of mosquitto: a device's entries put in and taken out.

Everything else in the files stays as it is. Each is there whole or not at all, with owner and mode
as before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.errors import HipdriveError
from hipdrive.hub.home_assistant.discovery import discovery_topic
from hipdrive.small_file import read_small_file
from hipdrive.whole_file import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hipdrive.hub.mqtt.topics import Topics

MOST_BYTES = 64_000_000
"""A hundred thousand devices."""
_BEGIN, _END = "# hipdrive fleet: ", "# hipdrive fleet end"


class FleetError(HipdriveError, OSError):
    """A device cannot be added, changed or removed."""


def set_password(file: Path, user: str, hashed: str | None) -> None:
    """Set the password of a user, or take the user out.

    Args:
        file: mosquitto's; made where it is missing.
        user: has no colon.
        hashed: as `password_hash` makes it; None: take the user out.

    Raises:
        FleetError: the file cannot be read or written.
    """
    kept = [line for line in _lines(file) if line.partition(":")[0] != user]
    _replace(file, [*kept, *([] if hashed is None else [f"{user}:{hashed}"])])


def users(file: Path) -> set[str]:
    """Who has a password.

    Raises:
        FleetError: the file cannot be read.
    """
    return {line.partition(":")[0] for line in _lines(file) if ":" in line}


def set_rights(file: Path, topics: Topics, user: str, rights: Iterable[str] | None) -> None:
    """Set what a device may do, or take its rights out.

    Args:
        file: mosquitto's; made where it is missing.
        topics: of the device.
        user: its name at the broker.
        rights: lines of the ACL; None: take them out.

    Raises:
        FleetError: the file cannot be read or written.
    """
    begin = f"{_BEGIN}{topics.site}/{topics.device}"
    kept, inside = [], False
    for line in _lines(file):
        inside = inside or line == begin
        if not inside:
            kept.append(line)
        inside = inside and line != _END
    block = [] if rights is None else [begin, f"user {user}", *rights, _END]
    _replace(file, [*kept, *block])


def least_rights(topics: Topics, discovery_prefix: str) -> list[str]:
    """What a device has to do: write its own topics, read its commands and whether it is online."""
    rights = [
        f"topic write {topics.root}/#",
        f"topic read {topics.command}/#",
        f"topic read {topics.availability}",
    ]
    if discovery_prefix:
        rights += [
            f"topic write {discovery_topic(discovery_prefix, topics)}",
            f"topic read {discovery_prefix}/status",
        ]
    return rights


def _lines(file: Path) -> list[str]:
    try:
        return read_small_file(file, MOST_BYTES).decode("utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise FleetError(
            f"{file} cannot be read ({error}); run as root, or name another"
        ) from error


def _replace(file: Path, lines: list[str]) -> None:
    """Write the file anew, in place of the old one, with its owner and mode."""
    try:
        write_whole(file, "\n".join([*lines, ""]), as_before=True)
    except OSError as error:
        raise FleetError(f"{file} cannot be written ({error.strerror}); run as root") from error
