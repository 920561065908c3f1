"""Write `session/expected_error.toml`, which every session takes its expected error from.

usage: .venv-3.11/bin/python scripts/expected_error.py [FILE]

Reads `docs/accuracy_mesh.json`, which `hipdrive validate --figure mesh --out` wrote. What counts is
the matrix of bodies and rooms: a camera that is square to the belt and level, or calibrated.
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from math import fsum, sqrt
from pathlib import Path
from typing import Any

from hipdrive.rendered.mesh.grid import ROOMS
from hipdrive.session.expected_error import FILE
from hipdrive.types.stride import HIP_EXT, THIGH_EXT

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCE = REPOSITORY / "docs" / "accuracy_mesh.json"
TARGET = REPOSITORY / "device" / "hipdrive" / "session" / FILE
KEYS = {THIGH_EXT: "thigh_ext_deg", HIP_EXT: "hip_ext_deg"}
LEAST_CLIPS = 6
"""A body each: of fewer nobody knows what another would show."""
HEAD = """# Errors of drawn people by model, facing and frame rate.
# Written by scripts/expected_error.py from docs/accuracy_mesh.json; do not edit.
"""


def document(accuracy: dict[str, Any]) -> str:
    """The whole file."""
    pose = accuracy["made_with"]["pose"]
    rows = sorted((row for row in accuracy["rows"] if row["what"] in ROOMS), key=_group)
    tables = [
        f"""
[[groups]]
model = "{pose["model"]}"
decode = "{pose["decode"]}"
facing = "{facing}"
fps = {fps}
clips = {len(members)}
errors_deg = {_inline(members, "bias")}
noises_deg = {_inline(members, "sd")}
"""
        for (facing, fps), members in ((k, list(found)) for k, found in groupby(rows, _group))
        if len(members) >= LEAST_CLIPS
    ]
    return HEAD + "".join(tables)


def _group(row: dict[str, Any]) -> tuple[str, int]:
    """Facing and frames a second, which the grid puts into the row's words."""
    _, facing, rate = row["value"].split(", ")
    return facing, int(rate.removesuffix(" fps"))


def _inline(rows: list[dict[str, Any]], figure: str) -> str:
    """Root mean squares as a table in one line."""
    squares = {
        definition: [row[key][figure] ** 2 for row in rows if row[key][figure] is not None]
        for definition, key in KEYS.items()
    }
    means = {name: sqrt(fsum(found) / len(found)) for name, found in squares.items()}
    return "{ " + ", ".join(f'"{name}" = {mean:.2f}' for name, mean in means.items()) + " }"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_text(document(json.loads(SOURCE.read_text(encoding="utf-8"))), encoding="utf-8")
