"""Graphs of a few hundred bytes in both runtimes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.errors import ModelError
from hipdrive.pose.interpreter import MODULES, TensorType, TfliteGraph, default_threads
from support.pose.runtimes import runtime
from support.pose.tiny_model import Tensor, write_model

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["runtime"]

POINTS, IMAGE = (1, 20, 3), (1, 64, 48, 3)
"""Not MoveNet's: any graph is loaded."""
ANSWER = [(k / 20, k / 40, k / 100) for k in range(20)]


def loaded(path: Path, runtime: str, answer: str = "float32") -> TfliteGraph:
    write_model(path, ANSWER, Tensor(IMAGE, "uint8"), Tensor(POINTS, answer))
    return TfliteGraph(path.read_bytes(), path, runtime, 1)


def test_what_a_graph_gives_is_read_in_place(tmp_path: Path, runtime: str) -> None:
    graph = loaded(tmp_path / "m.tflite", runtime)
    graph.input_view(0, np.uint8)().fill(7)
    graph.invoke()
    view = graph.output_view(0, np.float32)
    assert view()[0].tolist() == np.array(ANSWER, np.float32).tolist()
    assert np.shares_memory(view(), view())
    assert graph.runtime.startswith(runtime)


def test_a_graph_does_not_run_while_its_memory_is_held(tmp_path: Path, runtime: str) -> None:
    graph = loaded(tmp_path / "m.tflite", runtime)
    held = graph.input_view(0, np.uint8)()
    with pytest.raises(RuntimeError, match="reference"):
        graph.invoke()
    del held
    graph.invoke()


def test_a_view_of_another_type_is_refused(tmp_path: Path, runtime: str) -> None:
    graph = loaded(tmp_path / "m.tflite", runtime)
    with pytest.raises(ModelError, match=r"m\.tflite: a tensor is float32 \[1, 20, 3\], not int8"):
        graph.output_view(0, np.int8)


def test_tensors_that_are_not_as_wanted_are_named_beside_those_that_are(
    tmp_path: Path, runtime: str
) -> None:
    graph = loaded(tmp_path / "m.tflite", runtime)
    image, points = TensorType("uint8", IMAGE), TensorType("float32", POINTS)
    graph.require([image], [points])
    with pytest.raises(ModelError, match=r"its output is float32 \[1, 20, 3\], not int8 \[2\]"):
        graph.require([image], [TensorType("int8", (2,))])
    with pytest.raises(ModelError, match=r"its input is uint8 .* not uint8 .* and int8 \[2\]"):
        graph.require([image, TensorType("int8", (2,))], [points])


# Not with a valid head and noise behind it: on that tflite-runtime crashes. The store's checksum
# keeps such a file from ever getting here.
@pytest.mark.parametrize("content", [b"", b"TFL3", b"\x00" * 3000])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes, runtime: str) -> None:
    with pytest.raises(ModelError, match=r"noise\.tflite: is not a model"):
        TfliteGraph(content, tmp_path / "noise.tflite", runtime, 1)


def test_a_missing_runtime_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MODULES, "tflite-runtime", "no_such_module.interpreter")
    with pytest.raises(ModelError, match=r"hipdrive\[tflite\].*Python 3\.11"):
        loaded(tmp_path / "m.tflite", "tflite-runtime")


@pytest.mark.parametrize(("cores", "threads"), [(None, 1), (1, 1), (2, 1), (4, 3), (5, 4), (64, 4)])
def test_one_core_is_left_free_and_four_are_enough(cores: int | None, threads: int) -> None:
    assert default_threads(cores) == threads
