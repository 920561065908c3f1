from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.gait.metrics.catalogue import EVENTS, stride_metrics
from hipdrive.gym.collector.decoding import COLUMNS, STRIDE_FIGURES, RefusedMessageError
from hipdrive.gym.collector.rows import DeviceName, StoreRefusal, Table
from hipdrive.gym.database.retention import Retention
from hipdrive.gym.settings import RetentionConfig
from support.gym.messages import KEY, decoder, payload, topic
from support.messages.examples import MEASURED, every_example

KINDS = ("stride", "cue", "summary", "cues", "health")


def values_of(kind: str, **changes: object) -> dict[str, object]:
    row = decoder().row(topic(kind), payload(kind, **changes))
    return dict(zip(COLUMNS[row.table], row.values, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_each_documented_message_becomes_a_row(kind: str) -> None:
    row = decoder().row(topic(kind), payload(kind))
    assert row.device == DeviceName("gym", "treadmill-1")
    assert row.month == "2026-03-01"
    assert len(row.values) == len(COLUMNS[row.table])


def test_a_stride_keeps_its_figures() -> None:
    values = values_of("stride")
    assert values["started"] == datetime(2026, 3, 1, 18, 5, tzinfo=UTC)
    named = [values[name] for name in ("token", "t_s", "leg", "near")]
    assert named == ["5f3a9c", 3.512, "left", True]
    assert values["thigh_ext_deg"] == 21.4
    for name, figure in MEASURED.items():
        (column,) = (m.column for m in stride_metrics() if m.name == name)
        assert values[column] == figure


def test_every_metric_of_the_catalogue_has_a_column() -> None:
    assert {m.column for m in (*stride_metrics(), *EVENTS)} <= set(STRIDE_FIGURES)


def test_a_runner_becomes_a_pseudonym_of_the_key_and_the_site() -> None:
    expected = hmac.new(KEY, b"gym\0anna-3", hashlib.sha256).hexdigest()[:32]
    values = values_of("summary")
    assert values["runner"] == expected
    assert "anna" not in str(values)


def test_nobody_has_no_pseudonym() -> None:
    assert values_of("summary", runner=None)["runner"] is None
    assert values_of("summary", runner="")["runner"] is None


def test_the_figures_of_a_summary_are_kept_whole() -> None:
    figures = json.loads(str(values_of("summary")["figures"]))
    assert figures["metrics"] == every_example()["summary"]["metrics"]


HOSTILE: dict[str, tuple[str, bytes, StoreRefusal]] = {
    "not JSON": (topic("stride"), b"\xff\xfe", StoreRefusal.CONTENT),
    "empty": (topic("stride"), b"", StoreRefusal.CONTENT),
    "a list": (topic("stride"), b"[]", StoreRefusal.CONTENT),
    "deeply nested": (topic("stride"), b"[" * 20_000, StoreRefusal.CONTENT),
    "another schema": (topic("stride"), payload("cue"), StoreRefusal.CONTENT),
    "a newer schema": (
        topic("stride"), payload("stride", schema="hipdrive/stride/2"), StoreRefusal.CONTENT
    ),
    "a text for a number": (topic("stride"), payload("stride", t_s="3"), StoreRefusal.CONTENT),
    "not a number": (topic("stride"), payload("stride", t_s=float("nan")), StoreRefusal.CONTENT),
    "too large": (topic("stride"), payload("stride", thigh_ext_deg=1e300), StoreRefusal.CONTENT),
    "before the session": (topic("stride"), payload("stride", t_s=-1.0), StoreRefusal.CONTENT),
    "no session": (topic("stride"), payload("stride", session="x"), StoreRefusal.CONTENT),
    "a day that is none": (
        topic("stride"), payload("stride", session="20260231T180500Z-5f3a9c"), StoreRefusal.CONTENT
    ),
    "the year 9999": (
        topic("stride"), payload("stride", session="99991231T235959Z-5f3a9c"), StoreRefusal.CONTENT
    ),
    "SQL": (topic("cue"), payload("cue", session="'; DROP TABLE stride; --"), StoreRefusal.CONTENT),
    "a line end": (topic("cue"), payload("cue", event_type="a\nb"), StoreRefusal.CONTENT),
    "a NUL": (topic("summary"), payload("summary", statement="\0"), StoreRefusal.CONTENT),
    "half a surrogate": (
        topic("summary"), payload("summary", statement="\ud800"), StoreRefusal.CONTENT
    ),
    "an id that is none": (topic("cues"), payload("cues", id="1"), StoreRefusal.CONTENT),
    "a number that is too long": (
        topic("cues"), payload("cues", seq=10**30), StoreRefusal.CONTENT
    ),
    "a name with markup": (
        topic("summary"), payload("summary", runner="<b>anna</b>"), StoreRefusal.CONTENT
    ),
    "a clock without a zone": (
        topic("health"), payload("health", utc="2026-03-01T18:05:04"), StoreRefusal.CONTENT
    ),
    "too long": (topic("stride"), payload("stride", more="x" * 40_000), StoreRefusal.TOO_LONG),
    "a topic of nobody": ("hipdrive/gym/stride", payload("stride"), StoreRefusal.TOPIC),
    "a site in capitals": (topic("stride", site="Gym"), payload("stride"), StoreRefusal.TOPIC),
    "a device with a dot": (topic("stride", device="a.b"), payload("stride"), StoreRefusal.TOPIC),
    "a topic that is not stored": (topic("live"), payload("live"), StoreRefusal.TOPIC),
    "a replay": ("hipdrive/gym/t/replay/stride", payload("stride"), StoreRefusal.TOPIC),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_message_is_refused_with_its_reason(what: str) -> None:
    where, content, reason = HOSTILE[what]
    with pytest.raises(RefusedMessageError) as refused:
        decoder().row(where, content)
    assert refused.value.reason is reason


@given(st.binary(max_size=200))
def test_whatever_is_published_is_a_row_or_refused(content: bytes) -> None:
    with pytest.raises(RefusedMessageError):
        decoder().row(topic("stride"), content)


def test_keys_that_are_new_are_left_out() -> None:
    assert values_of("stride", tomorrow=1) == values_of("stride")


RETENTION = Retention(RetentionConfig(stride_months=3))


@pytest.mark.parametrize(
    ("session", "synchronised", "kept"),
    [
        # Three whole months before March begin with December.
        ("20251201T000000Z-5f3a9c", True, True),
        ("20251130T235959Z-5f3a9c", True, False),
        ("19700101T000000Z-5f3a9c", False, True),
    ],
)
def test_what_is_too_old_is_refused_unless_the_clock_was_never_set(
    session: str, *, synchronised: bool, kept: bool
) -> None:
    content = payload("stride", session=session, clock_synchronised=synchronised)
    if kept:
        assert decoder(RETENTION).row(topic("stride"), content).table is Table.STRIDE
        return
    with pytest.raises(RefusedMessageError) as refused:
        decoder(RETENTION).row(topic("stride"), content)
    assert refused.value.reason is StoreRefusal.TOO_OLD
