"""BlazePose's landmark models: how they are read, and what they see of a runner who is known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.errors import ModelError
from hipdrive.pose.blazepose.model import BlazePose
from hipdrive.pose.families import load_model
from hipdrive.pose.model import outputs_for
from hipdrive.pose.store import find_spec
from hipdrive.types.skeleton import COCO_17, COCO_17_FEET
from support.pose.runtimes import runtime
from support.pose.tiny_model import Tensor, write_answers

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["runtime"]

SPEC = find_spec("blazepose-lite")
PICTURE = Tensor((1, 256, 256, 3), "float32")
CELL_PX, DARK = 4, -30.0
"""Of a heat map: pixels of the input a cell, and the logit of a cell that sees nothing."""
LEFT_HEEL = 29
"""MediaPipe's number."""


def landmarks(**at: tuple[float, float, float]) -> npt.NDArray[np.float32]:
    rows = np.zeros((39, 5), np.float32)
    for number, (x, y, logit) in at.items():
        rows[int(number.removeprefix("n")), [0, 1, 3]] = x, y, logit
    return rows.reshape(1, -1)


def lit(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Heat maps that see each landmark in the cell where it is."""
    heat = np.full((1, 64, 64, 39), DARK, np.float32)
    for number, (x, y) in enumerate(rows.reshape(39, 5)[:, :2].astype(int) // CELL_PX):
        heat[0, y, x, number] = -DARK
    return heat


def write(
    path: Path,
    rows: npt.NDArray[np.float32],
    person: float = 1.0,
    heat: npt.NDArray[np.float32] | None = None,
) -> Path:
    """A model with the five outputs that the publisher's files have.

    Without a heat map of its own its map is lit in the cell of each landmark alone, whose corner
    the landmark should be.
    """
    outputs = [
        rows,
        np.full((1, 1), person, np.float32),
        np.zeros((1, 16, 16, 1), np.float32),
        lit(rows) if heat is None else heat,
        np.zeros((1, 117), np.float32),
    ]
    return write_answers(path, PICTURE, outputs)


GREY = np.full((256, 256, 3), 7, np.uint8)


def seen(path: Path, runtime: str = "ai-edge-litert") -> dict[str, list[float]]:
    model = BlazePose(path, SPEC, runtime, 1)
    found = model.read(outputs_for(model, GREY))
    return dict(zip(model.skeleton.joints, found.tolist(), strict=True))


def test_joints_have_coco_s_names_and_feet_are_there(tmp_path: Path, runtime: str) -> None:
    # MediaPipe numbers left hip and knee 23 and 25, left heel 29, right foot index 32.
    rows = landmarks(n23=(64, 128, 9), n25=(96, 160, 9), n29=(32, 192, 9), n32=(224, 16, 9))
    found = seen(write(tmp_path / "m.tflite", rows), runtime)
    assert found["left_hip"][:2] == [64 / 256, 128 / 256]
    assert found["left_knee"][:2] == [96 / 256, 160 / 256]
    assert found["left_heel"][:2] == [32 / 256, 192 / 256]
    assert found["right_toe"][:2] == [224 / 256, 16 / 256]
    assert COCO_17_FEET.joints[:17] == COCO_17.joints


def heel_px(tmp_path: Path, at_px: tuple[float, float], *cells: tuple[int, int]) -> list[float]:
    """Where the left heel is put whose coordinates and cells, column and row, are these."""
    heat = np.full((1, 64, 64, 39), DARK, np.float32)
    for column, row in cells:
        heat[0, row, column, LEFT_HEEL] = -DARK
    path = write(tmp_path / "m.tflite", landmarks(n29=(*at_px, 9)), heat=heat)
    return [256 * value for value in seen(path)["left_heel"][:2]]


def test_a_landmark_is_where_its_heat_map_sees_it(tmp_path: Path) -> None:
    # The coordinates lie in cell 25, 30; two cells ahead and one below it the map is lit.
    assert heel_px(tmp_path, (101, 122), (27, 31)) == pytest.approx([108, 124])
    assert heel_px(tmp_path, (101, 122), (27, 31), (28, 31)) == pytest.approx([110, 124])


def test_what_is_lit_further_away_is_another_thing(tmp_path: Path) -> None:
    # Three cells away counts, four do not.
    assert heel_px(tmp_path, (101, 122), (25, 30), (28, 30)) == pytest.approx([106, 120])
    assert heel_px(tmp_path, (101, 122), (25, 30), (29, 30)) == pytest.approx([100, 120])


def test_at_the_edge_of_the_picture_cells_beyond_it_count_for_nothing(tmp_path: Path) -> None:
    assert heel_px(tmp_path, (1, 254), (0, 63), (1, 63)) == pytest.approx([2, 252])


@pytest.mark.parametrize("at_px", [(-8.0, 122.0), (101.0, 260.0)])
def test_a_landmark_outside_of_the_picture_stays_there(
    tmp_path: Path, at_px: tuple[float, float]
) -> None:
    assert heel_px(tmp_path, at_px, (1, 30), (25, 62)) == pytest.approx(at_px)


def test_a_score_is_the_probability_that_the_joint_is_seen(tmp_path: Path) -> None:
    rows = landmarks(n23=(0, 0, 0), n25=(0, 0, math.log(3)), n29=(0, 0, -100))
    found = seen(write(tmp_path / "m.tflite", rows))
    assert found["left_hip"][2] == pytest.approx(0.5)
    assert found["left_knee"][2] == pytest.approx(0.75)
    assert found["left_heel"][2] == pytest.approx(0)


def test_without_a_person_no_joint_has_a_score(tmp_path: Path) -> None:
    path = write(tmp_path / "m.tflite", landmarks(n23=(0, 0, 20)), person=0.1)
    assert seen(path)["left_hip"][2] == pytest.approx(0.1)


def test_key_points_stay_when_the_model_runs_again(tmp_path: Path) -> None:
    model = BlazePose(
        write(tmp_path / "m.tflite", landmarks(n23=(64, 0, 0))), SPEC, "ai-edge-litert", 1
    )
    outputs = outputs_for(model, GREY)
    first = model.read(outputs)
    for later in (outputs, outputs_for(model, GREY)):
        model.read(later)[:] = 0
    assert first.any()
    assert model.read(outputs).tolist() == first.tolist()


def test_a_model_of_another_family_is_refused_in_one_line(model_file: Path) -> None:
    with pytest.raises(ModelError, match=r"not a BlazePose landmark model .*1 outputs") as refusal:
        BlazePose(model_file, SPEC, "ai-edge-litert", 1)
    assert "\n" not in str(refusal.value)


def test_a_landmark_model_is_no_movenet(tmp_path: Path) -> None:
    path = write(tmp_path / "m.tflite", landmarks())
    with pytest.raises(ModelError, match=r"not a model hipdrive can use: its input is float32"):
        load_model(find_spec("movenet-lightning-int8"), path, "ai-edge-litert", 1, "stock")


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.99])
def test_a_file_that_was_cut_is_refused_in_one_line(tmp_path: Path, share: float) -> None:
    whole = write(tmp_path / "m.tflite", landmarks()).read_bytes()
    cut = tmp_path / "cut.tflite"
    cut.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ModelError, match=r"cut\.tflite") as refusal:
        BlazePose(cut, SPEC, "ai-edge-litert", 1)
    assert "\n" not in str(refusal.value)
