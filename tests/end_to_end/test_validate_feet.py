"""`hipdrive validate --feet`, and that `docs/accuracy_feet.md` is made of what it wrote."""

from __future__ import annotations

import json
import runpy
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import REPOSITORY
from hipdrive.cli import main
from hipdrive.cli.validate import FEET_MODELS
from hipdrive.config import Config
from hipdrive.rendered.feet_errors import TRUE_KEY_POINTS, feet_errors
from hipdrive.rendered.mesh.grid import feet_conditions

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.rendered.settings import RenderedSettings

DOCS = REPOSITORY / "docs"
PUBLISHED: dict[str, Any] = json.loads((DOCS / "accuracy_feet.json").read_text(encoding="utf-8"))
MOST_MS = 10.0
"""What is asked of events, of the mean and of the SD."""


def test_the_document_is_made_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "accuracy_feet.md"
    monkeypatch.setattr(sys, "argv", ["accuracy_feet_docs", str(target)])
    runpy.run_path(str(REPOSITORY / "scripts" / "accuracy_feet_docs.py"), run_name="__main__")
    committed = (DOCS / "accuracy_feet.md").read_text(encoding="utf-8")
    assert target.read_text(encoding="utf-8") == committed, "run scripts/accuracy_feet_docs.py"


def test_the_file_has_every_row() -> None:
    wanted = {
        (row.what, row.value, model)
        for row in feet_conditions()
        for model in (TRUE_KEY_POINTS, *FEET_MODELS)
    }
    found = [(row["speed"], row["who"], row["model"]) for row in PUBLISHED["rows"]]
    assert set(found) == wanted
    assert len(found) == len(wanted)


def test_full_tells_the_events_within_what_was_asked() -> None:
    for row in PUBLISHED["rows"]:
        if row["model"] == "blazepose-full":
            for event in ("foot_strike_ms", "toe_off_ms"):
                assert abs(row[event]["bias"]) <= MOST_MS
                assert row[event]["sd"] <= MOST_MS


def test_true_key_points_are_measured_as_the_file_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """When this fails, the engine has changed: run `hipdrive validate --feet` anew."""
    row = feet_conditions()[0]

    class Unseen:
        """The runner without pictures, which no model looks at here."""

        def __init__(self, settings: RenderedSettings) -> None:
            from hipdrive.rendered.truth import Truth

            self.truth = Truth(settings)

        def __iter__(self) -> Any:  # noqa: ANN401  # nothing comes
            return iter(())

    monkeypatch.setattr("hipdrive.rendered.feet_errors.RenderedRunner", Unseen)
    ((model, errors),) = feet_errors(row.settings(0, 8.0), Config(), {})
    said = next(
        each
        for each in PUBLISHED["rows"]
        if (each["speed"], each["who"], each["model"]) == (row.what, row.value, model)
    )
    assert errors.strides == said["strides"]
    for name in ("foot_strike_ms", "toe_off_ms", "ankle_toe_off_deg", "foot_contact_angle_deg"):
        spread = getattr(errors, name)
        assert spread.bias == pytest.approx(said[name]["bias"], abs=0.3)
        assert spread.sd == pytest.approx(said[name]["sd"], abs=0.3)


def test_a_speed_at_which_nobody_runs_is_told(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not data_dir.exists()
    assert main(["validate", "--feet", "--what", "9 m/s"]) != 0
    message = capsys.readouterr().err
    assert "'9 m/s'" in message
    assert "2.5 m/s" in message


def test_only_a_part_of_it_cannot_be_had(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not data_dir.exists()
    assert main(["validate", "--feet", "--only", "pictures"]) != 0
    assert "leave it out" in capsys.readouterr().err
