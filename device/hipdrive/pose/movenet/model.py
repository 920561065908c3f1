"""MoveNet SinglePose: 17 COCO key points of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.pose.crop import WindowShape
from hipdrive.pose.graph import with_output
from hipdrive.pose.interpreter import TensorType, TfliteGraph
from hipdrive.pose.movenet.heat_map import HeatMapDecode
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.pose.model import Keypoints, ModelOutputs
    from hipdrive.pose.store import ModelSpec
    from hipdrive.types.frame import RgbImage

WINDOW = WindowShape(height=3.6, width=3.3, below_hips=0.1)
"""MoveNet's authors take a square of 3.8; the less there is around the runner, the finer are its
key points. Around the hips, feet would be cut off before the hair is."""
X_Y_SCORE = [1, 0, 2]
"""Columns of MoveNet's y, x, score."""


class MoveNet:
    """A loaded MoveNet, or a model with its tensors.

    Args:
        path: the verified file.
        spec: its entry in the manifest; the tensors must be as it says.
        runtime: what runs it, a key of `interpreter.MODULES`.
        threads: how many the interpreter may use.
        decode: `stock` takes the key points as the model gives them, `heatmap` refines them from
            its heat maps, where it has some.

    Attributes:
        skeleton, runtime, window, picture_shape: as of every `PoseModel`.
        decode: as it really is: `stock` for a model without heat maps.

    Raises:
        ModelError: the runtime is missing or broken, or the file is not the model.
    """

    skeleton = COCO_17

    def __init__(
        self, path: Path, spec: ModelSpec, runtime: str, threads: int, decode: str = "stock"
    ) -> None:
        self.window = WINDOW
        self.decode = decode if spec.heat_map else "stock"
        outputs = [TensorType(spec.output_dtype, spec.output_shape)]
        contents = path.read_bytes()
        if self.decode == "heatmap":
            contents = with_output(contents, spec.heat_map)
            outputs.append(TensorType("int8", spec.heat_map_shape))
        self._graph = TfliteGraph(contents, path, runtime, threads)
        self._graph.require([TensorType(spec.input_dtype, spec.input_shape)], outputs)
        self.runtime = self._graph.runtime
        self._input = self._graph.input_view(0, np.uint8)
        self._output = self._graph.output_view(0, np.float32)
        _, height, width, channels = spec.input_shape
        self.picture_shape = height, width, channels
        self._heat_maps: HeatMapDecode | None = None
        if self.decode == "heatmap":
            self._heat = self._graph.output_view(1, np.int8)
            scale, zero_point = self._graph.output_quantization(1)
            self._heat_maps = HeatMapDecode(scale, zero_point, self.skeleton)

    def fill(self, picture: RgbImage) -> None:
        """Take the picture in, uint8 [height, width, 3]."""
        # A view of the interpreter's memory that is held would keep it from running.
        self._input()[0] = picture

    def run(self) -> None:
        """Run the network on it."""
        self._graph.invoke()

    def outputs(self) -> ModelOutputs:
        """Key points as the model gives them, float32 [17, 3], and heat maps if they are read."""
        stock = self._output()[0, 0].copy()
        return (stock, self._heat()[0].copy()) if self._heat_maps else (stock,)

    def read(self, outputs: ModelOutputs) -> Keypoints:
        """Key points, float32 [17, 3]: x, y as fractions of the picture, score."""
        keypoints: Keypoints = outputs[0].copy()
        if self._heat_maps:
            self._heat_maps.refine(keypoints, outputs[1])
        in_order: Keypoints = keypoints[:, X_Y_SCORE]
        return in_order
