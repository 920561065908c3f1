"""What a session says of its own error comes from the drawn people of the published table."""

from __future__ import annotations

import json
import runpy
import sys
from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING, Any

import pytest

from conftest import REPOSITORY
from hipdrive.cli.outcome import table
from hipdrive.rendered.mesh.grid import ROOMS
from hipdrive.session.expected_error import FILE, expected_errors
from hipdrive.session.summary import PoseInfo
from hipdrive.types.side import Side
from hipdrive.types.stride import HIP_EXT, THIGH_EXT
from support.session.summaries import full_summary

if TYPE_CHECKING:
    from pathlib import Path

ACCURACY: dict[str, Any] = json.loads(
    (REPOSITORY / "docs" / "accuracy_mesh.json").read_text(encoding="utf-8")
)
POSE = PoseInfo("movenet-lightning-int8", "cd7c" * 16, "ai-edge-litert 2.1.6", decode="heatmap")
FPS = 29.97
each_facing = pytest.mark.parametrize("facing", list(Side))


def test_the_file_is_made_of_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / FILE
    monkeypatch.setattr(sys, "argv", ["expected_error", str(target)])
    runpy.run_path(str(REPOSITORY / "scripts" / "expected_error.py"), run_name="__main__")
    committed = REPOSITORY / "device" / "hipdrive" / "session" / FILE
    assert target.read_text("utf-8") == committed.read_text("utf-8"), (
        "run scripts/expected_error.py"
    )


@each_facing
def test_the_error_is_that_of_all_bodies_and_rooms(facing: Side) -> None:
    words = f", {facing}, 30 fps"
    rows = [
        row for row in ACCURACY["rows"] if row["what"] in ROOMS and row["value"].endswith(words)
    ]
    errors = expected_errors(POSE, facing, FPS)
    for definition, key in ((THIGH_EXT, "thigh_ext_deg"), (HIP_EXT, "hip_ext_deg")):
        mean_square = sum(row[key]["bias"] ** 2 for row in rows) / len(rows)
        assert errors[definition].deg == pytest.approx(sqrt(mean_square), abs=0.006)
        spread = sum(row[key]["sd"] ** 2 for row in rows) / len(rows)
        assert errors[definition].noise_deg == pytest.approx(sqrt(spread), abs=0.006)
        source = errors[definition].source
        assert source.startswith(f"{len(rows)} clips of drawn people who face {facing}, at 30 ")
        assert POSE.model in source


@pytest.mark.parametrize(
    ("pose", "facing"),
    [
        (None, Side.LEFT),
        (POSE, None),
        (replace(POSE, model="another"), Side.LEFT),
        (replace(POSE, decode="stock"), Side.LEFT),
    ],
)
def test_nothing_is_said_of_what_nobody_measured(
    pose: PoseInfo | None, facing: Side | None
) -> None:
    assert expected_errors(pose, facing, FPS) == {}


def test_the_table_at_the_end_shows_it_below_the_angle() -> None:
    summary = full_summary()
    error = summary.thigh_ext_deg.expected_error
    assert error is not None
    names, values = ([str(c) for c in column.cells] for column in table(summary).columns)
    at = names.index("expected error")
    assert names[at - 1] == "thigh extension"
    assert f"{error.deg:.1f}°" in values[at]
    assert error.source in values[at]
