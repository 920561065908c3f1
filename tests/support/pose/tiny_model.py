"""Real TFLite files of a few hundred bytes, with whatever tensors a test wants.

The model has one operator: it reshapes a constant into the output, and looks at its input never.
So the whole pose stage runs without MoveNet, on answers that the test has chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
    shape = np.asarray(keypoints.shape, np.int32)
    model = schema.ModelT()
    model.version = 3
    model.description = "hipdrive test"
    model.buffers = [_buffer(b""), _buffer(values.tobytes()), _buffer(shape.tobytes())]
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.RESHAPE
    code.version = 1
    model.operatorCodes = [code]
    model.subgraphs = [_graph(picture, keypoints, 1 + extra_outputs)]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    path.write_bytes(bytes(builder.Output()))
    return path


def _graph(picture: Tensor, keypoints: Tensor, outputs: int) -> schema.SubGraphT:
    graph = schema.SubGraphT()
    graph.name = "main"
    constants = [
        _tensor("answer", (int(np.prod(keypoints.shape)),), keypoints.dtype, buffer=1),
        _tensor("shape", (len(keypoints.shape),), "int32", buffer=2),
    ]
    answers = [_tensor(f"out{i}", keypoints.shape, keypoints.dtype) for i in range(outputs)]
    graph.tensors = [_tensor("picture", picture.shape, picture.dtype), *constants, *answers]
    graph.inputs = [0]
    graph.outputs = [3 + i for i in range(outputs)]
    graph.operators = [_reshape(index) for index in graph.outputs]
    return graph


def _reshape(output: int) -> schema.OperatorT:
    operator = schema.OperatorT()
    operator.opcodeIndex = 0
    operator.inputs = [1, 2]
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
