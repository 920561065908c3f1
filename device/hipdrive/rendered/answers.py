"""`truth.csv`: the answers about a rendered runner, one row a peak of thigh extension."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from hipdrive.rendered.source import RenderedRunner
from hipdrive.rendered.times import in_ns

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.rendered.truth import Truth

COLUMNS = (
    "leg",
    "near",
    "foot_strike_ns",
    "toe_off_ns",
    "peak_ns",
    "thigh_ext_deg",
    "hip_ext_deg",
)


def keep_known_answers(source: object, folder: Path) -> None:
    """Put the answers into a session's folder, where the source is one of which they are known."""
    if isinstance(source, RenderedRunner):
        write(folder / "truth.csv", source.truth)


def write(path: Path, truth: Truth) -> None:
    """Write the file; times on the clock of the frames, angles as `thigh_ext/1` and `hip_ext/1`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for stride in truth.strides():
            rows.writerow(
                (
                    truth.near_side if stride.near else truth.far_side,
                    int(stride.near),
                    *(in_ns(t_s) for t_s in (stride.strike_s, stride.toe_off_s, stride.peak_s)),
                    round(stride.thigh_ext_deg, 4),
                    round(stride.hip_ext_deg, 4),
                )
            )
