"""Runs a TFLite graph with LiteRT or tflite-runtime, which offer the same interface."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from hipdrive.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt

Scalar = TypeVar("Scalar", bound=np.generic)

MODULES = {
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "tflite-runtime": "tflite_runtime.interpreter",
}
REMEDIES = {
    "ai-edge-litert": "pip install 'ai-edge-litert>=2.1.6,<2.2'",
    "tflite-runtime": "pip install 'hipdrive[tflite]' under Python 3.11 (it needs numpy below 2)",
}


class TensorType(NamedTuple):
    """Element type, by NumPy's name, and shape of a tensor."""

    dtype: str
    shape: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.dtype} {list(self.shape)}"


class TfliteGraph:
    """A graph that is loaded and ready to run.

    Args:
        contents: of a TFLite file.
        path: where they are from, for messages.
        runtime: a key of `MODULES`.
        threads: how many the interpreter may use.

    Attributes:
        runtime: name and version of what runs it.

    Raises:
        ModelError: the runtime is missing or broken, or the contents are not a graph.
    """

    def __init__(self, contents: bytes, path: Path, runtime: str, threads: int) -> None:
        self._path = path
        self._interpreter = _construct(contents, path, runtime, threads)
        self._inputs = self._interpreter.get_input_details()
        self._outputs = self._interpreter.get_output_details()
        self.runtime = f"{runtime} {metadata.version(runtime)}"

    def require(self, inputs: Sequence[TensorType], outputs: Sequence[TensorType]) -> None:
        """Check that these are the inputs and outputs.

        Raises:
            ModelError: they are not; both what is there and what is wanted are named.
        """
        for side, details, wanted in (
            ("input", self._inputs, inputs),
            ("output", self._outputs, outputs),
        ):
            found = [_type(detail) for detail in details]
            if found != list(wanted):
                raise ModelError(
                    f"{self._path}: is not a model hipdrive can use: its {side} is "
                    f"{' and '.join(map(str, found))}, not {' and '.join(map(str, wanted))}"
                )

    def input_view(self, number: int, kind: type[Scalar]) -> Callable[[], npt.NDArray[Scalar]]:
        """What gives views of an input's memory; `invoke` fails while one is held.

        Args:
            number: of the input.
            kind: its element type.

        Raises:
            ModelError: it has another.
        """
        return self._view(self._inputs[number], kind)

    def output_view(self, number: int, kind: type[Scalar]) -> Callable[[], npt.NDArray[Scalar]]:
        """What gives views of an output's memory, as `input_view`."""
        return self._view(self._outputs[number], kind)

    def output_quantization(self, number: int) -> tuple[float, int]:
        """Scale and zero point of an output: scale (number - zero point) is the value."""
        scale, zero_point = self._outputs[number]["quantization"]
        return float(scale), int(zero_point)

    def invoke(self) -> None:
        """Compute the outputs from the inputs."""
        self._interpreter.invoke()

    def _view(
        self,
        detail: dict[str, Any],
        kind: type[Scalar],
    ) -> Callable[[], npt.NDArray[Scalar]]:
        if detail["dtype"] is not kind:
            raise ModelError(f"{self._path}: a tensor is {_type(detail)}, not {kind.__name__}")
        view: Callable[[], npt.NDArray[Scalar]] = self._interpreter.tensor(detail["index"])
        return view


def _type(detail: dict[str, Any]) -> TensorType:
    return TensorType(detail["dtype"].__name__, tuple(detail["shape"].tolist()))


def default_threads(cores: int | None) -> int:
    """One core is left to the camera, the cues and the network; beyond four, little is gained."""
    return max(1, min(4, (cores or 1) - 1))


def _construct(contents: bytes, path: Path, runtime: str, threads: int) -> Any:  # noqa: ANN401  # no stubs exist
    try:
        module = import_module(MODULES[runtime])
    except ImportError as error:
        raise ModelError(f"{runtime} is not installed; {REMEDIES[runtime]}") from error
    try:
        with _quiet():
            interpreter = module.Interpreter(model_content=contents, num_threads=threads)
            interpreter.allocate_tensors()
    except SystemError as error:
        raise ModelError(f"{runtime} does not start; {REMEDIES[runtime]}") from error
    except (ValueError, RuntimeError) as error:
        first_line = str(error).splitlines()[0]
        raise ModelError(f"{path}: is not a model that {runtime} can run ({first_line})") from error
    return interpreter


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the notes that the native library prints on construction off the terminal."""
    sys.stderr.flush()
    saved = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(nowhere)
        os.close(saved)
