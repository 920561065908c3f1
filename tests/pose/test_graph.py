from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.errors import ModelError
from hipdrive.pose.graph import with_output, with_outputs_only
from support.pose.tiny_model import Tensor, write_answers, write_model

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


@pytest.fixture
def three_outputs(tmp_path: Path) -> bytes:
    answers = [np.full((1, width), width, np.float32) for width in (2, 3, 4)]
    return write_answers(
        tmp_path / "m.tflite", Tensor((1, 8, 8, 3), "float32"), answers
    ).read_bytes()


def test_outputs_that_nobody_wants_are_cut_with_what_they_need(three_outputs: bytes) -> None:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=with_outputs_only(three_outputs, [2, 0]))
    interpreter.allocate_tensors()
    interpreter.invoke()
    last, first = interpreter.get_output_details()
    assert interpreter.get_tensor(last["index"]).tolist() == [[4, 4, 4, 4]]
    assert interpreter.get_tensor(first["index"]).tolist() == [[2, 2]]
    assert operators(with_outputs_only(three_outputs, [2, 0])) == 2
    assert operators(with_outputs_only(three_outputs, [0])) == 1
    assert operators(three_outputs) == 3


def operators(model: bytes) -> int:
    from ai_edge_litert import schema_py_generated as schema

    return int(schema.Model.GetRootAs(model, 0).Subgraphs(0).OperatorsLength())


def test_an_output_that_is_not_there_is_refused(three_outputs: bytes) -> None:
    with pytest.raises(ModelError, match="has 3 outputs, not 4"):
        with_outputs_only(three_outputs, [0, 3])


@given(st.binary(max_size=300))
def test_what_is_no_model_cannot_be_cut(data: bytes) -> None:
    with pytest.raises(ModelError):
        with_outputs_only(data, [0])
