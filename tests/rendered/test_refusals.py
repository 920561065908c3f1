"""Settings that no runner can follow are refused; all others give angles at every time."""

from __future__ import annotations

from contextlib import suppress
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from hipdrive.errors import SourceError
from hipdrive.rendered.settings import RunnerSettings, TreadmillSettings
from support.rendered.runners import LEGS, Tables, moving, truth_of, whole_strides

if TYPE_CHECKING:
    from hipdrive.rendered.truth import Truth

IMPOSSIBLE: dict[str, Tables] = {
    "too slow a belt": {"treadmill": {"speed_mps": 1.8}},
    "too far ahead": {"runner": {"overstride_m": 0.35}, "treadmill": {"speed_mps": 2.0}},
    "too quick": {"runner": {"cadence_spm": 220.0}, "treadmill": {"speed_mps": 2.0}},
    "drifts too high": {"runner": {"drift": [[0.0, 45.0]]}},
}
EXAMPLES = {"deadline": None, "phases": set(Phase) - {Phase.shrink}}
"""A counter-example stands on its own; a smaller one is not worth hundreds of runners."""


def ranges(kind: type[RunnerSettings | TreadmillSettings]) -> dict[str, st.SearchStrategy[float]]:
    """Every number of a table, from end to end of what is allowed."""
    found = {}
    for name, field in kind.model_fields.items():
        if field.annotation is float:
            least, most = (
                next(getattr(rule, end) for rule in field.metadata if hasattr(rule, end))
                for end in ("ge", "le")
            )
            found[name] = st.floats(least, most)
    return found


def landing_gives_way(runner: dict[str, Any]) -> bool:
    return bool(runner["knee_stance_deg"] >= runner["knee_contact_deg"] + 5)


runners = st.fixed_dictionaries(ranges(RunnerSettings)).filter(landing_gives_way)
treadmills = st.fixed_dictionaries(ranges(TreadmillSettings))


def message(tables: Tables) -> str:
    with pytest.raises(SourceError) as caught:
        truth_of(**tables)
    return str(caught.value)


@pytest.fixture(scope="module")
def slow_belt() -> str:
    """What is said to somebody on too slow a belt."""
    return message(IMPOSSIBLE["too slow a belt"])


@pytest.mark.parametrize("tables", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_nobody_runs_impossibly(tables: Tables) -> None:
    assert "no leg can run like that" in message(tables)


@pytest.mark.parametrize("key", ["thigh_ext_deg", "overstride_m", "speed_mps", "cadence_spm"])
def test_a_refusal_names_the_keys_to_change(slow_belt: str, key: str) -> None:
    assert key in slow_belt


@pytest.mark.parametrize("value", ["1.8", "0.2", "170", "21"])
def test_a_refusal_names_what_was_asked(slow_belt: str, value: str) -> None:
    assert value in slow_belt


@pytest.mark.parametrize("degrees", [45.0, -85.0])
def test_a_refusal_of_a_drift_names_the_peak_that_cannot_be(degrees: float) -> None:
    runner = {"drift": [[0.0, 0.0], [2.0, degrees]], "stride_sd_deg": 0.0}
    assert str(21.0 + degrees) in message({"seconds": 4.0, "runner": runner})


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_drift_to_nowhere_is_refused(value: float) -> None:
    """By the settings or by the truth; both are `ValueError`."""
    with pytest.raises(ValueError, match=r"drift|no leg"):
        truth_of(runner={"drift": [[0.0, value]]})


def assert_finite(truth: Truth) -> None:
    moved = moving(truth, np.arange(0.0, 2.0, 5e-3))
    for leg in LEGS:
        assert all(np.isfinite(curve).all() for curve in moved.legs[leg].values())
    assert all(np.isfinite(position).all() for position in moved.positions.values())


@given(runner=runners, treadmill=treadmills)
@example(runner={"knee_stance_deg": 25.0}, treadmill={})
@example(
    runner={
        "thigh_ext_deg": 11.2,
        "asymmetry_deg": 12.6,
        "height_m": 2.06,
        "overstride_m": 0.12,
        "knee_contact_deg": 28.5,
        "knee_stance_deg": 34.7,
    },
    treadmill={"speed_mps": 2.06, "incline_percent": 7.1},
)
@settings(max_examples=6, **EXAMPLES)  # type: ignore[arg-type]
def test_whoever_is_not_refused_has_finite_angles(runner: Tables, treadmill: Tables) -> None:
    with suppress(SourceError):
        assert_finite(truth_of(seconds=2.0, runner=runner, treadmill=treadmill))


@given(runner=runners, treadmill=treadmills)
@example(
    runner={
        "height_m": 1.3,
        "thigh_ext_deg": 5.0,
        "cadence_spm": 130.0,
        "overstride_m": 0.05,
        "knee_contact_deg": 8.0,
        "knee_stance_deg": 25.0,
        "knee_swing_deg": 60.0,
        "thigh_swing_deg": 20.0,
        "stride_sd_deg": 0.0,
    },
    treadmill={"speed_mps": 1.8},
)
@settings(max_examples=6, **EXAMPLES)  # type: ignore[arg-type]
def test_whoever_is_not_refused_peaks_where_the_truth_says(
    runner: Tables, treadmill: Tables
) -> None:
    with suppress(SourceError):
        truth = truth_of(seconds=3.0, runner=runner, treadmill=treadmill)
        moved = moving(truth, np.arange(0.0, 3.0, 1e-3))
        for leg in LEGS:
            thigh = moved.legs[leg]["thigh"]
            for stride, end_s in whole_strides(truth, leg):
                curve = thigh[moved.within(stride.strike_s, end_s)]
                assert curve.max() == pytest.approx(stride.thigh_ext_deg, abs=0.05)
