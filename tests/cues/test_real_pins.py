from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from hipdrive.cues.pin_factory import real_pins
from hipdrive.errors import GpioError

HAS_GPIO = Path("/dev/gpiochip0").exists()


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `real_pins` sets is gone after the test."""
    monkeypatch.setenv("LG_WD", "")
    monkeypatch.delenv("LG_WD")
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    monkeypatch.delitem(sys.modules, "gpiozero.pins.lgpio", raising=False)


@pytest.mark.skipif(HAS_GPIO, reason="this machine has a GPIO chip, which a test leaves alone")
def test_a_machine_without_gpio_is_told_what_to_do_instead() -> None:
    with pytest.raises(GpioError, match="--simulate-panel"):
        real_pins()


def test_a_missing_lgpio_is_told_with_the_package_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "lgpio", None)
    with pytest.raises(GpioError, match=r"lgpio is missing; sudo apt install python3-lgpio"):
        real_pins()


def broken_lgpio() -> ModuleType:
    """An lgpio whose chip cannot be opened, raising what lgpio raises: no OSError."""

    class LgpioError(Exception):
        pass

    def gpiochip_open(_chip: int) -> int:
        raise LgpioError("can not open gpiochip")

    module = ModuleType("lgpio")
    module.SET_PULL_NONE = 0  # type: ignore[attr-defined]  # made up here
    module.gpiochip_open = gpiochip_open  # type: ignore[attr-defined]  # made up here

    def missing(_name: str) -> int:
        return 0

    module.__getattr__ = missing  # type: ignore[method-assign]  # all its other constants
    return module


def test_a_chip_that_cannot_be_opened_is_told_with_the_group_to_join(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "lgpio", broken_lgpio())
    # On a Pi, gpiozero goes on to open the chip; elsewhere it already fails at the revision.
    from gpiozero.pins.lgpio import LGPIOFactory

    monkeypatch.setattr(LGPIOFactory, "_get_revision", lambda _self: 0xC03111)
    with pytest.raises(GpioError, match=r"can not open gpiochip.*group gpio"):
        real_pins()


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, "/tmp"),  # noqa: S108  # the documented default
        ({"RUNTIME_DIRECTORY": "/run/hipdrive"}, "/run/hipdrive"),
        ({"RUNTIME_DIRECTORY": "/run/hipdrive", "LG_WD": "/elsewhere"}, "/elsewhere"),
    ],
)
def test_lgpio_writes_its_pipe_where_a_service_may_write(
    environ: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "lgpio", None)
    with pytest.raises(GpioError):
        real_pins()
    assert os.environ["LG_WD"] == folder


def test_gpiozero_is_imported_where_pins_are_driven_and_nowhere_else() -> None:
    package = Path(importlib.import_module("hipdrive").__file__ or "").parent
    files = [
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if any(
            line.strip().startswith(("import gpiozero", "from gpiozero"))
            for line in file.read_text(encoding="utf-8").splitlines()
        )
    ]
    names = ("lights", "pin_factory", "pins", "sounds")
    assert sorted(files) == [f"cues/{name}.py" for name in names]
