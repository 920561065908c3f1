"""The table of models, and what the doctor says of a slow one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hipdrive.cli import main
from hipdrive.cli.doctor import too_slow
from hipdrive.cli.models_list import cells
from hipdrive.pose.store import find_spec

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT = "movenet-lightning-int8"
TIMES_MS = {DEFAULT: 10.0, "blazepose-full": 25.0}


def test_the_default_says_what_it_cannot_measure() -> None:
    name, size, licence, joints, measured, taken = cells(find_spec(DEFAULT), TIMES_MS, DEFAULT)
    assert name == "movenet-lightning-int8 (default)"
    assert (size, licence, joints) == ("2.9", "Apache-2.0", "17")
    assert measured == "all but ankle_toe_off, foot_contact_angle"
    assert taken == "10.0 ms, 1.0 x the default"


def test_a_model_with_feet_measures_all_and_costs_more() -> None:
    row = cells(find_spec("blazepose-full"), TIMES_MS, DEFAULT)
    assert row[3:] == ["21", "all, foot and ankle too", "25.0 ms, 2.5 x the default"]


def test_a_model_that_is_not_here_says_how_to_get_it() -> None:
    row = cells(find_spec("blazepose-lite"), TIMES_MS, DEFAULT)
    assert row[-1] == "not here: hipdrive models fetch blazepose-lite"


def test_without_the_default_there_is_nothing_to_compare_to() -> None:
    assert cells(find_spec("blazepose-full"), {"blazepose-full": 25.0}, DEFAULT)[-1] == "25.0 ms"


def test_the_stand_in_says_whom_it_sees() -> None:
    row = cells(find_spec("stand-in-rendered-int8"), {}, DEFAULT)
    assert row[4].startswith("rendered runners only; all but ankle_toe_off")


@pytest.mark.usefixtures("data_dir")
def test_the_list_has_every_model(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0
    said = capfd.readouterr().out
    for name in (DEFAULT, "blazepose-lite", "blazepose-full", "stand-in-rendered-int8"):
        assert name in said
    assert "hipdrive models fetch blazepose-lite" in said


@pytest.mark.parametrize("taken_ms", [5.0, 13.3])
def test_a_model_that_leaves_a_fifth_of_the_time_is_fast_enough(taken_ms: float) -> None:
    # At 60 frames a second there are 16.7 ms, four fifths of which are 13.3.
    assert too_slow(taken_ms, 60) == ""


def test_a_slow_model_is_said_to_be_with_what_it_manages() -> None:
    said = too_slow(40.0, 60)
    assert "too slow for camera.fps = 60" in said
    assert "about 20 a second" in said
    assert "pose.model" in said


@pytest.mark.usefixtures("data_dir")
def test_a_landmark_file_that_was_cut_is_refused_in_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pose_landmark_lite.tflite").write_bytes(bytes(1000))
    assert main(["models", "fetch", "blazepose-lite", "--from", str(tmp_path)]) == 1
    said = capfd.readouterr().err
    assert "pose_landmark_lite.tflite" in said
    assert "1000 bytes" in said or "bytes" in said
    assert said.count("\n") == 1
