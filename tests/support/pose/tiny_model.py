"""Real TFLite files of a few hundred bytes, with whatever tensors a test wants.

The model has one operator an output, which reshapes a constant into that, and never looks at its
input. So the whole pose stage runs without MoveNet, on answers that the test has chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

PICTURE = (1, 192, 192, 3)
KEYPOINTS = (1, 1, len(COCO_17), 3)
TYPES = {"uint8": schema.TensorType.UINT8, "float32": schema.TensorType.FLOAT32}


@dataclass(frozen=True)
class Tensor:
    """Shape and kind of an input or output."""

    shape: tuple[int, ...]
    dtype: str


def write_model(
    path: Path,
    answer: Sequence[Sequence[float]],
    picture: Tensor = Tensor(PICTURE, "uint8"),  # frozen
    keypoints: Tensor = Tensor(KEYPOINTS, "float32"),  # frozen
    extra_outputs: int = 0,
) -> Path:
    """Write a model that always answers the same.

    Args:
        path: where to.
        answer: rows of y, x, score; as many values as the output has.
        picture, keypoints: the tensor contract to have.
        extra_outputs: how many more outputs, all alike.
    """
    values = np.resize(np.asarray(answer, keypoints.dtype), keypoints.shape)
    return write_answers(path, picture, [values] * (1 + extra_outputs))


def write_answers(path: Path, picture: Tensor, answers: Sequence[npt.NDArray[Any]]) -> Path:
    """Write a model with an output for each of these arrays, which it always gives."""
    shapes = [np.asarray(answer.shape, np.int32) for answer in answers]
    model = schema.ModelT()
    model.version = 3
    model.description = "hipdrive test"
    constants = [array.tobytes() for pair in zip(answers, shapes, strict=True) for array in pair]
    model.buffers = [_buffer(data) for data in (b"", *constants)]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.RESHAPE
    code.version = 1
    model.operatorCodes = [code]
    model.subgraphs = [_graph(picture, answers)]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    path.write_bytes(bytes(builder.Output()))
    return path


def _graph(picture: Tensor, answers: Sequence[npt.NDArray[Any]]) -> schema.SubGraphT:
    """The picture, then for each answer itself, its shape, and the output."""
    graph = schema.SubGraphT()
    graph.name = "main"
    graph.tensors = [_tensor("picture", picture.shape, picture.dtype)]
    graph.inputs, graph.outputs, graph.operators = [0], [], []
    for number, answer in enumerate(answers):
        first, kind, suffix = len(graph.tensors), answer.dtype.name, str(number or "")
        graph.tensors += [
            _tensor(f"answer{suffix}", (answer.size,), kind, buffer=1 + 2 * number),
            _tensor(f"shape{suffix}", (answer.ndim,), "int32", buffer=2 + 2 * number),
            _tensor(f"out{number}", answer.shape, kind),
        ]
        graph.outputs.append(first + 2)
        graph.operators.append(_reshape(first, first + 1, first + 2))
    return graph


def _reshape(constant: int, shape: int, output: int) -> schema.OperatorT:
    operator = schema.OperatorT()
    operator.opcodeIndex = 0
    operator.inputs = [constant, shape]
    operator.outputs = [output]
    operator.builtinOptionsType = schema.BuiltinOptions.ReshapeOptions
    operator.builtinOptions = schema.ReshapeOptionsT()
    return operator


def _tensor(name: str, shape: tuple[int, ...], dtype: str, buffer: int = 0) -> schema.TensorT:
    tensor = schema.TensorT()
    tensor.name = name
    tensor.shape = list(shape)
    tensor.type = schema.TensorType.INT32 if dtype == "int32" else TYPES[dtype]
    tensor.buffer = buffer
    return tensor


def _buffer(data: bytes) -> schema.BufferT:
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(data, np.uint8) if data else None
    return buffer
