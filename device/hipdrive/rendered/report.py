"""The table of errors as text: for the terminal and for `docs/accuracy.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hipdrive.gait.metrics.ankle_toe_off import ANKLE_TOE_OFF
from hipdrive.gait.metrics.catalogue import METRICS, further_joints

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADINGS = (
    "differs",
    "strides",
    "missed",
    "invented",
    "rejected",
    "thigh_ext °",
    "worst",
    "hip_ext °",
    "worst",
    "cadence spm",
    "foot strike ms",
    "toe-off ms",
    "wrong leg %",
    "noise °",
)
DERIVED = {
    "flight_time",
    "duty_factor",
    "stride_length",
    "step_length",
    "bounce",
    "vertical_ratio",
}
"""Formed of others; their errors are in the file, not in the tables."""
SHOWN = tuple(
    metric for metric in METRICS if metric.name not in DERIVED and not further_joints((metric,))
)
FEET_SPREADS = (
    "foot_strike_ms",
    "knee_strike_ms",
    "toe_off_ms",
    "ankle_toe_off_deg",
    "foot_contact_angle_deg",
)
"""Keys of a row of `hipdrive validate --feet`, in the order of the columns."""
NOT_MEASURED: dict[str, float | None] = {"bias": None, "sd": None, "worst": None}
DECIMALS = {"s": 3, "m": 3}
"""Of a unit's symbol, else one."""

PERSON_HEADINGS = (
    "who, where",
    "strides",
    "missed",
    "invented",
    "rejected",
    "thigh_ext °",
    "worst",
    "cadence spm",
    "wrong leg %",
    "noise °",
    "swapped %",
    "knees as one %",
    "ankles as one %",
    "hip ahead",
    "score",
    "foot strike ms",
    "toe-off ms",
    "ankle at toe-off °",
)
FEET_HEADINGS = (
    "model, speed, who",
    "strides",
    "missed",
    "rejected",
    "strike of foot ms",
    "strike of knee ms",
    "toe-off ms",
    "ankle at toe-off °",
    "foot at strike °",
)
CAMERA_HEADINGS = ("differs", "roll °", "worst", "yaw °", "worst", "belt %", "worst")


def cells(row: dict[str, Any]) -> list[str]:
    """One row of the table: a cell for each of `HEADINGS`."""
    cadence = row["cadence_spm"]
    return [
        f"{row['what']} {row['value']}",
        *(str(row[name]) for name in ("strides", "missed", "invented", "rejected")),
        _spread(row["thigh_ext_deg"]),
        _worst(row["thigh_ext_deg"]),
        _spread(row["hip_ext_deg"]),
        _worst(row["hip_ext_deg"]),
        "none" if cadence is None else f"{cadence:+.2f}",
        _spread(row["foot_strike_ms"], 0),
        _spread(row["toe_off_ms"], 0),
        f"{100 * row['wrong_leg']:.1f}",
        "none" if row["noise_deg"] is None else f"{row['noise_deg']:.1f}",
    ]


def camera_cells(row: dict[str, Any]) -> list[str]:
    """One row of the table of the camera's errors."""
    camera = row["camera"]
    found = [camera[name] for name in ("roll_deg", "yaw_deg", "belt_percent")]
    figures = [cell for spread in found for cell in (_spread(spread), _worst(spread))]
    return [f"{row['what']} {row['value']}", *figures]


def metric_headings() -> list[str]:
    """Of the table of metrics."""
    return ["differs", *(f"{m.name.replace('_', ' ')} {m.unit.symbol}" for m in SHOWN)]


def metric_cells(row: dict[str, Any]) -> list[str]:
    """One row of the table of metrics: a cell for each of its headings."""
    errors = (
        _spread(row["metrics"][metric.name], DECIMALS.get(metric.unit.symbol, 1))
        for metric in SHOWN
    )
    return [f"{row['what']} {row['value']}", *errors]


def markdown(accuracy: dict[str, Any]) -> str:
    """The tables of a file that `hipdrive validate --out` wrote."""
    text = ""
    for made_from in dict.fromkeys(row["made_from"] for row in accuracy["rows"]):
        rows = [row for row in accuracy["rows"] if row["made_from"] == made_from]
        text += f"\n## From {made_from}\n\n{_table(HEADINGS, map(cells, rows))}"
        text += f"\nMetrics:\n\n{_table(metric_headings(), map(metric_cells, rows))}"
        text += f"\nThe camera:\n\n{_table(CAMERA_HEADINGS, map(camera_cells, rows))}"
    return text


def person_cells(row: dict[str, Any]) -> list[str]:
    """One row of the table of people: a cell for each of `PERSON_HEADINGS`."""
    cadence, legs = row["cadence_spm"], row["legs"]
    return [
        f"{row['value']}, {row['what']}",
        *(str(row[name]) for name in ("strides", "missed", "invented", "rejected")),
        _spread(row["thigh_ext_deg"]),
        _worst(row["thigh_ext_deg"]),
        "none" if cadence is None else f"{cadence:+.2f}",
        f"{100 * row['wrong_leg']:.1f}",
        "none" if row["noise_deg"] is None else f"{row['noise_deg']:.1f}",
        *(f"{100 * legs[name]:.1f}" for name in ("swapped", "knee_collapsed", "ankle_collapsed")),
        f"{legs['hip_ahead']:+.1f}",
        f"{legs['score']:.2f}",
        _spread(row["foot_strike_ms"], 0),
        _spread(row["toe_off_ms"], 0),
        _spread(row["metrics"].get(ANKLE_TOE_OFF.name, NOT_MEASURED)),
    ]


def person_table(rows: Iterable[dict[str, Any]]) -> str:
    """That table, for a document."""
    return _table(PERSON_HEADINGS, map(person_cells, rows))


def feet_cells(row: dict[str, Any]) -> list[str]:
    """One row of the table of feet: a cell for each of `FEET_HEADINGS`."""
    return [
        f"{row['model']}, {row['speed']}, {row['who']}",
        *(str(row[name]) for name in ("strides", "missed", "rejected")),
        *(_spread(row[name]) for name in FEET_SPREADS),
    ]


def feet_table(rows: Iterable[dict[str, Any]]) -> str:
    """That table, for a document."""
    return _table(FEET_HEADINGS, map(feet_cells, rows))


def _table(headings: Sequence[str], rows: Iterable[list[str]]) -> str:
    rule = f"|---|{'---:|' * (len(headings) - 1)}"
    lines = [f"| {' | '.join(row)} |" for row in (headings, *rows)]
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"


def _spread(spread: dict[str, float | None], decimals: int = 1) -> str:
    if spread["bias"] is None or spread["sd"] is None:
        return "none"
    return f"{spread['bias']:+.{decimals}f} ± {spread['sd']:.{decimals}f}"


def _worst(spread: dict[str, float | None]) -> str:
    return "none" if spread["worst"] is None else f"{spread['worst']:.1f}"
