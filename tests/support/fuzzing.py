"""Damaged files, the same every time: what reads them may read or refuse, and do nothing else."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.errors import HipdriveError

INPUTS = 10_000
LONGEST_LINE = 2_000
"""Of what is said: no message quotes a whole file."""
IN_MEMORY = Path("/dev/shm")  # noqa: S108  # where it is writable; only a faster place
STRETCH = 64


@pytest.fixture
def fast_folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder in memory, where there is one: a disk would take most of the time."""
    if not os.access(IN_MEMORY, os.W_OK):
        yield tmp_path
        return
    folder = Path(tempfile.mkdtemp(prefix="hipdrive-", dir=IN_MEMORY))
    yield folder
    shutil.rmtree(folder)


def damaged(content: bytes, dice: random.Random) -> bytes:
    """The content cut off, overwritten, with flipped bits, doubled or moved."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        kind = dice.randrange(6)
        if kind == 0:
            del data[at:]
        elif kind == 1:
            stretch = dice.choice([b"\0", b"\xff"]) * dice.randint(1, STRETCH)
            data[at : at + dice.randint(1, STRETCH)] = stretch
        elif kind == 2 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        elif kind == 3:
            data[at:at] = dice.randbytes(dice.randint(1, 32))
        elif kind == 4:
            data[at:at] = data[: dice.randint(1, 200)]
        elif at < len(data):
            data[at] = dice.randrange(256)
    return bytes(data)


def fuzz(
    content: bytes,
    path: Path,
    read: Callable[[], object],
    error: type[HipdriveError],
    inputs: int = INPUTS,
) -> tuple[int, int]:
    """Read so many damaged files of one kind.

    Args:
        content: of a sound file.
        path: where a damaged one is to be.
        read: reads it, and checks what it read.
        error: what refuses it; its message must be short.
        inputs: how many.

    Returns:
        How many were read, and how many refused.
    """
    well, said = 0, []
    for seed in range(inputs):
        path.write_bytes(damaged(content, random.Random(seed)))
        try:
            read()
        except error as refusal:
            said.append(len(str(refusal)))
        else:
            well += 1
    assert max(said, default=0) < LONGEST_LINE
    return well, len(said)
