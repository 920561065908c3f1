"""The table of errors in words: for the terminal and for `docs/accuracy.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    ]


def camera_cells(row: dict[str, Any]) -> list[str]:
    """One row of the table of what running told of the camera."""
    camera = row["camera"]
    found = [camera[name] for name in ("roll_deg", "yaw_deg", "belt_percent")]
    figures = [cell for spread in found for cell in (_spread(spread), _worst(spread))]
    return [f"{row['what']} {row['value']}", *figures]


def markdown(accuracy: dict[str, Any]) -> str:
    """The tables of a file that `hipdrive validate --out` wrote."""
    text = ""
    for made_from in dict.fromkeys(row["made_from"] for row in accuracy["rows"]):
        rows = [row for row in accuracy["rows"] if row["made_from"] == made_from]
        text += _markdown(f"From {made_from}", HEADINGS, [cells(row) for row in rows])
        # A file of before the survey has none.
        if surveyed := [camera_cells(row) for row in rows if "camera" in row]:
            text += _markdown(f"The camera, from {made_from}", CAMERA_HEADINGS, surveyed)
    return text


def _markdown(title: str, headings: Sequence[str], rows: list[list[str]]) -> str:
    head = f"| {' | '.join(headings)} |\n|---|{'---:|' * (len(headings) - 1)}\n"
    return f"\n## {title}\n\n{head}" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _spread(spread: dict[str, float | None], decimals: int = 1) -> str:
    if spread["bias"] is None or spread["sd"] is None:
        return "none"
    return f"{spread['bias']:+.{decimals}f} ± {spread['sd']:.{decimals}f}"


def _worst(spread: dict[str, float | None]) -> str:
    return "none" if spread["worst"] is None else f"{spread['worst']:.1f}"
