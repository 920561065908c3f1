"""What every pose model offers, whatever it is made of and whatever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

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


class PoseModel(Protocol):
    """Finds the key points of one person in a picture.

    The picture is written into `picture` and not passed to `infer`: a model that runs in a TFLite
    interpreter lends its input's memory, so nothing is copied, and the interpreter refuses to run
    while a reference to that memory is held.
    """

    @property
    def skeleton(self) -> Skeleton:
        """What the key points are called, in the order of `infer`'s rows."""
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
    def picture(self) -> RgbImage:
        """The input, uint8 [height, width, 3], RGB 0..255, to be written in place.

        Ask for it anew for each picture and let go of it before `infer`.
        """
        ...

    def infer(self) -> Keypoints:
        """The key points of whatever is in `picture`."""
        ...


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
