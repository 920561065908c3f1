from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.errors import ModelError
from hipdrive.pose.movenet.graph import with_output
from support.pose.tiny_model import write_model

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = [(k / 20, k / 40, k / 100) for k in range(17)]


@pytest.fixture
def model(tmp_path: Path) -> bytes:
    return write_model(tmp_path / "m.tflite", ANSWER).read_bytes()


def outputs(model: bytes) -> list[str]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    return [detail["name"] for detail in interpreter.get_output_details()]


def test_a_tensor_becomes_the_last_output(model: bytes) -> None:
    assert outputs(model) == ["out0"]
    assert outputs(with_output(model, "picture")) == ["out0", "picture"]


def test_outputs_can_be_added_one_after_the_other(model: bytes) -> None:
    twice = with_output(with_output(model, "picture"), "answer")
    assert outputs(twice) == ["out0", "picture", "answer"]


def test_what_was_there_stays_but_for_one_offset(model: bytes) -> None:
    longer = with_output(model, "picture")
    changed = [i for i, byte in enumerate(model) if longer[i] != byte]
    assert 0 < len(changed) <= 4
    assert changed[-1] - changed[0] < 4


@pytest.mark.parametrize("name", ["nothing", "pictur", ""])
def test_a_tensor_that_is_not_there_is_refused(model: bytes, name: str) -> None:
    with pytest.raises(ModelError, match="0 tensors of the model"):
        with_output(model, name)


@given(st.binary(max_size=300))
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError):
        with_output(data, "picture")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_half_a_model_is_refused_or_answers(model: bytes, share: float) -> None:
    with suppress(ModelError):
        assert with_output(model[: int(len(model) * share)], "picture")


def test_movenet_s_heat_map_is_found(model_file: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter

    from hipdrive.pose.store import find_spec

    spec = find_spec("movenet-lightning-int8")
    interpreter = Interpreter(model_content=with_output(model_file.read_bytes(), spec.heat_map))
    interpreter.allocate_tensors()
    detail = interpreter.get_output_details()[1]
    assert tuple(detail["shape"]) == spec.heat_map_shape
    assert detail["dtype"] is np.int8
