"""What runs a TFLite model: LiteRT or tflite-runtime, which offer the same interface."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

from hipdrive.errors import ModelError
from hipdrive.pose.movenet.graph import with_output
from hipdrive.pose.movenet.heat_map import HeatMapDecode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from hipdrive.pose.store import ModelSpec

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
        decode: `stock` takes the key points as the model gives them, `heatmap` refines them from
            its heat maps, where it has some.

    Attributes:
        runtime: name and version of what runs it.
        decode: as it really is: `stock` for a model without heat maps.

    Raises:
        ModelError: the runtime is missing or broken, or the file is not the model.
    """

    def __init__(
        self, path: Path, spec: ModelSpec, runtime: str, threads: int, decode: str = "stock"
    ) -> None:
        self.decode = decode if spec.heat_map else "stock"
        contract = [f"{spec.output_dtype} {list(spec.output_shape)}"]
        model = path.read_bytes()
        if self.decode == "heatmap":
            model = with_output(model, spec.heat_map)
            contract.append(f"int8 {list(spec.heat_map_shape)}")
        self._interpreter = _construct(model, path, runtime, threads)
        self.runtime = f"{runtime} {metadata.version(runtime)}"
        (self._input,) = _tensors(
            self._interpreter, "input", [f"{spec.input_dtype} {list(spec.input_shape)}"], path
        )
        self._output, *heat = _tensors(self._interpreter, "output", contract, path)
        self._refine = None
        if heat:
            scale, zero_point = self._interpreter.get_output_details()[1]["quantization"]
            self._refine = HeatMapDecode(lambda: heat[0]()[0], scale, zero_point).refine

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
        if self._refine:
            self._refine(self.keypoints)


def default_threads(cores: int | None) -> int:
    """One core is left to the camera, the cues and the network; beyond four, little is gained."""
    return max(1, min(4, (cores or 1) - 1))


def _construct(model: bytes, path: Path, runtime: str, threads: int) -> Any:  # noqa: ANN401  # no stubs exist
    try:
        module = import_module(MODULES[runtime])
    except ImportError as error:
        raise ModelError(f"{runtime} is not installed; {REMEDIES[runtime]}") from error
    try:
        with _quiet():
            interpreter = module.Interpreter(model_content=model, num_threads=threads)
            interpreter.allocate_tensors()
    except SystemError as error:
        raise ModelError(f"{runtime} does not start; {REMEDIES[runtime]}") from error
    except (ValueError, RuntimeError) as error:
        first_line = str(error).splitlines()[0]
        raise ModelError(f"{path}: is not a model that {runtime} can run ({first_line})") from error
    return interpreter


def _tensors(
    interpreter: Any,  # noqa: ANN401  # no stubs exist
    side: str,
    wanted: list[str],
    path: Path,
) -> list[Any]:
    """The functions that give views of the inputs or outputs, checked."""
    details = getattr(interpreter, f"get_{side}_details")()
    found = [f"{detail['dtype'].__name__} {detail['shape'].tolist()}" for detail in details]
    if found != wanted:
        raise ModelError(
            f"{path}: is not a model hipdrive can use: its {side} is {' and '.join(found)}, "
            f"not {' and '.join(wanted)}"
        )
    return [interpreter.tensor(detail["index"]) for detail in details]


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
