"""A picture with the time at which it was taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    RgbImage: TypeAlias = npt.NDArray[np.uint8]
    """uint8 [height, width, 3], red first."""


FRAMES_IN_USE = 2
"""How many frames of a source are in use at once: the model may see one while the one before it is
in the stages after it. A source that fills its memory again needs room for as many."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture.

    Attributes:
        t_ns: time of exposure in ns, from the sensor or the presentation timestamp of the
            recording. Any origin; strictly increasing from frame to frame.
        image: uint8 [height, width, 3], RGB. Valid until the frame after the next is requested: a
            source may fill the same memory again. Rows may lie apart in memory, as those of a
            camera do.
    """

    t_ns: int
    image: RgbImage
