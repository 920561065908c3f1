"""Five failed starts within ten minutes, and what ends that."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from hipdrive.health.start_log import StartLog

if TYPE_CHECKING:
    from pathlib import Path

S = 1_000_000_000


class Device:
    """A device whose clock stands until it is moved, and that is started again and again."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.now_ns = 50 * S

    def start(self) -> StartLog:
        return StartLog(self.file, lambda: self.now_ns)

    def fails(self, after_s: float = 4) -> bool:
        """A start that comes to nothing; whether the camera was tried."""
        tried = self.start().begin()
        self.now_ns += round(after_s * S)
        return tried


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return Device(tmp_path / "starts.json")


def test_the_sixth_start_does_not_try_the_camera(device: Device) -> None:
    assert [device.fails() for _ in range(7)] == [True] * 5 + [False] * 2


def test_starts_ten_minutes_apart_are_no_reason(device: Device) -> None:
    assert all(device.fails(after_s=121) for _ in range(50))


def test_after_ten_minutes_the_camera_is_tried_again(device: Device) -> None:
    for _ in range(6):
        device.fails()
    device.now_ns += 600 * S
    assert device.fails()


def test_a_good_start_makes_up_for_those_that_failed(device: Device) -> None:
    for _ in range(4):
        device.fails()
    log = device.start()
    assert log.begin()
    log.frame()
    device.now_ns += 59 * S
    log.frame()
    assert len(device.file.read_text().split(",")) == 5, "not yet"
    device.now_ns += 2 * S
    log.frame()
    assert [device.fails() for _ in range(6)] == [True] * 5 + [False]


def test_an_end_that_was_wanted_is_no_failure(device: Device) -> None:
    for _ in range(20):
        log = device.start()
        assert log.begin()
        log.good()


@pytest.mark.parametrize("content", ["", "{}", "[1, 2", '["a", null]', "[" * 100_000, "\xff"])
def test_a_damaged_file_is_no_file(device: Device, content: str) -> None:
    device.file.write_text(content, encoding="latin-1")
    assert device.fails()


def test_the_future_is_another_boot(device: Device) -> None:
    for _ in range(5):
        device.fails()
    device.now_ns = 10 * S
    assert device.fails()


def test_without_a_service_or_a_disk_nothing_is_remembered(tmp_path: Path) -> None:
    for file in (None, tmp_path / "gone" / "starts.json"):
        assert all(StartLog(file, lambda: 0).begin() for _ in range(9))
    assert StartLog.of_service({}).begin()


def test_the_file_is_its_owners_alone(device: Device) -> None:
    device.fails()
    assert stat.S_IMODE(device.file.stat().st_mode) == 0o600


def test_the_service_keeps_it_below_run(tmp_path: Path) -> None:
    StartLog.of_service({"RUNTIME_DIRECTORY": f"{tmp_path}:/other"}).begin()
    assert (tmp_path / "starts.json").exists()
