"""`hipdrive validate`, and that `docs/accuracy.md` has the figures that it prints."""

from __future__ import annotations

import json
import runpy
import sys
from typing import TYPE_CHECKING, Any

import pytest

from conftest import REPOSITORY
from hipdrive.cli import main
from hipdrive.cli.validate import KEY_POINT_SEEDS
from hipdrive.config import Config
from hipdrive.rendered.grid import conditions, key_point_conditions
from hipdrive.rendered.validate import from_key_points

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

ROLLS_DEG = (-5, -2, 2, 5)
DOCS = REPOSITORY / "docs"
ACCURACY: dict[str, Any] = json.loads((DOCS / "accuracy.json").read_text(encoding="utf-8"))


def row(made_from: str, what: str, value: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = (
        r
        for r in ACCURACY["rows"]
        if (r["made_from"], r["what"], r["value"]) == (made_from, what, value)
    )
    return found


def test_the_document_is_made_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "accuracy.md"
    monkeypatch.setattr(sys, "argv", ["accuracy_docs", str(target)])
    runpy.run_path(str(REPOSITORY / "scripts" / "accuracy_docs.py"), run_name="__main__")
    committed = (DOCS / "accuracy.md").read_text(encoding="utf-8")
    assert target.read_text(encoding="utf-8") == committed, "run scripts/accuracy_docs.py"


def test_the_file_has_every_row() -> None:
    grids = {"pictures": conditions(), "key points": key_point_conditions()}
    wanted = [(name, c.what, c.value) for name, grid in grids.items() for c in grid]
    assert [(r["made_from"], r["what"], r["value"]) for r in ACCURACY["rows"]] == wanted


@pytest.mark.parametrize(("what", "value"), [("usual", "30 fps"), ("model noise", "0 x")])
def test_the_file_says_what_the_engine_does(what: str, value: str) -> None:
    """When this fails, the engine has changed: run `hipdrive validate --out docs/accuracy.json`."""
    (condition,) = (c for c in key_point_conditions() if (c.what, c.value) == (what, value))
    errors = from_key_points(condition, Config(), None, range(KEY_POINT_SEEDS))
    published = row("key points", what, value)
    assert errors.strides == published["strides"]
    for name in ("missed", "invented", "rejected"):
        assert abs(getattr(errors, name) - published[name]) <= 2
    assert errors.cadence_spm == pytest.approx(published["cadence_spm"], abs=0.02)
    for name, within in (("thigh_ext_deg", 0.05), ("hip_ext_deg", 0.05), ("toe_off_ms", 0.5)):
        spread = getattr(errors, name)
        assert spread.bias == pytest.approx(published[name]["bias"], abs=within)
        assert spread.sd == pytest.approx(published[name]["sd"], abs=within)


def test_it_writes_what_it_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "some.json"
    options = ["--only", "key-points", "--what", "model noise", "--seconds", "10"]
    assert main(["validate", *options, "--out", str(out)]) == 0
    published = json.loads(out.read_text(encoding="utf-8"))
    assert published["schema"] == "hipdrive/accuracy/1"
    assert [r["value"] for r in published["rows"]] == ["0 x", "0.5 x", "2 x"]
    assert all(r["strides"] > 0 for r in published["rows"])
    assert "key points" in capsys.readouterr().out


def test_rows_that_are_not_there_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--what", "moon"]) == 2
    message = capsys.readouterr().err
    assert "moon" in message
    assert "yaw" in message


def test_a_time_too_short_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["validate", "--seconds", "nan"])
    assert leaving.value.code == 2
    assert "10 to 600" in capsys.readouterr().err


def test_reading_the_heat_map_scatters_less_than_the_model_s_own_decode() -> None:
    sd = {
        name: row("pictures", "decode", name)["thigh_ext_deg"]["sd"]
        for name in ("stock", "heatmap")
    }
    assert sd["heatmap"] < 0.7 * sd["stock"]


def test_more_noise_makes_larger_errors() -> None:
    sd = [
        row("key points", "model noise", f"{x} x")["thigh_ext_deg"]["sd"] for x in ("0", "0.5", "2")
    ]
    assert sd == sorted(sd)
    assert sd[-1] > 2 * sd[1] > 4 * sd[0]


def test_roll_is_an_error_of_the_thigh_degree_for_degree() -> None:
    usual = row("key points", "usual", "30 fps")
    for roll_deg in ROLLS_DEG:
        rolled = row("key points", "roll", f"{roll_deg}°")
        more = rolled["thigh_ext_deg"]["bias"] - usual["thigh_ext_deg"]["bias"]
        assert more == pytest.approx(-roll_deg, abs=0.3)
        trunk = rolled["hip_ext_deg"]["bias"] - usual["hip_ext_deg"]["bias"]
        assert trunk == pytest.approx(0, abs=0.6)


def test_in_pictures_the_thigh_follows_the_roll_too() -> None:
    """Not to the degree: a pose model sees a runner in a tilted picture a little differently."""
    bias = [row("pictures", "roll", f"{roll}°")["thigh_ext_deg"]["bias"] for roll in ROLLS_DEG]
    assert bias == sorted(bias, reverse=True)
    assert bias[0] - bias[-1] == pytest.approx(10, abs=2.5)
