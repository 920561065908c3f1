"""A small disk of its own, where the machine allows to mount one."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def ran(*command: str) -> bool:
    """Whether a program did what it was asked for."""
    return not subprocess.run(command, capture_output=True, check=False).returncode


@contextmanager
def mounted(folder: Path, *arguments: str) -> Iterator[Path]:
    """A disk in a folder; skips the test where none may be mounted."""
    place = folder / "disk"
    place.mkdir()
    if not ran("mount", *arguments, str(place)):
        pytest.skip("this machine does not allow to mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
