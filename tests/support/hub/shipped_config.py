"""The broker files of `config/mosquitto`, as shipped but for ports and the folder they name."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from support.certificates import HERE, Authority
from support.mosquitto import Broker, free_port, write_passwords

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = Path(__file__).parents[3] / "config" / "mosquitto"
PASSWORDS = {
    "treadmill": "open sesame",
    "treadmill-2": "other",
    "dashboard": "read only",
    "homeassistant": "hass",
}
DROP_INS = {
    "mosquitto.conf": "hipdrive.conf",
    "client-certificates.conf": "hipdrive-certificates.conf",
}
DEBIAN = """
persistence true
persistence_location {folder}/
include_dir {folder}/conf.d
"""
"""What Debian's own configuration has, but for its journal."""
LISTENER = re.compile(r"^listener (\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ShippedBroker:
    """The broker, and the port that stands for each of those in the files."""

    broker: Broker
    ports: dict[int, int]
    folder: Path


@contextmanager
def shipped(folder: Path, authority: Authority) -> Iterator[ShippedBroker]:
    """Install the files below a folder as their README says, and run the broker."""
    certs = folder / "certs"
    certs.mkdir()
    shutil.copy(authority.certificate, certs / "ca.crt")
    for file, name in zip(
        authority.issue("broker", HERE), ("broker.crt", "broker.key"), strict=True
    ):
        shutil.copy(file, certs / name)
    shutil.copy(FILES / "hipdrive.acl", folder / "hipdrive.acl")
    (folder / "hipdrive.acl").chmod(0o600)
    write_passwords(folder / "hipdrive.passwd", PASSWORDS)
    (folder / "conf.d").mkdir()
    ports: dict[int, int] = {}
    for name, installed in DROP_INS.items():
        text = (FILES / name).read_text(encoding="utf-8")
        ports |= {int(port): free_port() for port in LISTENER.findall(text)}
        for port, free in ports.items():
            text = text.replace(f"\nlistener {port}", f"\nlistener {free}")
        text = text.replace("/etc/mosquitto/", f"{folder}/")
        (folder / "conf.d" / installed).write_text(text, encoding="utf-8")
    with Broker.of(folder, DEBIAN.format(folder=folder)) as broker:
        yield ShippedBroker(broker, ports, folder)
