from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.gait.metrics.catalogue import EVENTS, METRICS
from hipdrive.hub.messages.encoding import encode
from hipdrive.hub.messages.session_messages import (
    live_message,
    stride_message,
    summary_message,
)
from hipdrive.types.gait_update import Sample
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection, Stride
from support.hub.frames import SESSION, T0_NS, sample, stride

BAMS = st.integers(-(2**31), 2**31 - 1)
TIMES_NS = st.integers(0, 2**63)
NAMES = st.text(max_size=5)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
DEFINITIONS = {"thigh_ext_deg": "thigh_ext/1", "hip_ext_deg": "hip_ext/1"}


def strict(payload: bytes) -> Any:  # noqa: ANN401 - JSON is anything
    """Parse as a strict reader does: NaN and Infinity are no JSON."""

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(constant)

    return json.loads(payload.decode("utf-8"), parse_constant=refuse)


def test_a_live_message_in_units() -> None:
    message = live_message(
        SESSION,
        1_234_567_890,
        sample(0),
        171.4285714,
        0.87654,
        "look_ahead",
        runner_seen=True,
        guard="trunk_lean",
    )
    assert message == {
        "schema": "hipdrive/live/1",
        "session": SESSION,
        "t_s": 1.235,
        "near_thigh_ext_deg": 22.5,
        "far_thigh_ext_deg": -22.5,
        "near_hip_ext_deg": 11.25,
        "stride_thigh_ext_deg": None,
        "cadence_spm": 171.429,
        "score": 0.877,
        "runner_seen": True,
        "doubt": None,
        "led": "look_ahead",
        "mode": "free",
        "programme_session": None,
        "block": None,
        "block_left_s": None,
        "guard": "trunk_lean",
        "definitions": DEFINITIONS,
    }


def test_a_live_message_is_null_where_nothing_is_known() -> None:
    message = live_message(SESSION, 0, None, None, 0.1, "off", runner_seen=False)
    unknown = {name for name, value in message.items() if value is None}
    assert unknown == {
        "doubt",
        "guard",
        "near_thigh_ext_deg",
        "far_thigh_ext_deg",
        "near_hip_ext_deg",
        "stride_thigh_ext_deg",
        "cadence_spm",
        "programme_session",
        "block",
        "block_left_s",
    }


def test_a_stride_in_units() -> None:
    one = stride(10, near=False, thigh_ext_bam=1 << 28, rejection=Rejection.LOW_SCORE)
    message = stride_message(SESSION, T0_NS, one)
    metrics = {metric.column: metric.definition for metric in (*EVENTS, *METRICS)}
    assert {message.pop(column) for column in metrics} == {None}
    assert message == {
        "schema": "hipdrive/stride/1",
        "session": SESSION,
        "t_s": 7.0,
        "leg": "right",
        "near": False,
        "thigh_ext_deg": 22.5,
        "hip_ext_deg": -0.439,
        "stride_time_s": 0.7,
        "accepted": False,
        "reason": "low_score",
        "definitions": DEFINITIONS | metrics,
    }


def test_events_are_seconds_of_the_session_and_metrics_have_their_units() -> None:
    whole = {"contact_time": 231_449_600, "knee_flex_swing": 1 << 30, "overstride": 25 << 15}
    measured = replace(
        stride(10),
        foot_strike_ns=T0_NS + 6_700_000_000,
        toe_off_ns=T0_NS + 6_931_449_600,
        measures=tuple(whole.get(metric.name) for metric in METRICS),
    )
    message = stride_message(SESSION, T0_NS, measured)
    assert (message["foot_strike_s"], message["toe_off_s"]) == (6.7, 6.931)
    # A quarter of a turn, and 12.5 in Q16.16.
    assert message["contact_time_s"] == 0.2314
    assert message["knee_flex_swing_deg"] == 90
    assert message["overstride_percent"] == 12.5
    assert message["trunk_lean_deg"] is None
    definitions = message["definitions"]
    assert isinstance(definitions, dict)
    assert definitions["knee_flex_swing_deg"] == "knee_flex_swing/1"


def test_an_accepted_stride_has_no_reason() -> None:
    message = stride_message(SESSION, T0_NS, stride(1))
    assert message["accepted"] is True
    assert message["reason"] is None


def test_a_summary_keeps_the_figures_and_has_its_own_schema() -> None:
    figures = {"schema": "hipdrive/session/1", "strides": 30, "thigh_ext_deg": {"mean": 21.0}}
    assert summary_message(SESSION, figures, "window", final=False) == {
        "schema": "hipdrive/summary/2",
        "session": SESSION,
        "final": False,
        "reason": "window",
        "strides": 30,
        "thigh_ext_deg": {"mean": 21.0},
    }


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_lacks_becomes_null(number: float) -> None:
    assert strict(encode({"a": number, "b": [{"c": number}], "d": 1.5})) == {
        "a": None,
        "b": [{"c": None}],
        "d": 1.5,
    }


def test_a_source_whose_name_is_no_utf8_is_still_published() -> None:
    figures = {"source": b"run\xff.mp4".decode("utf-8", errors="surrogateescape")}
    assert strict(encode(figures)) == {"source": "run?.mp4"}


@given(
    st.builds(Sample, TIMES_NS, BAMS, BAMS, BAMS, BAMS) | st.none(),
    TIMES_NS,
    st.floats() | st.none(),
    st.floats(0, 1),
)
def test_every_live_message_is_json(
    sample: Sample | None, t_ns: int, cadence_spm: float | None, score: float
) -> None:
    message = live_message(SESSION, t_ns, sample, cadence_spm, score, "off", runner_seen=True)
    assert strict(encode(message)).keys() == message.keys()


@given(
    st.builds(
        Stride,
        TIMES_NS,
        st.sampled_from(Side),
        st.booleans(),
        BAMS,
        BAMS,
        TIMES_NS,
        st.none() | st.sampled_from(Rejection),
    )
)
def test_every_stride_message_is_json(stride: Stride) -> None:
    message = stride_message(SESSION, T0_NS, stride)
    assert strict(encode(message)) == message


@given(st.dictionaries(NAMES, JSON_VALUES, max_size=5))
def test_every_summary_message_is_json(figures: dict[str, Any]) -> None:
    message = summary_message(SESSION, figures, "end", final=True)
    read = strict(encode(message))
    assert read["schema"] == "hipdrive/summary/2"
    assert read["final"] is True
