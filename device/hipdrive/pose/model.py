"""What every pose model offers, whatever it is made of and whatever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from hipdrive.pose.crop import WindowShape
    from hipdrive.pose.store import ModelSpec
    from hipdrive.types.frame import RgbImage
    from hipdrive.types.skeleton import Skeleton

    Keypoints: TypeAlias = npt.NDArray[np.float32]
    """float32 [joints, 3]: x to the right and y down as fractions of the picture, score 0..1."""
    ModelOutputs: TypeAlias = tuple[npt.NDArray[Any], ...]
    """What a network gives for one picture, before anybody reads key points from it."""


class PoseModel(Protocol):
    """Finds the key points of one person in a picture, step by step.

    `fill`, `run` and `outputs` belong together and to one thread; `read` to any. Of these only
    `run` takes long, and it does not hold Python's lock.
    """

    @property
    def skeleton(self) -> Skeleton:
        """What the key points are called, in the order of `read`'s rows."""
        ...

    @property
    def runtime(self) -> str:
        """Name and version of what runs the model."""
        ...

    @property
    def decode(self) -> str:
        """How key points are read from what the model gives: `stock` is as its authors do."""
        ...

    @property
    def window(self) -> WindowShape:
        """What it wants to see around a person; the picture shows that, stretched to fill it."""
        ...

    @property
    def picture_shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the pictures that it takes."""
        ...

    def fill(self, picture: RgbImage) -> None:
        """Take the picture in, uint8 [height, width, 3], RGB 0..255; it is copied."""
        ...

    def run(self) -> None:
        """Run the network on what was taken in."""
        ...

    def outputs(self) -> ModelOutputs:
        """What the network gave, in arrays that the next run leaves alone."""
        ...

    def read(self, outputs: ModelOutputs) -> Keypoints:
        """The key points in what the network gave for a picture."""
        ...


def outputs_for(model: PoseModel, picture: RgbImage) -> ModelOutputs:
    """What a model gives for a picture, all steps in one."""
    model.fill(picture)
    model.run()
    return model.outputs()


class ModelFamily(Protocol):
    """Loads models of one architecture; a class whose objects are `PoseModel`s is one."""

    @property
    def skeleton(self) -> Skeleton:
        """What the key points of its models are called, which is known without loading one."""
        ...

    def __call__(
        self, path: Path, spec: ModelSpec, runtime: str, threads: int, decode: str
    ) -> PoseModel:
        """Load a model.

        Args:
            path: the verified file.
            spec: its entry in the manifest.
            runtime: `pose.runtime` of the configuration.
            threads: how many it may use.
            decode: `pose.decode` of the configuration, where the model has a choice.

        Raises:
            ModelError: the runtime is missing or broken, or the file is not the model.
        """
        ...
