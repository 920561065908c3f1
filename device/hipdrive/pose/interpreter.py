"""What runs a TFLite model: LiteRT or tflite-runtime, which offer the same interface."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

from hipdrive.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from hipdrive.pose.models import ModelSpec

MODULES = {
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "tflite-runtime": "tflite_runtime.interpreter",
}
REMEDIES = {
    "ai-edge-litert": "pip install 'ai-edge-litert>=2.1.6,<2.2'",
    "tflite-runtime": "pip install 'hipdrive[tflite]' under Python 3.11 (it needs numpy below 2)",
}


class Network:
    """A loaded model whose tensors are what the manifest says.

    Args:
        path: the verified file.
        spec: its entry in the manifest.
        runtime: a key of `MODULES`.
        threads: how many the interpreter may use.

    Attributes:
        runtime: name and version of what runs it.

    Raises:
        ModelError: the runtime is missing or broken, or the file is not the model.
    """

    def __init__(self, path: Path, spec: ModelSpec, runtime: str, threads: int) -> None:
        self._interpreter = _construct(path, runtime, threads)
        self.runtime = f"{runtime} {metadata.version(runtime)}"
        self._input = _tensor(self._interpreter, "input", spec.input_shape, spec.input_dtype, path)
        self._output = _tensor(
            self._interpreter, "output", spec.output_shape, spec.output_dtype, path
        )

    @property
    def picture(self) -> npt.NDArray[np.uint8]:
        """The input, uint8 [height, width, 3], to be written in place.

        A view into the interpreter: `invoke` fails while one is held.
        """
        view: npt.NDArray[np.uint8] = self._input()[0]
        return view

    @property
    def keypoints(self) -> npt.NDArray[np.float32]:
        """The output, float32 [17, 3]: y, x, score. A view, as `picture` is."""
        view: npt.NDArray[np.float32] = self._output()[0, 0]
        return view

    def invoke(self) -> None:
        """Run the model on `picture`."""
        self._interpreter.invoke()


def default_threads(cores: int | None) -> int:
    """One core is left to the camera, the cues and the network; beyond four, little is gained."""
    return max(1, min(4, (cores or 1) - 1))


def _construct(path: Path, runtime: str, threads: int) -> Any:  # noqa: ANN401  # no stubs exist
    try:
        module = import_module(MODULES[runtime])
    except ImportError as error:
        raise ModelError(f"{runtime} is not installed; {REMEDIES[runtime]}") from error
    try:
        with _quiet():
            interpreter = module.Interpreter(model_path=str(path), num_threads=threads)
            interpreter.allocate_tensors()
    except SystemError as error:
        raise ModelError(f"{runtime} does not start; {REMEDIES[runtime]}") from error
    except (ValueError, RuntimeError) as error:
        first_line = str(error).splitlines()[0]
        raise ModelError(f"{path}: is not a model that {runtime} can run ({first_line})") from error
    return interpreter


def _tensor(
    interpreter: Any,  # noqa: ANN401  # no stubs exist
    side: str,
    shape: tuple[int, ...],
    dtype: str,
    path: Path,
) -> Any:  # noqa: ANN401  # no stubs exist
    """The function that gives a view of the only input or output, checked."""
    details = getattr(interpreter, f"get_{side}_details")()
    found = [f"{detail['dtype'].__name__} {detail['shape'].tolist()}" for detail in details]
    wanted = f"{dtype} {list(shape)}"
    if found != [wanted]:
        raise ModelError(
            f"{path}: is not a model hipdrive can use: its {side} is {' and '.join(found)}, "
            f"not {wanted}"
        )
    return interpreter.tensor(details[0]["index"])


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
