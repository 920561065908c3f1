from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.pose.movenet.heat_map import HeatMapDecode
from hipdrive.pose.movenet.model import MoveNet
from hipdrive.pose.store import find_spec
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

CELLS = 48
SCALE, ZERO = 0.28, 115
Y, X, SCORE = 0, 1, 2


def bump(y: float, x: float) -> npt.NDArray[np.int8]:
    """Heat maps, all alike: round bumps whose middle is at y, x in cells; a cell's is at a half."""
    at = np.arange(CELLS) + 0.5
    probability = 0.9 * np.exp(-((at[:, None] - y) ** 2 + (at[None] - x) ** 2) / (2 * 1.3**2))
    logit = np.log(np.maximum(probability, 1e-9) / (1 - probability))
    number = np.clip(np.rint(logit / SCALE + ZERO), -128, 127).astype(np.int8)
    return np.repeat(number[:, :, None], 17, axis=2)


def refined(heat: npt.NDArray[np.int8], y: float, x: float) -> npt.NDArray[np.float32]:
    """What becomes of key points that the model put at y, x, in cells."""
    keypoints = np.tile(np.array([y / CELLS, x / CELLS, 0.7], np.float32), (17, 1))
    HeatMapDecode(SCALE, ZERO, COCO_17).refine(keypoints, heat)
    return keypoints * np.array([CELLS, CELLS, 1], np.float32)


@given(y=st.floats(10, 38), x=st.floats(10, 38))
def test_a_bump_is_found_between_the_cells(y: float, x: float) -> None:
    found = refined(bump(y, x), np.floor(y) + 0.5, np.floor(x) + 0.5)
    # Half of the grid that the stock decode lies on; logits in steps of 0.28 cost some hundredths.
    assert found[:, Y] == pytest.approx(np.full(17, y), abs=0.1)
    assert found[:, X] == pytest.approx(np.full(17, x), abs=0.1)


def test_scores_stay() -> None:
    assert refined(bump(20.3, 20.3), 20, 20)[:, SCORE] == pytest.approx(np.full(17, 0.7))


def test_each_joint_looks_at_its_own_map() -> None:
    heat = bump(20.0, 20.0)
    heat[:, :, 3] = bump(21.0, 18.5)[:, :, 3]
    found = refined(heat, 20.0, 19.5)
    assert found[3, :2] == pytest.approx((21.0, 18.5), abs=0.06)
    assert found[4, :2] == pytest.approx((20.0, 20.0), abs=0.06)


@pytest.mark.parametrize(("y", "x"), [(0.0, 0.0), (48.0, 48.0), (-9.0, 60.0), (0.0, 47.9)])
def test_a_point_at_the_edge_or_beyond_stays_in_the_picture(y: float, x: float) -> None:
    found = refined(bump(24, 24), y, x)
    assert ((found[:, :2] >= 0) & (found[:, :2] <= CELLS)).all()


def test_a_second_leg_further_away_does_not_pull() -> None:
    heat = np.maximum(bump(20.4, 14.2), bump(20.4, 30.0))
    assert refined(heat, 20.5, 14.5)[:, X] == pytest.approx(np.full(17, 14.2), abs=0.06)


@given(seed=st.integers(0, 2**32 - 1))
def test_whatever_the_map_says_the_answer_is_in_the_window(seed: int) -> None:
    heat = np.random.default_rng(seed).integers(-128, 128, (CELLS, CELLS, 17)).astype(np.int8)
    found = refined(heat, 20.5, 30.5)
    assert (np.abs(found[:, Y] - 20.5) <= 3.5).all()
    assert (np.abs(found[:, X] - 30.5) <= 3.5).all()


def test_movenet_is_read_finer_near_what_it_says_itself(model_file: Path) -> None:
    from hipdrive.pose.crop import Window
    from hipdrive.pose.letterbox import letterbox
    from hipdrive.pose.model import outputs_for
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.rendered.source import RenderedRunner

    spec = find_spec("movenet-lightning-int8")
    frame = next(iter(RenderedRunner(RenderedSettings())))
    said = {}
    for decode in ("stock", "heatmap"):
        model = MoveNet(model_file, spec, "ai-edge-litert", 1, decode)
        assert model.decode == decode
        picture = np.empty(model.picture_shape, np.uint8)
        letterbox(frame.image, Window(100, 15, 440, 440), picture)
        said[decode] = model.read(outputs_for(model, picture))
    legs = slice(11, 17)
    apart_px = np.abs(said["stock"] - said["heatmap"])[legs, :2] * 192
    assert 0 < apart_px.max() < 8
    assert said["stock"][:, SCORE].tolist() == said["heatmap"][:, SCORE].tolist()


def test_a_model_without_heat_maps_is_read_as_it_is() -> None:
    from hipdrive.pose.store import bundled

    spec = find_spec("stand-in-rendered-int8")
    model = MoveNet(bundled(spec.file), spec, "ai-edge-litert", 1, "heatmap")
    assert model.decode == "stock"
