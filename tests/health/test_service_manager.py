"""What systemd hears, and on which socket."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from hipdrive.health.service_manager import ServiceManager, notifier

if TYPE_CHECKING:
    from pathlib import Path

MS, S = 1_000_000, 1_000_000_000
LIMIT_US = 4_000_000


class Manager:
    """Takes messages in; its clock stands until it is moved."""

    def __init__(self) -> None:
        self.heard: list[list[str]] = []
        self.now_ns = 0
        self.service = ServiceManager(
            lambda message: self.heard.append(message.split("\n")), LIMIT_US, lambda: self.now_ns
        )

    @property
    def meals(self) -> int:
        return sum("WATCHDOG=1" in lines for lines in self.heard)


@pytest.mark.parametrize("abstract", [False, True])
def test_a_message_arrives_on_a_path_and_on_an_abstract_socket(
    tmp_path: Path, *, abstract: bool
) -> None:
    name = f"@hipdrive-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name.replace("@", "\0", 1) if abstract else name)
        notify = notifier({"NOTIFY_SOCKET": name})
        assert notify is not None
        notify("READY=1")
        listener.settimeout(10)
        assert listener.recv(100) == b"READY=1"
    # Whoever listened is gone: nothing waits, nothing fails.
    notify("WATCHDOG=1")


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:1:2"}])
def test_where_nobody_listens_nothing_is_sent(environ: dict[str, str]) -> None:
    assert notifier(environ) is None
    ServiceManager(None, 0, lambda: 0).frame(1)


def test_it_is_fed_only_when_frames_advance() -> None:
    manager = Manager()
    for number in range(300):
        manager.now_ns = number * 33 * MS
        manager.service.frame(number * 33 * MS)
    # Every half second of ten, at the first frame then.
    assert 18 <= manager.meals <= 21
    before = manager.meals
    for _ in range(300):
        manager.now_ns += 33 * MS
        manager.service.frame(299 * 33 * MS)
    assert manager.meals == before, "the same frame again and again is a camera that stalls"


def test_the_first_food_says_that_the_service_is_up() -> None:
    manager = Manager()
    manager.service.be_patient(30)
    assert manager.heard == []
    manager.service.alive()
    assert manager.heard == [["WATCHDOG=1", "READY=1"]]


def test_a_disk_is_waited_for_longer_and_the_next_frame_ends_that() -> None:
    manager = Manager()
    manager.service.frame(1)
    manager.now_ns += 10 * MS
    manager.service.be_patient(30)
    assert manager.heard[-1] == ["WATCHDOG_USEC=30000000", "WATCHDOG=1"]
    manager.service.frame(2)
    assert manager.heard[-1] == ["WATCHDOG=1", f"WATCHDOG_USEC={LIMIT_US}"]


def test_the_limit_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "nonsense")
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    ServiceManager.of_process(lambda: 0).alive()
