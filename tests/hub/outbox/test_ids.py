from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from hipdrive.hub.outbox.ids import IdGenerator

if TYPE_CHECKING:
    from collections.abc import Callable

UTC_NS = st.integers(-(2**62), 2**70)
BITS = st.sampled_from([lambda _: 0, lambda bits: (1 << bits) - 1, lambda bits: 5 % (1 << bits)])


def test_an_id_is_the_uuid_of_the_standard() -> None:
    # RFC 9562, appendix A.6: 2022-02-22 14:22:22.00 GMT-05:00, rand_a 0xCC3, rand_b below.
    random = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    made = IdGenerator(lambda _: random).make(1_645_557_742_000_000_000)
    assert made == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(st.lists(UTC_NS, min_size=2, max_size=30), BITS)
def test_ids_grow_whatever_the_clock_does(
    times_ns: list[int], random_bits: Callable[[int], int]
) -> None:
    ids = IdGenerator(random_bits)
    made = [ids.make(utc_ns) for utc_ns in times_ns]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert {uuid.UUID(one).version for one in made} == {7}
    assert {uuid.UUID(one).variant for one in made} == {uuid.RFC_4122}


@given(UTC_NS, UTC_NS, BITS)
def test_another_run_continues_after_the_last_id(
    before_ns: int, after_ns: int, random_bits: Callable[[int], int]
) -> None:
    last = IdGenerator(random_bits).make(before_ns)
    ids = IdGenerator(random_bits)
    ids.continue_after(last)
    assert ids.make(after_ns) > last


def test_there_is_room_after_the_latest_time() -> None:
    ids = IdGenerator(lambda bits: (1 << bits) - 1)
    made = [ids.make(2**70) for _ in range(100)]
    assert made == sorted(set(made))


def test_ids_made_at_the_same_time_differ() -> None:
    ids = IdGenerator()
    assert len({ids.make(0) for _ in range(1000)}) == 1000
