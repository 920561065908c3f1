"""MoveNet and the engine on people: a small share of `hipdrive validate --figure mesh`."""

from __future__ import annotations

import json
import runpy
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import REPOSITORY
from hipdrive.app import estimator
from hipdrive.cli import main
from hipdrive.config import Config, PoseConfig
from hipdrive.rendered.mesh.grid import SUBJECTS, mesh_conditions
from hipdrive.rendered.validate import from_people

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.pose.estimator import PoseEstimator

SECONDS = 15.0
"""The peaks at the ends of a clip bear its cadence: 5 ms of them in 10 s are 0.1 steps a minute."""
DOCS = REPOSITORY / "docs"


@pytest.mark.long
@pytest.mark.parametrize("who", ["man, right, 30 fps", "woman, left, 30 fps"])
def test_movenet_sees_a_person_and_every_stride(who: str, store_with_model: Path) -> None:
    (row,) = (r for r in mesh_conditions() if (r.what, r.value) == ("machines", who))

    def seen() -> PoseEstimator:
        return estimator(PoseConfig(), store_with_model)[0]

    errors, legs = from_people(row, Config(), seen, SECONDS)
    assert legs.score >= 0.7
    assert legs.swapped < 0.05
    # 15 s at 170 steps a minute are 21 strides; the ends cut off one or two.
    assert 19 <= errors.strides <= 21
    assert (errors.missed, errors.invented, errors.rejected) == (0, 0, 0)
    assert errors.cadence_spm == pytest.approx(0, abs=0.1)
    assert errors.wrong_leg == 0


@pytest.mark.long
def test_the_document_is_made_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "accuracy_mesh.md"
    monkeypatch.setattr(sys, "argv", ["accuracy_mesh_docs", str(target)])
    runpy.run_path(str(REPOSITORY / "scripts" / "accuracy_mesh_docs.py"), run_name="__main__")
    committed = (DOCS / "accuracy_mesh.md").read_text(encoding="utf-8")
    assert target.read_text(encoding="utf-8") == committed, "run scripts/accuracy_mesh_docs.py"


def test_the_file_s_rows_are_those_of_the_grid() -> None:
    said = json.loads((DOCS / "accuracy_mesh.json").read_text(encoding="utf-8"))
    rows = [(row["what"], row["value"]) for row in said["rows"]]
    grid = [(row.what, row.value) for row in mesh_conditions()]
    assert rows == [row for row in grid if row in rows]
    assert {subject.name for subject in SUBJECTS} == {value.split(",")[0] for _, value in rows}


def refusal(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["validate", "--figure", "mesh", *options]) != 0
    return capsys.readouterr().err


def test_key_points_have_no_figure(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not data_dir.exists()
    assert "leave out --figure mesh" in refusal(capsys, "--only", "key-points")


def test_a_room_that_is_not_there_is_told(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not data_dir.exists()
    message = refusal(capsys, "--what", "cellar")
    assert "'cellar'" in message
    assert "mirror" in message


@pytest.mark.long
def test_the_command_writes_what_it_measured(
    store_with_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store_with_model.is_dir()
    few = [row for row in mesh_conditions() if row.value == "man, left, 30 fps"][:1]
    monkeypatch.setattr("hipdrive.rendered.mesh.grid.mesh_conditions", lambda: few)
    out = tmp_path / "people.json"
    assert main(["validate", "--figure", "mesh", "--seconds", "10", "--out", str(out)]) == 0
    published: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert published["schema"] == "hipdrive/accuracy-mesh/1"
    (row,) = published["rows"]
    assert (row["what"], row["value"], row["seconds"]) == ("machines", "man, left, 30 fps", 10)
    assert row["strides"] >= 12
    assert 0 <= row["legs"]["swapped"] <= 1
