"""A site of a chain: mosquitto and stunnel, which hand on to the chain over a cable."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.cable import Cable
from support.gym.server import SHIPPED
from support.mosquitto import RUN_BY_A_BENCH, Broker, free_port

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Self

    from support.certificates import Authority

BRIDGE = SHIPPED.with_name("site-bridge.conf")
TUNNEL = SHIPPED.with_name("site-stunnel.conf")
NODE = re.compile(r"nats-(\d)\.chain\.example:8883")
NODE_NAME = re.compile(r"nats-\d\.chain\.example")
TUNNEL_PORT = "127.0.0.1:1885"
SITE_LOG = (*RUN_BY_A_BENCH, "log_type notice", "log_type warning", "log_type error")


def stunnel_program() -> str:
    """Where stunnel is; skips the test when it is not installed."""
    found = shutil.which("stunnel4")
    if found is None:
        pytest.skip("stunnel4 is not installed; on Debian: apt install stunnel4")
    return found


class Site:
    """The shipped files of a site, whose mosquitto lets any device in.

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
        stunnel_program()
        self.cable = Cable(chain_ports)
        folder.mkdir()
        self._tunnel_file = folder / "stunnel.conf"
        self._tunnel: subprocess.Popen[bytes] | None = None
        tunnel_port = f"127.0.0.1:{free_port()}"
        text = TUNNEL.read_text(encoding="utf-8")
        text = NODE.sub(lambda node: f"127.0.0.1:{self.cable.ports[int(node[1]) - 1]}", text)
        text = NODE_NAME.sub("localhost", text).replace(TUNNEL_PORT, tunnel_port)
        text = text.replace("/etc/mosquitto/certs/ca.crt", str(authority.certificate))
        self._tunnel_file.write_text(text, encoding="utf-8")
        bridge = BRIDGE.read_text(encoding="utf-8").replace(TUNNEL_PORT, tunnel_port)
        for mine, its in (
            ("CHANGE-ME", password),
            ("hipdrive/gym/", f"hipdrive/{name}/"),
            ("username gym", f"username {name}"),
            ("bridge.gym", f"bridge.{name}"),
        ):
            bridge = bridge.replace(mine, its)
        self.broker = Broker(folder)
        lines = [
            f"listener {self.broker.port} 127.0.0.1",
            "allow_anonymous true",
            f"persistence_location {folder}/",
            SHIPPED.read_text(encoding="utf-8"),
            # Last: what stands after a bridge's beginning is the bridge's.
            bridge,
        ]
        self.broker = Broker.of(folder, "\n".join(lines), self.broker.port, SITE_LOG)

    def __enter__(self) -> Self:
        with (self._tunnel_file.with_name("stunnel.log")).open("wb") as log:
            self._tunnel = subprocess.Popen(
                [stunnel_program(), str(self._tunnel_file)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self.broker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.broker.kill()
        if self._tunnel is not None:
            self._tunnel.kill()
            self._tunnel.wait()
        self.cable.__exit__()
