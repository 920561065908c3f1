"""Whether a request is meant for this machine, and whether our own page sends it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class OwnNames:
    """What this machine is called.

    Attributes:
        names: the host names under which a page may be asked for, beside addresses.
    """

    names: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str]) -> OwnNames:
        """The machine's own names, and these."""
        known = {*LOOPBACK_NAMES, *names, socket.gethostname(), f"{socket.gethostname()}.local"}
        return cls(frozenset(name.lower() for name in known))

    def host_is_ours(self, host: str) -> bool:
        """Whether a Host header names this machine.

        A name of somebody else's that leads here would let their page read ours (DNS rebinding).
        """
        name = _name(host)
        return name is not None and (name in self.names or _is_address(name))

    def origin_is_ours(self, headers: Mapping[str, str]) -> bool:
        """Whether a request that changes something comes from our own page."""
        origin = headers.get("origin")
        if origin is None:
            # Browsers send an origin with every request that changes something.
            return headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
        return urlsplit(origin).netloc == headers.get("host")


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
