from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipdrive.hub.messages.outgoing import Priority
from hipdrive.hub.outbox.ids import IdGenerator
from hipdrive.hub.outbox.row import ROW_BYTES
from hipdrive.hub.outbox.sqlite_outbox import MOST_UNDELETED, Outbox
from support.hub.outgoing import UTC_NS, decoded, drain_outbox, outgoing

if TYPE_CHECKING:
    from pathlib import Path

WINDOW, CUES, END = Priority.WINDOW, Priority.CUES, Priority.END
PADDING = 4000
ROOM_FOR_FOUR = 4 * (PADDING + ROW_BYTES + 300)
"""For rows with that padding, whose other keys take less than 300 bytes; a fifth does not fit."""


def opened(path: Path | None, limit_bytes: int = 1 << 20) -> Outbox:
    return Outbox(path, IdGenerator(), limit_bytes)


def put(outbox: Outbox, *numbers: int, priority: Priority = WINDOW, size: int = 0) -> None:
    for number in numbers:
        outbox.put(outgoing(number, priority, size=size), synchronised=True)


def test_rows_keep_their_order_with_numbers_and_growing_ids(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "outbox")) as outbox:
        put(outbox, 7, 8, 9)
        bodies = drain_outbox(outbox)
    assert [body["number"] for body in bodies] == [7, 8, 9]
    assert [body["seq"] for body in bodies] == [1, 2, 3]
    assert [body["id"] for body in bodies] == sorted({body["id"] for body in bodies})
    assert len({body["series"] for body in bodies}) == 1


def test_a_row_is_on_the_disk_when_put_returns(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "outbox")) as outbox:
        put(outbox, 1)
        # What a power cut at this moment leaves.
        for ending in ("", "-wal"):
            shutil.copy(tmp_path / f"outbox{ending}", tmp_path / f"left{ending}")
    with closing(opened(tmp_path / "left")) as left:
        assert [body["number"] for body in drain_outbox(left)] == [1]


def test_the_file_is_written_as_for_a_power_cut(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "outbox")) as outbox:
        assert outbox._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        # 2 is FULL (sqlite.org/pragma.html#pragma_synchronous).
        assert outbox._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_the_next_run_continues_rows_and_numbers(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "outbox")) as outbox:
        put(outbox, 1, 2)
        head = outbox.head()
        assert head is not None
        outbox.acknowledge(head.id)
        put(outbox, 3)
    with closing(opened(tmp_path / "outbox")) as outbox:
        # The clock has jumped back by a year.
        outbox.put(outgoing(4, utc_ns=UTC_NS - 365 * 86_400 * 10**9), synchronised=False)
        bodies = drain_outbox(outbox)
    assert [(body["number"], body["seq"]) for body in bodies] == [(2, 2), (3, 3), (4, 4)]
    assert head.id < bodies[0]["id"] < bodies[1]["id"] < bodies[2]["id"]
    assert len({decoded(head.message)["series"], *(body["series"] for body in bodies)}) == 1


def test_acknowledged_rows_are_deleted_at_the_latest_when_all_are(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "outbox")) as outbox:
        put(outbox, *range(MOST_UNDELETED + 5))
        for left in range(MOST_UNDELETED + 5, 0, -1):
            head = outbox.head()
            assert head is not None
            assert len(outbox) == left
            assert outbox.acknowledge(head.id)
            if outbox.needs_delete:
                outbox.delete_acknowledged()
            (held,) = outbox._db.execute("SELECT COUNT(*) FROM row").fetchone()
            assert 0 <= held - len(outbox) < MOST_UNDELETED
        assert (len(outbox), outbox.size_bytes, held) == (0, 0, 0)


def test_a_row_that_is_not_the_head_stays(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "outbox")) as outbox:
        put(outbox, 1, 2)
        assert not outbox.acknowledge("another")
        assert [body["number"] for body in drain_outbox(outbox)] == [1, 2]


def test_without_room_the_oldest_windows_go_first_then_cues_and_ends_last() -> None:
    with closing(opened(None, ROOM_FOR_FOUR)) as outbox:
        put(outbox, 1, priority=END, size=PADDING)
        put(outbox, 2, priority=CUES, size=PADDING)
        put(outbox, 3, 4, priority=WINDOW, size=PADDING)
        left = []
        for number, priority in ((5, WINDOW), (6, END), (7, END), (8, END), (9, CUES), (10, END)):
            put(outbox, number, priority=priority, size=PADDING)
            left.append([decoded(row.message)["number"] for row in outbox.rows()])
        assert left == [
            [1, 2, 4, 5],
            [1, 2, 5, 6],
            [1, 2, 6, 7],
            [1, 6, 7, 8],
            # Priority less than all that is there.
            [1, 6, 7, 8],
            [6, 7, 8, 10],
        ]
        assert outbox.dropped == 6
        bodies = drain_outbox(outbox)
    # Each that was given up leaves a gap, and the newest row has counted them all.
    assert [body["seq"] for body in bodies] == [6, 7, 8, 10]
    assert [body["dropped"] for body in bodies] == [2, 3, 4, 6]


def test_a_message_larger_than_the_outbox_is_dropped_and_nothing_else() -> None:
    with closing(opened(None, ROOM_FOR_FOUR)) as outbox:
        put(outbox, 1)
        put(outbox, 2, priority=END, size=ROOM_FOR_FOUR)
        put(outbox, 3)
        assert [body["number"] for body in drain_outbox(outbox)] == [1, 3]
        assert outbox.dropped == 1


def test_lost_messages_are_numbered_and_counted() -> None:
    with closing(opened(None)) as outbox:
        put(outbox, 1)
        outbox.count_lost(3)
        put(outbox, 2)
        assert [(body["seq"], body["dropped"]) for body in drain_outbox(outbox)] == [(1, 0), (5, 3)]


def test_a_row_given_up_while_it_is_delivered_spares_the_next() -> None:
    with closing(opened(None, ROOM_FOR_FOUR)) as outbox:
        put(outbox, 1, 2, 3, 4, size=PADDING)
        in_flight = outbox.head()
        assert in_flight is not None
        put(outbox, 5, size=PADDING)
        assert not outbox.acknowledge(in_flight.id)
        assert [body["number"] for body in drain_outbox(outbox)] == [2, 3, 4, 5]


def test_rows_of_another_outbox_are_adopted_unchanged() -> None:
    ids = IdGenerator()
    with closing(Outbox(None, ids)) as memory, closing(Outbox(None, ids)) as disk:
        put(disk, 1)
        put(memory, 2, 3)
        disk.adopt(memory.rows(), dropped=4)
        put(disk, 5)
        bodies = drain_outbox(disk)
    assert [body["number"] for body in bodies] == [1, 2, 3, 5]
    assert [body["seq"] for body in bodies] == [1, 1, 2, 2]
    assert bodies[0]["series"] == bodies[3]["series"] != bodies[1]["series"] == bodies[2]["series"]
    assert bodies[3]["dropped"] == 4


def test_adopted_rows_beyond_the_limit_are_chosen_by_priority_and_age() -> None:
    with closing(opened(None)) as memory, closing(opened(None, ROOM_FOR_FOUR)) as disk:
        put(disk, 1, size=PADDING)
        put(memory, 2, priority=END, size=PADDING)
        put(memory, 3, 4, 5, size=PADDING)
        disk.adopt(memory.rows(), dropped=0)
        assert [body["number"] for body in drain_outbox(disk)] == [2, 3, 4, 5]
        assert disk.dropped == 1


def test_adopted_rows_replace_those_of_lower_priority() -> None:
    with closing(opened(None)) as memory, closing(opened(None, ROOM_FOR_FOUR)) as disk:
        put(disk, 1, 2, 3, 4, size=PADDING)
        put(memory, 5, priority=END, size=PADDING)
        put(memory, 6, priority=CUES, size=PADDING)
        disk.adopt(memory.rows(), dropped=0)
        assert [body["number"] for body in drain_outbox(disk)] == [3, 4, 5, 6]
        assert disk.dropped == 2


def test_a_file_that_another_process_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "outbox"
    with closing(opened(path)), pytest.raises(sqlite3.OperationalError, match="locked"):
        opened(path)


def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "outbox")) as other:
        other.execute("CREATE TABLE recipe (name TEXT)")
    with pytest.raises(sqlite3.DatabaseError):
        opened(tmp_path / "outbox")


STEPS = st.lists(
    st.tuples(st.just("put"), st.sampled_from([WINDOW, CUES, END]), st.integers(0, 3000))
    | st.tuples(st.sampled_from(["take", "lose", "reopen"]), st.just(WINDOW), st.just(0)),
    max_size=40,
)


# Each example writes to the disk some twenty times.
@settings(max_examples=30)
@given(STEPS)
def test_whatever_happens_nothing_is_lost_without_being_counted(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Priority, int]]
) -> None:
    path = tmp_path_factory.mktemp("outbox") / "outbox"
    limit = 10_000
    outbox = opened(path, limit)
    bodies, made = [], 0
    for step, priority, size in steps:
        if step == "put":
            made += 1
            put(outbox, made, priority=priority, size=size)
        elif step == "take" and (head := outbox.head()) is not None:
            bodies.append(decoded(head.message))
            outbox.acknowledge(head.id)
        elif step == "lose":
            outbox.count_lost(1)
            made += 1
        elif step == "reopen":
            outbox.close()
            outbox = opened(path, limit)
        assert outbox.size_bytes - outbox._undeleted_bytes <= limit
        (held,) = outbox._db.execute(
            "SELECT COALESCE(SUM(LENGTH(payload) + ?), 0) FROM row", (ROW_BYTES,)
        ).fetchone()
        assert held == outbox.size_bytes
    bodies += drain_outbox(outbox)
    outbox.put(outgoing(0, END), synchronised=True)
    (last,) = drain_outbox(outbox)
    outbox.close()
    numbers = [body["seq"] for body in bodies]
    assert numbers == sorted(set(numbers))
    assert [body["id"] for body in bodies] == sorted(body["id"] for body in bodies)
    assert last["seq"] == made + 1
    assert made - len(bodies) == last["dropped"]
