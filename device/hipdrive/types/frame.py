"""A picture with the time at which it was taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    RgbImage: TypeAlias = npt.NDArray[np.uint8]
    """uint8 [height, width, 3], red first."""


FRAMES_AHEAD = 2
"""By how many frames of a recording the model may be ahead of the stages after it: it looks at one
while the next one waits, so that it never has to."""
FRAMES_IN_USE = 1 + FRAMES_AHEAD
"""A source that fills its memory again needs room for as many frames."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture.

    Attributes:
        t_ns: time of exposure in ns, from the sensor or the presentation timestamp of the
            recording. Any origin; strictly increasing from frame to frame.
        image: uint8 [height, width, 3], RGB. Valid until `FRAMES_IN_USE` further ones were
            requested: a source may fill the same memory again. Rows may lie apart in memory, as
            those of a camera do.
    """

    t_ns: int
    image: RgbImage
