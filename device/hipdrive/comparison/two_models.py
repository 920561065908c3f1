"""Two pose models, each with a gait engine of its own, on the same pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.comparison.agreement import Agreement, curves, peaks
from hipdrive.gait.engine import GaitEngine
from hipdrive.session.mean_stride_time import MeanStrideTime, cadence_spm
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hipdrive.comparison.agreement import Values
    from hipdrive.config import GaitConfig
    from hipdrive.types.frame import Frame
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.pose import Pose
    from hipdrive.types.side import Side
    from hipdrive.types.stride import Stride


@dataclass
class ModelRun:
    """What one model saw of a recording.

    Attributes:
        name: of the model.
        facing: found, or as given.
        samples, strides: as the engine gave them, near leg and far.
    """

    name: str
    facing: Side | None = None
    samples: list[Sample] = field(default_factory=list)
    strides: list[Stride] = field(default_factory=list)

    @property
    def near(self) -> list[Stride]:
        """Strides of the leg on the camera's side."""
        return [stride for stride in self.strides if stride.near]

    @property
    def accepted(self) -> list[Stride]:
        """Those of them that count."""
        return [stride for stride in self.near if stride.accepted]

    @property
    def cadence_spm(self) -> float | None:
        """Steps a minute, as a session has them: over both legs' strides whose time is sound."""
        legs = near, far = MeanStrideTime(), MeanStrideTime()
        for stride in self.strides:
            if stride.times_cadence:
                (near if stride.near else far).add(stride)
        return cadence_spm(*legs)

    def curve(self) -> tuple[Values, Values]:
        """The near thigh: seconds of the recording's clock, and degrees."""
        return (
            np.array([sample.t_ns / NS_PER_S for sample in self.samples]),
            np.array([deg_from_bam(sample.near_thigh_ext_bam) for sample in self.samples]),
        )

    def peaks(self) -> tuple[Values, Values]:
        """Peaks of the accepted near strides: seconds and degrees."""
        return (
            np.array([stride.t_ns / NS_PER_S for stride in self.accepted]),
            np.array([deg_from_bam(stride.thigh_ext_bam) for stride in self.accepted]),
        )


@dataclass(frozen=True)
class Comparison:
    """Two runs over one recording.

    Attributes:
        first, second: of each model.
    """

    first: ModelRun
    second: ModelRun

    @property
    def same_side(self) -> bool:
        """Both found the runner to face the same way; else they measured different legs."""
        return self.first.facing == self.second.facing

    def of_curve(self) -> Agreement:
        """The near thigh's angle, moment by moment, degrees."""
        return curves(*self.first.curve(), *self.second.curve())

    def of_peaks(self) -> Agreement:
        """The peaks of the strides that both accept, degrees."""
        return peaks(*self.first.peaks(), *self.second.peaks())


def compare(
    frames: Iterable[Frame],
    estimators: Sequence[tuple[str, Callable[[Frame], Pose]]],
    config: GaitConfig,
    facing: Side | None = None,
) -> Comparison:
    """Show every picture to both models.

    Args:
        frames: of the recording; gone through once.
        estimators: name and pose stage of the first model and of the second.
        config: how the engines measure.
        facing: the side of the picture the runner faces; None: each finds out.
    """
    engines = [GaitEngine(facing, config.filter_hz, config.knee_timing) for _ in estimators]
    runs = [ModelRun(name) for name, _ in estimators]
    for frame in frames:
        for (_, estimate), engine, run in zip(estimators, engines, runs, strict=True):
            update = engine.step(estimate(frame))
            run.samples += update.samples
            run.strides += update.strides
    for engine, run in zip(engines, runs, strict=True):
        run.facing = engine.facing
    first, second = runs
    return Comparison(first, second)
