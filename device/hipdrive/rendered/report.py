"""The table of errors in words: for the terminal and for `docs/accuracy.md`."""

from __future__ import annotations

from typing import Any

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


def markdown(accuracy: dict[str, Any]) -> str:
    """The tables of a file that `hipdrive validate --out` wrote."""
    text = ""
    for made_from in dict.fromkeys(row["made_from"] for row in accuracy["rows"]):
        text += f"\n## From {made_from}\n\n| {' | '.join(HEADINGS)} |\n"
        text += f"|---|{'---:|' * (len(HEADINGS) - 1)}\n"
        for row in accuracy["rows"]:
            if row["made_from"] == made_from:
                text += f"| {' | '.join(cells(row))} |\n"
    return text


def _spread(spread: dict[str, float | None], decimals: int = 1) -> str:
    if spread["bias"] is None or spread["sd"] is None:
        return "none"
    return f"{spread['bias']:+.{decimals}f} ± {spread['sd']:.{decimals}f}"


def _worst(spread: dict[str, float | None]) -> str:
    return "none" if spread["worst"] is None else f"{spread['worst']:.1f}"
