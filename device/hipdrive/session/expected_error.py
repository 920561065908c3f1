"""How far an angle may be off: what drawn people, of whom all is known, showed of the same model.

No recording tells its own bias: bodies, clothes and the side that a model sees move an angle by
degrees. So every session carries the figure of the runners most like it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from hipdrive.session.figures import ExpectedError
from hipdrive.types.side import Side
from hipdrive.types.stride import HIP_EXT, THIGH_EXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.session.summary import PoseInfo

FILE = "expected_error.toml"
"""Written by `scripts/expected_error.py`."""
SOURCE = "docs/accuracy_mesh.md"


@dataclass(frozen=True, slots=True)
class MeasuredGroup:
    """Clips of drawn people that have a model, a facing and a frame rate in common.

    Attributes:
        model, decode: what made the key points, and how they were read.
        facing: which way they face.
        fps: frames a second.
        clips: how many, of different bodies, clothes and rooms.
        errors_deg: by definition, of the mean peak of a clip: root mean square.
        noises_deg: by definition, from stride to stride within a clip: SD.
    """

    model: str
    decode: str
    facing: Side
    fps: int
    clips: int
    errors_deg: Mapping[str, float]
    noises_deg: Mapping[str, float]

    def expected(self, definition: str) -> ExpectedError:
        """Of one angle."""
        return ExpectedError(
            deg=self.errors_deg[definition],
            noise_deg=self.noises_deg[definition],
            source=f"{self.clips} clips of drawn people who face {self.facing}, at {self.fps} "
            f"frames a second, with {self.model} ({SOURCE})",
        )


def expected_errors(
    pose: PoseInfo | None, facing: Side | None, fps: float
) -> Mapping[str, ExpectedError]:
    """By definition, the errors of an angle's mean; empty where nobody measured the like.

    Args:
        pose: the model; None for one that is not known.
        facing: which way the runner faces.
        fps: frames a second.
    """
    alike = [
        group
        for group in measured_groups()
        if pose and (group.model, group.decode, group.facing) == (pose.model, pose.decode, facing)
    ]
    if not alike:
        return {}
    nearest = min(alike, key=lambda group: abs(group.fps - fps))
    return {definition: nearest.expected(definition) for definition in (THIGH_EXT, HIP_EXT)}


@cache
def measured_groups() -> tuple[MeasuredGroup, ...]:
    """All that were measured."""
    text = (resources.files(__package__) / FILE).read_text(encoding="utf-8")
    return tuple(
        MeasuredGroup(**{**row, "facing": Side(row["facing"])})
        for row in tomllib.loads(text)["groups"]
    )
