"""The address of a camera on the network, of which no more than its host is ever shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import quote, unquote, urlsplit

SCHEMES = ("rtsp", "http", "https")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Where a camera is, and who asks it for its pictures.

    Attributes:
        scheme: of `SCHEMES`.
        host: name or address, with the port where there is one.
        target: path and query; either may have a password or a token in it.
        username: empty: nobody logs in.
        password: of that user.
    """

    scheme: str
    host: str
    target: str = field(repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address; whoever logs in may stand before the host, as `user:password@`.

        Raises:
            ValueError: it is none; the message quotes nothing of it.
        """
        if len(text) > LONGEST or not text.isprintable() or " " in text:
            message = f"is no address: it has blanks in it, or more than {LONGEST} characters"
            raise ValueError(message)
        try:
            parts = urlsplit(text)
            # Reading the port checks it.
            host, port = parts.hostname, parts.port
        except ValueError:
            # Without `from`: the exception quotes the address.
            message = "is no address: after the host comes a port, from 1 to 65535, or a path"
            raise ValueError(message) from None
        if parts.scheme not in SCHEMES or not host or port == 0:
            message = "must be rtsp://HOST/PATH, http://HOST/PATH or https://HOST/PATH"
            raise ValueError(message)
        where = f"[{host}]" if ":" in host else host
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(
            parts.scheme,
            where if port is None else f"{where}:{port}",
            target,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )

    def __str__(self) -> str:
        """What may be shown: neither who logs in nor the path, which has a token with some."""
        return f"{self.scheme}://{self.host}"

    def by(self, username: str, password: str) -> Self:
        """The same for somebody else."""
        return replace(self, username=username, password=password)

    @property
    def bare_url(self) -> str:
        """The address without who logs in."""
        return f"{self.scheme}://{self.host}{self.target}"

    @property
    def full_url(self) -> str:
        """The address with who logs in; for FFmpeg alone, never for people."""
        if not self.username:
            return self.bare_url
        who = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}"
        return f"{self.scheme}://{who}@{self.host}{self.target}"
