"""Three real nats-server nodes on loopback, as `config/nats` has them but for names and ports."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Self

import pytest

from support.certificates import HERE
from support.mosquitto import PATIENCE_S, SEARCH_PATH, free_port

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.certificates import Authority

FILES = Path(__file__).resolve().parents[3] / "config" / "nats"
NODES = 3
LOG_CHARACTERS = 3000
POLL_S = 0.1
SHIPPED_PORTS = {"4222": "client", "8222": "monitor", "6222": "route", "8883": "mqtt"}
SITE = """            {
                user: gym
                password: "HASH"
                permissions {
                    publish: { allow: ["hipdrive.gym.>"] }
                    subscribe: { deny: [">"] }
                }
            }
"""
"""What `users.conf` has for each site."""


def nats_program() -> str:
    """Where nats-server is; skips the test when it is not installed."""
    found = shutil.which("nats-server", path=SEARCH_PATH)
    if found is None:
        pytest.skip("nats-server is not installed; on Debian: apt install nats-server")
    return found


def bcrypt_hash(password: str) -> str:
    """What `htpasswd -B` makes, by the C library, with the least work for the broker."""
    script = r'print crypt($ARGV[0], "\$2b\$04\$abcdefghijklmnopqrstuu")'
    made = subprocess.run(
        ["perl", "-e", script, password], check=True, capture_output=True, text=True
    ).stdout
    assert made.startswith("$2b$"), "the C library has no bcrypt"
    return made


class NatsNode:
    """One node; it keeps its ports and what it has stored when it is started again."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.folder = folder
        self.ports = {use: free_port() for use in SHIPPED_PORTS.values()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """The last that it has logged."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-LOG_CHARACTERS:]

    def start(self) -> None:
        """Start it."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [nats_program(), "-c", str(self.folder / "nats-server.conf")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def wait_ready(self) -> None:
        """Wait until it is one of the cluster."""
        # Of streams in use it seldom says that they are current.
        address = f"http://127.0.0.1:{self.ports['monitor']}/healthz?js-server-only=true"
        for _ in range(round(PATIENCE_S / POLL_S)):
            assert self._process is not None
            assert self._process.poll() is None, self.log
            try:
                with urllib.request.urlopen(address, timeout=PATIENCE_S):
                    return
            except OSError:
                Event().wait(POLL_S)
        raise AssertionError(self.log)

    @property
    def cpu_s(self) -> float:
        """Processor time that it has had, s."""
        assert self._process is not None
        stat = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8")
        return sum(map(int, stat.rpartition(")")[2].split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """End it as by a power cut."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class NatsCluster:
    """The nodes, and the users that they know.

    Args:
        folder: for what they keep.
        authority: signs their certificates.
        sites: each has a user of its name.
        password: of all users.
    """

    def __init__(
        self, folder: Path, authority: Authority, sites: Sequence[str], password: str
    ) -> None:
        nats_program()
        self.nodes = []
        for number in range(1, NODES + 1):
            its_folder = folder / f"nats-{number}"
            its_folder.mkdir()
            self.nodes.append(NatsNode(its_folder, its_folder.name))
        users = self._users(sites, bcrypt_hash(password))
        for node in self.nodes:
            self._install(node, authority, users)

    @property
    def mqtt_ports(self) -> list[int]:
        """Where each node's MQTT listener is."""
        return [node.ports["mqtt"] for node in self.nodes]

    @property
    def consumers(self) -> int:
        """For how many subscriptions messages are kept."""
        port = self.nodes[0].ports["monitor"]
        address = f"http://127.0.0.1:{port}/jsz?accounts=true&consumers=true"
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
            accounts = json.load(answer)["account_details"]
        (stream,) = (
            each
            for account in accounts
            for each in account["stream_detail"]
            if each["name"] == "$MQTT_msgs"
        )
        return len(stream.get("consumer_detail") or [])

    @staticmethod
    def _users(sites: Sequence[str], hashed: str) -> str:
        text = (FILES / "users.conf").read_text(encoding="utf-8")
        assert SITE in text
        each = "".join(
            SITE.replace("user: gym", f"user: {site}").replace("hipdrive.gym.", f"hipdrive.{site}.")
            for site in sites
        )
        return text.replace(SITE, each).replace('"HASH"', f'"{hashed}"')

    def _install(self, node: NatsNode, authority: Authority, users: str) -> None:
        text = (FILES / "hipdrive.conf").read_text(encoding="utf-8")
        for number, other in enumerate(self.nodes, 1):
            named = f"nats-{number}.chain.example:6222"
            text = text.replace(named, f"127.0.0.1:{other.ports['route']}")
        for port, use in SHIPPED_PORTS.items():
            text = text.replace(f":{port}", f":{node.ports[use]}")
        text = text.replace("server_name: nats-1", f"server_name: {node.name}")
        text = text.replace("listen: 0.0.0.0", "listen: 127.0.0.1")
        text = text.replace("/var/lib/nats", str(node.folder))
        text = text.replace("/etc/nats/", f"{node.folder}/")
        certs = node.folder / "certs"
        certs.mkdir()
        shutil.copy(authority.certificate, certs / "ca.crt")
        for file, name in zip(
            authority.issue(node.name, HERE), ("node.crt", "node.key"), strict=True
        ):
            shutil.copy(file, certs / name)
        (node.folder / "nats-server.conf").write_text(text, encoding="utf-8")
        (node.folder / "nats-users.conf").write_text(users, encoding="utf-8")

    def __enter__(self) -> Self:
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            node.wait_ready()
        return self

    def __exit__(self, *_: object) -> None:
        for node in self.nodes:
            node.kill()
