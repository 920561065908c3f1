"""Takes secrets, names and addresses out of what is sent to a stranger."""

from __future__ import annotations

import getpass
import re
import socket
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.camera.stream.address import StreamAddress
from hipdrive.config import Config, Section
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT_TEXTS = frozenset({"kind", "model", "runtime", "decode", "facing", "program", "commands"})
"""Keys whose texts are words of hipdrive's own; any other text may name somebody."""
SECRET_FILES = ("password_file", "key_file")
SHORTEST = 3
"""Shorter words are part of too many others to be looked for."""
PATTERNS = {
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b": "(address)",
    r"(?<![\w:.])(?=[\da-fA-F:]*(?:::|(?::[\da-fA-F]+){3}))[\da-fA-F]*:[\da-fA-F:]+": "(address)",
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+": "(address)",
    r"token=[\w-]+": "token=(left out)",
    r"/home/[^/\s]+": "/home/(left out)",
}
"""What is left out wherever it stands: addresses of machines and people, tokens, home folders."""
LEFT_OUT = "(left out)"


class Redactor:
    """Leaves out of a text what must not be in it.

    Args:
        words: secrets and names that are known; empty and very short ones are not looked for.
    """

    def __init__(self, words: Iterable[str]) -> None:
        found = sorted({word.strip() for word in words}, key=len, reverse=True)
        known = "|".join(re.escape(word) for word in found if len(word) >= SHORTEST)
        self._known = re.compile(known, re.IGNORECASE) if known else None

    def __call__(self, text: str) -> str:
        """The text, with `(left out)` in place of each."""
        if self._known is not None:
            text = self._known.sub(LEFT_OUT, text)
        for pattern, replacement in PATTERNS.items():
            text = re.sub(pattern, replacement, text)
        return text


def known_words(config: Config, runners: Iterable[str], token_file: Path) -> set[str]:
    """The secrets and names of a device: of its owner, its runners, its network."""
    hub, web, camera = config.hub, config.web, config.camera
    words = {hub.host, hub.username, hub.site, hub.device, *web.names, *runners}
    words |= {camera.username, *camera_words(camera.url)}
    words -= {Config().hub.site, Config().hub.device, "localhost"}
    words.add(socket.gethostname())
    with suppress(OSError, KeyError):
        words.add(getpass.getuser())
    words -= {"root", "hipdrive"}
    files = [getattr(hub, name) for name in SECRET_FILES] + [web.key_file, camera.password_file]
    for file in (*(Path(each).expanduser() for each in files if each), token_file):
        with suppress(OSError):
            words.update(read_small_file(file).decode("utf-8-sig", "replace").splitlines())
    return words


def camera_words(url: str) -> set[str]:
    """What the address of a camera tells: its host, its path, and who logs in."""
    if not url:
        return set()
    address = StreamAddress.parse(url)
    host = address.host.rpartition(":")[0] or address.host
    return {url, address.bare_url, host, address.target, address.username, address.password} - {"/"}


def without_texts(section: Section) -> dict[str, object]:
    """A section as JSON values, with `(set)` for texts that are not hipdrive's own words."""
    found: dict[str, object] = {}
    for key, field in type(section).model_fields.items():
        value = getattr(section, key)
        if isinstance(value, Section):
            found[key] = without_texts(value)
        elif isinstance(value, str | list) and key not in KEPT_TEXTS and value != field.default:
            found[key] = "(set)"
        else:
            found[key] = value
    return found
