"""Ten thousand damaged outboxes: what is handed out is what was put in, to the byte."""

from __future__ import annotations

import logging
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.ids import IdGenerator
from hipdrive.hub.outbox.salvage import salvage
from hipdrive.hub.outbox.sqlite_outbox import Outbox
from support.fuzzing import INPUTS, fast_folder
from support.hub.outgoing import CLOCK, outgoing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["fast_folder"]

ROWS = 12


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[bytes]]:
    """The bytes of an outbox, and the payloads in it."""
    path = tmp_path_factory.mktemp("outbox") / "outbox"
    series, bits = "0123456789abcdef", random.Random(17).getrandbits
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hipdrive.hub.outbox.layout.secrets.token_hex", lambda _: series)
        outbox_of = closing(Outbox(path, IdGenerator(bits)))
    with outbox_of as outbox:
        for number in range(ROWS):
            outbox.put(outgoing(number, size=200), synchronised=True)
        payloads = [row.message.payload for row in outbox.rows()]
    assert not path.with_name("outbox-wal").exists()
    return path.read_bytes(), payloads


def flipped(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    bit = dice.randrange(8 * len(data))
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def page_damaged(data: bytes, dice: random.Random) -> bytes:
    """A page of zeros, an end that is missing, bits that flipped, or bytes of something else."""
    changed = bytearray(data)
    kind = dice.randrange(4)
    at = dice.randrange(len(data))
    if kind == 0:
        changed[at : at + 4096] = bytes(len(changed[at : at + 4096]))
    elif kind == 1:
        del changed[at:]
    elif kind == 2:
        for _ in range(dice.randrange(1, 20)):
            bit = dice.randrange(8 * len(data))
            changed[bit // 8] ^= 1 << bit % 8
    else:
        other = dice.randbytes(dice.randrange(1, 200))
        changed[at : at + len(other)] = other
    return bytes(changed)


def handed_out_of(folder: Path, data: bytes) -> list[bytes]:
    """What a device would publish that finds this outbox when it starts."""
    path = folder / "outbox"
    path.write_bytes(data)
    backlog = Backlog(path, CLOCK)
    backlog.open()
    handed_out: list[bytes] = []
    while len(handed_out) < 2 * ROWS and (len(backlog) or not handed_out):
        if (head := backlog.head()) is None:
            # Found damaged meanwhile; the next look is at what was saved.
            backlog.open()
            if (head := backlog.head()) is None:
                break
        handed_out.append(head.message.payload)
        backlog.acknowledge(head.key)
    backlog.close()
    for file in folder.glob("outbox*"):
        file.unlink()
    return handed_out


@pytest.mark.long
@pytest.mark.parametrize("damage", [flipped, page_damaged])
def test_no_damaged_outbox_hands_out_what_was_not_put_in(
    fast_folder: Path,
    stored: tuple[bytes, list[bytes]],
    damage: Callable[[bytes, random.Random], bytes],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL)
    data, payloads = stored
    whole = 0
    for seed in range(INPUTS // 2):
        handed_out = handed_out_of(fast_folder, damage(data, random.Random(seed)))
        # In their order, each once.
        assert handed_out == [each for each in payloads if each in handed_out]
        whole += len(handed_out)
    assert whole > INPUTS // 2 * ROWS / 4


def test_one_flipped_bit_in_a_payload_costs_one_message(
    tmp_path: Path, stored: tuple[bytes, list[bytes]]
) -> None:
    data, payloads = stored
    path = tmp_path / "outbox"
    at = data.index(payloads[5]) + 50
    path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
    with closing(Backlog(path, CLOCK)) as backlog:
        backlog.open()
        handed_out: list[bytes] = []
        for _ in range(3 * ROWS):
            if (head := backlog.head()) is None:
                backlog.open()
                continue
            handed_out.append(head.message.payload)
            backlog.acknowledge(head.key)
    assert set(handed_out) == set(payloads) - {payloads[5]}
    assert list(tmp_path.glob("outbox.damaged-*"))


def test_a_flipped_bit_in_a_position_does_not_change_the_order(
    tmp_path: Path, stored: tuple[bytes, list[bytes]]
) -> None:
    data, payloads = stored
    (tmp_path / "outbox").write_bytes(data)
    with closing(sqlite3.connect(tmp_path / "outbox")) as db:
        db.execute("UPDATE row SET place = 35 WHERE place = 3")
        db.execute("UPDATE row SET checksum = 0 WHERE place = 1")
        db.commit()
    moved = (tmp_path / "outbox").read_bytes()
    assert handed_out_of(tmp_path, moved) == payloads[1:]


def test_rows_of_the_first_layout_are_not_taken_for_sound(tmp_path: Path) -> None:
    path = tmp_path / "outbox"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE row (place INTEGER PRIMARY KEY, id, worth, utc_ns, topic, retain)")
        db.commit()
    assert salvage(path) == []
