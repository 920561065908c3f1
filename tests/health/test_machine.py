from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from hipdrive.health.machine import FLAGS, Machine, flag_names

if TYPE_CHECKING:
    from pathlib import Path

SOC = {
    "Pi 4": "devices/platform/soc/soc:firmware/get_throttled",
    "Pi 5": "devices/platform/soc@107c000000/soc@107c000000:firmware/get_throttled",
}


def write(root: Path, name: str, text: str) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="ascii")


def test_a_machine_that_reports_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path, tmp_path / "sys")
    assert (machine.temperature_c(), machine.throttle_flags()) == (None, None)


def test_the_hottest_zone_counts_and_a_broken_one_does_not(tmp_path: Path) -> None:
    write(tmp_path, "class/thermal/thermal_zone0/temp", "48312\n")
    write(tmp_path, "class/thermal/thermal_zone1/temp", "61875\n")
    write(tmp_path, "class/thermal/thermal_zone2/temp", "no number\n")
    (tmp_path / "class/thermal/thermal_zone3/temp").mkdir(parents=True)
    assert Machine(tmp_path, tmp_path).temperature_c() == 61.875


@pytest.mark.parametrize("path", SOC.values(), ids=SOC)
def test_flags_are_hexadecimal_without_a_prefix(tmp_path: Path, path: str) -> None:
    """`50005` is what a Pi showed: raspberrypi/linux pull request 2397."""
    write(tmp_path, path, "50005\n")
    flags = Machine(tmp_path, tmp_path).throttle_flags()
    assert flags == 0x50005
    assert flag_names(flags) == ("under_voltage", "throttled")
    assert flag_names(flags >> 16) == ("under_voltage", "throttled")


def test_flags_that_are_none_mean_nothing_is_known(tmp_path: Path) -> None:
    write(tmp_path, SOC["Pi 4"], "\n")
    assert Machine(tmp_path, tmp_path).throttle_flags() is None


def test_each_bit_has_its_name() -> None:
    assert [flag_names(1 << bit) for bit in range(4)] == [(name,) for name in FLAGS]
    assert flag_names(1 << 16) == ()


def test_free_disk_is_that_of_the_nearest_folder_that_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def statvfs(path: Path) -> os.statvfs_result:
        asked.append(path)
        if path != tmp_path:
            raise FileNotFoundError
        # Of 4096 bytes each: 1,000,000 blocks, 500,000 free, 250,000 for an ordinary user.
        return os.statvfs_result((4096, 4096, 1_000_000, 500_000, 250_000, 0, 0, 0, 0, 255))

    monkeypatch.setattr(os, "statvfs", statvfs)
    assert Machine(tmp_path / "sessions" / "one").disk_free_mb() == 1024
    assert asked[-1] == tmp_path


def test_this_machine_has_a_disk(tmp_path: Path) -> None:
    free_mb = Machine(tmp_path).disk_free_mb()
    assert free_mb is not None
    assert free_mb >= 0
