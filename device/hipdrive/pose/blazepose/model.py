"""BlazePose (Lite, Full, Heavy): 33 landmarks of one person, heels and toes among them.

Only the landmark model is used. MediaPipe puts a detector of faces before it and turns the picture
until the person is upright; a runner is upright already, and the window that follows them
(`pose.crop`) is what the detector would find.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import ModelError
from hipdrive.pose.blazepose.heat_map import probability, refine
from hipdrive.pose.crop import WindowShape
from hipdrive.pose.graph import with_outputs_only
from hipdrive.pose.interpreter import TensorType, TfliteGraph
from hipdrive.types.skeleton import COCO_17_FEET

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.pose.model import Keypoints, ModelOutputs
    from hipdrive.pose.store import ModelSpec
    from hipdrive.types.frame import RgbImage

LANDMARKS = (0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32)
"""Of MediaPipe's topology of 33, those of `COCO_17_FEET` in its order; the eyes are the pupils."""
LANDMARK_VALUES = 5
"""x, y and z in pixels of the input, then logits of being visible and of being in the picture."""
LANDMARK_OUTPUT, PERSON_OUTPUT, HEAT_OUTPUT = 0, 1, 3
"""Which outputs are read. The others are a mask and places in metres."""
PERSON_SHAPE = (1, 1)
WINDOW = WindowShape(height=4.1, width=4.1, first_looks=8)
"""MediaPipe cuts a square around the middle of the hips out, a quarter larger than the circle
around the whole person that the model's auxiliary points tell; over the torso that is 4.0 to 4.1 on
clips of two runners. Sized by the torso, as for every model, it does not breathe with each step.

It is trained on what a detector cut out. Somebody who is small in the picture it draws too short,
and again in the window that comes of it, which cuts the feet off: on one of four clips a torso of
107 px became 194 in seven looks, and both legs were on one until the window had grown by itself,
after six seconds. On the others the first look was within 5 %."""


class BlazePose:
    """A loaded landmark model of BlazePose.

    The score of a joint is the probability that it is visible, times that of there being a person
    at all: without one the model places its joints just as surely.

    Args:
        path: the verified file.
        spec: its entry in the manifest; the tensors must be as it says.
        runtime: what runs it, a key of `interpreter.MODULES`.
        threads: how many the interpreter may use.
        decode: not looked at: its authors read the heat maps too, so there is one way.

    Attributes:
        skeleton, runtime, decode, window, picture_shape: as of every `PoseModel`.

    Raises:
        ModelError: the runtime is missing or broken, or the file is not the model.
    """

    skeleton = COCO_17_FEET

    def __init__(
        self,
        path: Path,
        spec: ModelSpec,
        runtime: str,
        threads: int,
        decode: str = "stock",  # noqa: ARG002  # every family takes the same
    ) -> None:
        self.decode = "stock"
        self.window = WINDOW
        try:
            outputs = LANDMARK_OUTPUT, PERSON_OUTPUT, HEAT_OUTPUT
            contents = with_outputs_only(path.read_bytes(), outputs)
        except ModelError as error:
            raise ModelError(f"{path}: is not a BlazePose landmark model ({error})") from error
        self._graph = TfliteGraph(contents, path, runtime, threads)
        self._graph.require(
            [TensorType(spec.input_dtype, spec.input_shape)],
            [
                TensorType(spec.output_dtype, spec.output_shape),
                TensorType(spec.output_dtype, PERSON_SHAPE),
                TensorType(spec.output_dtype, spec.heat_map_shape),
            ],
        )
        self.runtime = self._graph.runtime
        self._input = self._graph.input_view(0, np.float32)
        self._landmarks = self._graph.output_view(0, np.float32)
        self._person = self._graph.output_view(1, np.float32)
        self._heat = self._graph.output_view(2, np.float32)
        _, height, width, channels = spec.input_shape
        self.picture_shape = height, width, channels
        self._per_pixel = np.array([1 / width, 1 / height], np.float32)

    def fill(self, picture: RgbImage) -> None:
        """Take the picture in, uint8 [height, width, 3]."""
        np.multiply(picture, np.float32(1 / 255), out=self._input()[0])

    def run(self) -> None:
        """Run the network on it."""
        self._graph.invoke()

    def outputs(self) -> ModelOutputs:
        """Landmarks, whether there is a person, and heat maps, all float32."""
        return self._landmarks()[0].copy(), self._person()[0].copy(), self._heat()[0].copy()

    def read(self, outputs: ModelOutputs) -> Keypoints:
        """Key points, float32 [21, 3]: x, y as fractions of the picture, score."""
        landmarks, person, heat = outputs
        rows = landmarks.reshape(-1, LANDMARK_VALUES)[LANDMARKS, :]
        keypoints: Keypoints = rows[:, :3].copy()
        keypoints[:, :2] *= self._per_pixel
        keypoints[:, 2] = person[0] * probability(rows[:, 3])
        refine(keypoints, heat[:, :, LANDMARKS])
        return keypoints
