"""Other outputs for a TFLite file, in memory.

MoveNet computes a heat map for each key point and throws it away; as an output of the graph it
costs nothing. BlazePose computes a mask and places in metres that nobody here asks for; without
them, and without what only they need, it is faster. A TFLite file is a flatbuffer: the list of
outputs is found by its offset, which may as well lead to another list at the end of the file.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from hipdrive.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SUBGRAPHS = 2
TENSORS, OUTPUTS, OPERATORS = 0, 2, 3
NAME = 3
OPERATOR_INPUTS, OPERATOR_OUTPUTS = 1, 2
"""Numbers of fields in tables of TensorFlow's `schema.fbs`: of a model, a subgraph, a tensor, an
operator."""


def with_output(model: bytes, name: str) -> bytes:
    """The model with the tensor of this name as one more output, the last.

    Args:
        model: a TFLite file.
        name: the tensor's.

    Raises:
        ModelError: no tensor or several have it.
    """
    try:
        graph = next(_items(model, _follow(model, 0), SUBGRAPHS))
        found = [
            number
            for number, tensor in enumerate(_items(model, graph, TENSORS))
            if _text(model, tensor, NAME) == name
        ]
        outputs = _field(model, graph, OUTPUTS)
        old = _vector(model, outputs)
    except (struct.error, StopIteration) as error:
        raise ModelError(f"no graph is found in the model ({error})") from error
    if len(found) != 1:
        raise ModelError(f"{len(found)} tensors of the model are called {name!r}, not one")
    return _with_vector(model, outputs, [*old, found[0]])


def with_outputs_only(model: bytes, numbers: Sequence[int]) -> bytes:
    """The model with some of its outputs, and only those operators that they need.

    Args:
        model: a TFLite file.
        numbers: which outputs, by their place among those that it has.

    Raises:
        ModelError: it has not as many outputs, or is no graph.
    """
    try:
        graph = next(_items(model, _follow(model, 0), SUBGRAPHS))
        place = _field(model, graph, OUTPUTS)
        outputs = _vector(model, place)
        if max(numbers) >= len(outputs):
            raise ModelError(f"the model has {len(outputs)} outputs, not {max(numbers) + 1}")
        chosen = [outputs[number] for number in numbers]
        return _with_vector(_pruned(model, graph, chosen), place, chosen)
    except (struct.error, StopIteration) as error:
        raise ModelError(f"no graph is found in the model ({error})") from error


def _pruned(model: bytes, graph: int, wanted: Iterable[int]) -> bytes:
    """The file with a list of those operators only that some tensors depend on.

    The list stays where it is and gets shorter: offsets of a flatbuffer lead ahead only, so it
    cannot move behind what it lists.
    """
    start = _follow(model, _field(model, graph, OPERATORS))
    needed, kept = set(wanted), []
    for operator in reversed(list(_items(model, graph, OPERATORS))):
        if needed.intersection(_vector(model, _field(model, operator, OPERATOR_OUTPUTS))):
            needed.update(_vector(model, _field(model, operator, OPERATOR_INPUTS)))
            kept.append(operator)
    patched = bytearray(model)
    struct.pack_into("<I", patched, start, len(kept))
    for index, operator in enumerate(reversed(kept)):
        place = start + 4 + 4 * index
        struct.pack_into("<I", patched, place, operator - place)
    return bytes(patched)


def _with_vector(model: bytes, place: int, values: list[int]) -> bytes:
    """The file with a vector of int32 at its end, and the offset at `place` leading to it."""
    patched = bytearray(model)
    patched += bytes(-len(patched) % 4)
    struct.pack_into("<I", patched, place, len(patched) - place)
    patched += struct.pack(f"<I{len(values)}i", len(values), *values)
    return bytes(patched)


def _follow(data: bytes, place: int) -> int:
    """Where the offset at a place leads to."""
    (offset,) = struct.unpack_from("<I", data, place)
    return place + int(offset)


def _field(data: bytes, table: int, number: int) -> int:
    """Where a field of a table is; a table names its own layout.

    Raises:
        struct.error: the table lacks it.
    """
    (back,) = struct.unpack_from("<i", data, table)
    layout = table - back
    (size,) = struct.unpack_from("<H", data, layout)
    slot = 4 + 2 * number
    offset = struct.unpack_from("<H", data, layout + slot)[0] if slot < size else 0
    if not offset:
        raise struct.error(f"field {number} is not there")
    return table + int(offset)


def _items(data: bytes, table: int, number: int) -> Iterator[int]:
    """Tables in a field that is a vector of them."""
    start = _follow(data, _field(data, table, number))
    (count,) = struct.unpack_from("<I", data, start)
    for index in range(count):
        yield _follow(data, start + 4 + 4 * index)


def _vector(data: bytes, place: int) -> list[int]:
    start = _follow(data, place)
    (count,) = struct.unpack_from("<I", data, start)
    return list(struct.unpack_from(f"<{count}i", data, start + 4))


def _text(data: bytes, table: int, number: int) -> str:
    start = _follow(data, _field(data, table, number))
    (size,) = struct.unpack_from("<I", data, start)
    return data[start + 4 : start + 4 + size].decode("utf-8", errors="replace")
