"""A site of a chain: its mosquitto, which hands on to the chain's broker over a cable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.cable import Cable
from support.gym.server import SHIPPED
from support.mosquitto import RUN_BY_A_BENCH, Broker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Self

    from support.certificates import Authority

BRIDGE = SHIPPED.with_name("site-bridge.conf")
ADDRESSES = re.compile(r"^addresses .*$", re.MULTILINE)


class Site:
    """Mosquitto with the shipped files of a site, which lets any device in.

    Args:
        folder: for its files.
        name: of the site, and its user at the chain's broker.
        password: there.
        chain_ports: of the chain's nodes.
        authority: signed their certificates.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        password: str,
        chain_ports: Sequence[int],
        authority: Authority,
    ) -> None:
        self.name = name
        self.cable = Cable(chain_ports)
        folder.mkdir()
        self.broker = Broker(folder)
        text = BRIDGE.read_text(encoding="utf-8")
        nodes = " ".join(f"127.0.0.1:{port}" for port in self.cable.ports)
        text = ADDRESSES.sub(f"addresses {nodes}", text)
        text = text.replace("/etc/mosquitto/certs/ca.crt", str(authority.certificate))
        text = text.replace("CHANGE-ME", password)
        text = text.replace("hipdrive/gym/", f"hipdrive/{name}/")
        text = text.replace("username gym", f"username {name}")
        text = text.replace("bridge.gym", f"bridge.{name}")
        lines = [
            f"listener {self.broker.port} 127.0.0.1",
            "allow_anonymous true",
            f"persistence_location {folder}/",
            SHIPPED.read_text(encoding="utf-8"),
            # Last: what stands after a bridge's beginning is the bridge's.
            text,
        ]
        self.broker = Broker.of(folder, "\n".join(lines), self.broker.port, SITE_LOG)

    def __enter__(self) -> Self:
        self.broker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.broker.kill()
        self.cable.__exit__()


SITE_LOG = (*RUN_BY_A_BENCH, "log_type notice", "log_type warning", "log_type error")
