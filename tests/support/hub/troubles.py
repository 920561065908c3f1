"""What brokers and disks do to a hub, for measurements of what that costs the loop."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hipdrive.hub.mqtt.topics import Topics
from support.hub import flooder
from support.hub.frames import hub_config, until
from support.hub.tcp_proxy import TcpProxy
from support.hub.users import READ_ALL, USERS, password_file
from support.mosquitto import Broker, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hipdrive.config import HubConfig
    from support.hub.hub_and_link import HubAndLink

SLOW_S = 0.5
SMALL_BYTES = 40_000
"""Files may not grow beyond: the outbox has room for its tables, and soon for no row."""


@dataclass(frozen=True, slots=True)
class Setup:
    """A hub in a trouble.

    Attributes:
        config: where it publishes.
        outbox: where it stores.
        started: called once it is connected.
        before: called before it starts.
        commands: whether it takes commands.
        against: what to compare it with; None: no hub.
    """

    config: HubConfig
    outbox: Path
    started: Callable[[HubAndLink], None] = lambda _: None
    before: Callable[[], None] = lambda: None
    commands: bool = False
    against: Setup | None = None


@contextmanager
def healthy(folder: Path) -> Iterator[Setup]:
    """A broker that is well."""
    with Broker(folder) as broker:
        yield Setup(hub_config(broker.port), folder / "outbox", until_online)


@contextmanager
def away(folder: Path) -> Iterator[Setup]:
    """No broker listens."""
    yield Setup(hub_config(free_port()), folder / "outbox")


@contextmanager
def never_answers(folder: Path) -> Iterator[Setup]:
    """Connections are accepted, and nothing is ever sent."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        yield Setup(hub_config(mute.getsockname()[1]), folder / "outbox")


@contextmanager
def never_confirms(folder: Path) -> Iterator[Setup]:
    """The broker accepts the login and then sends nothing more."""
    with Broker(folder) as broker, TcpProxy(broker.port) as proxy:

        def drop_replies(hub: HubAndLink) -> None:
            until_online(hub)
            proxy.drop_replies.set()

        yield Setup(
            hub_config(proxy.port), folder / "outbox", drop_replies, proxy.drop_replies.clear
        )


@contextmanager
def slow(folder: Path) -> Iterator[Setup]:
    """Every reply is delayed by half a second."""
    with Broker(folder) as broker, TcpProxy(broker.port) as proxy:
        proxy.delay_s = SLOW_S
        yield Setup(hub_config(proxy.port), folder / "outbox", until_online)


@contextmanager
def denies(folder: Path) -> Iterator[Setup]:
    """Every message is refused."""
    with Broker(folder, USERS, READ_ALL) as broker:
        file = password_file(folder, "right")
        config = hub_config(broker.port, username="device", password_file=file)
        yield Setup(config, folder / "outbox", until_online)


@contextmanager
def full_disk(folder: Path) -> Iterator[Setup]:
    """Files may not grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with healthy(folder) as setup:
        resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_BYTES, before[1]))
        try:
            yield setup
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def corrupt(folder: Path) -> Iterator[Setup]:
    """The outbox is a megabyte of something else."""
    with healthy(folder) as setup:

        def damage() -> None:
            for file in folder.glob("outbox*"):
                file.unlink()
            setup.outbox.write_bytes(os.urandom(1 << 20))

        yield replace(setup, before=damage)


@contextmanager
def flooding(setup: Setup) -> Iterator[subprocess.Popen[bytes]]:
    """Whoever sends commands as fast as the broker passes them on."""
    topic = Topics(setup.config.site, setup.config.device).command
    command = [sys.executable, flooder.__file__, str(setup.config.port), f"{topic}/mute", "x"]
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def flooded(folder: Path) -> Iterator[Setup]:
    """Commands come all the time, in the blocks without a hub as well."""
    with healthy(folder) as setup, flooding(setup):
        yield replace(setup, commands=True)


@contextmanager
def flood(folder: Path) -> Iterator[Setup]:
    """The same, in the blocks with it alone; in the others the same hub waits for commands."""
    with healthy(folder) as setup, flooding(setup) as flooder:
        waiting = replace(setup, commands=True)
        yield replace(
            waiting,
            before=lambda: flooder.send_signal(signal.SIGCONT),
            against=replace(waiting, before=lambda: flooder.send_signal(signal.SIGSTOP)),
        )


def until_online(hub: HubAndLink) -> None:
    """Wait for the broker."""
    until(lambda: hub.link.online)


TROUBLES = (
    healthy,
    away,
    never_answers,
    never_confirms,
    slow,
    denies,
    full_disk,
    corrupt,
    flooded,
    flood,
)
