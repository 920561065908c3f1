"""Ten thousand damaged outboxes: what is handed out is what was put in, to the byte."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.ids import IdGenerator
from hipdrive.hub.outbox.salvage import salvage
from hipdrive.hub.outbox.sqlite_outbox import Outbox
from support.hub.outgoing import CLOCK, outgoing

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 12
FLIPS, DAMAGED = 600, 10_000


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[bytes]]:
    """The bytes of an outbox, and the payloads in it."""
    path = tmp_path_factory.mktemp("outbox") / "outbox"
    with closing(Outbox(path, IdGenerator())) as outbox:
        for number in range(ROWS):
            outbox.put(outgoing(number, size=200), synchronised=True)
        payloads = [row.message.payload for row in outbox.rows()]
    assert not path.with_name("outbox-wal").exists()
    return path.read_bytes(), payloads


def flipped(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    bit = rng.randrange(8 * len(data))
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def damaged(data: bytes, rng: random.Random) -> bytes:
    """A page of zeros, an end that is missing, bits that flipped, or bytes of something else."""
    changed = bytearray(data)
    kind = rng.randrange(4)
    at = rng.randrange(len(data))
    if kind == 0:
        changed[at : at + 4096] = bytes(len(changed[at : at + 4096]))
    elif kind == 1:
        del changed[at:]
    elif kind == 2:
        for _ in range(rng.randrange(1, 20)):
            bit = rng.randrange(8 * len(data))
            changed[bit // 8] ^= 1 << bit % 8
    else:
        other = rng.randbytes(rng.randrange(1, 200))
        changed[at : at + len(other)] = other
    return bytes(changed)


def test_no_flipped_bit_hands_out_what_was_not_put_in(
    tmp_path: Path, stored: tuple[bytes, list[bytes]]
) -> None:
    data, payloads = stored
    rng = random.Random(17)
    for number in range(FLIPS):
        path = tmp_path / str(number) / "outbox"
        path.parent.mkdir()
        path.write_bytes(flipped(data, rng))
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
        assert set(handed_out) <= set(payloads)


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


def test_what_is_saved_of_ten_thousand_damaged_files_is_sound(
    tmp_path: Path, stored: tuple[bytes, list[bytes]]
) -> None:
    data, payloads = stored
    rng = random.Random(4)
    path = tmp_path / "outbox"
    saved = 0
    for _ in range(DAMAGED):
        path.write_bytes(damaged(data, rng))
        rows = salvage(path)
        assert {row.message.payload for row in rows} <= set(payloads)
        assert [row.id for row in rows] == sorted(row.id for row in rows)
        saved += len(rows)
    assert saved > DAMAGED * ROWS / 4


def test_rows_of_the_first_layout_are_not_taken_for_sound(tmp_path: Path) -> None:
    path = tmp_path / "outbox"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE row (place INTEGER PRIMARY KEY, id, worth, utc_ns, topic, retain)")
        db.commit()
    assert salvage(path) == []
