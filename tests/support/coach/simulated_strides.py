"""Strides of a runner with the scatter of people, from a seed: no pictures, no key points."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hipdrive.coach.coach import Coach
from hipdrive.coach.guards.values import LEG_DIFFERENCE, STRIDE_TIME
from hipdrive.coach.settings import CoachSettings
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import CueKind
from hipdrive.types.gait_update import GaitUpdate
from hipdrive.types.side import Side
from hipdrive.types.stride import Stride

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hipdrive.types.cue import Cue

DEG = bam_from_deg(1)
PERCENT = 1 << 16
MS = 1_000_000
THIGH_EXT = "thigh_ext"
MEASURED = ("contact_time", "shank_contact", "overstride", "trunk_lean", "bounce")
LAG_1 = 0.2
"""Each stride resembles the one before. On the clips below the correlation is -0.1 to 0.3 for most
metrics."""


@dataclass(frozen=True)
class Scatter:
    """Mean and SD from stride to stride of one metric, in its whole units."""

    mean: int
    sd: int


PEOPLE: Mapping[str, Scatter] = {
    THIGH_EXT: Scatter(20 * DEG, round(2.5 * DEG)),
    LEG_DIFFERENCE: Scatter(0, round(2.6 * DEG)),
    STRIDE_TIME: Scatter(711 * MS, 13 * MS),
    "contact_time": Scatter(235 * MS, 16 * MS),
    "shank_contact": Scatter(8 * DEG, 2 * DEG),
    "overstride": Scatter(25 * PERCENT, 2 * PERCENT),
    "trunk_lean": Scatter(5 * DEG, round(0.9 * DEG)),
    "bounce": Scatter(10 * PERCENT, round(0.9 * PERCENT)),
}
"""As measured on the three clips of runners of `docs/real-clips.md` (x264, crf 16; 16, 8 and 41
strides). SDs there, in that order: thigh_ext 1.4, 2.5, 1.8 degrees; near minus far leg 2.8, 2.7,
2.1; stride time 9, 17, 13 ms; contact time 23, 14, 7 ms; shank 2.5, 1.6, 1.6 degrees; overstride
2.5, 1.5, 1.7 %; lean 0.7, 1.1, 0.8 degrees; bounce 0.6, 0.9, 1.1 %."""

SETTINGS = CoachSettings(
    baseline_strides=30,
    raise_bam=2 * DEG,
    guard_bam=5 * DEG,
    buzz_gap_strides=8,
    measured=MEASURED,
)


@dataclass
class SimulatedRunner:
    """A runner who is coached stride by stride.

    Attributes:
        seed: of everything that is random.
        people: what the runner is like.
        settings: of the coach.
    """

    seed: int
    people: Mapping[str, Scatter] = field(default_factory=lambda: PEOPLE)
    settings: CoachSettings = SETTINGS
    t_ns: int = 0
    cues: list[Cue] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._now = dict.fromkeys(self.people, 0.0)
        self.coach = Coach(self.settings)

    @property
    def target_bam(self) -> int:
        """Where the coach wants the runner; after the baseline."""
        band = self.coach.status.band
        assert band is not None
        return band.target_bam

    @property
    def low_bam(self) -> int:
        band = self.coach.status.band
        assert band is not None
        return band.low_bam

    def baseline(self) -> SimulatedRunner:
        """As they are, until the baseline is complete."""
        self.run(self.settings.baseline_strides)
        return self

    def run(self, count: int, **shifts: int) -> list[tuple[CueKind, ...]]:
        """So many strides; what each brought.

        Args:
            count: how many.
            shifts: how much a metric differs from what it is like, by its name.
        """
        return [self.stride(shifts) for _ in range(count)]

    def run_at(self, thigh_ext_bam: int, count: int, **shifts: int) -> list[tuple[CueKind, ...]]:
        """The same, with that mean thigh extension."""
        return self.run(count, thigh_ext=thigh_ext_bam - self.people[THIGH_EXT].mean, **shifts)

    def stride(self, shifts: Mapping[str, int]) -> tuple[CueKind, ...]:
        """One stride of both legs; the cues that the near one brought."""
        values = {name: self._next(name) + shifts.get(name, 0) for name in self.people}
        self.t_ns += values[STRIDE_TIME]
        far_bam = values[THIGH_EXT] - values[LEG_DIFFERENCE]
        far = self._stride(self.t_ns - values[STRIDE_TIME] // 2, Side.RIGHT, far_bam, values)
        near = self._stride(self.t_ns, Side.LEFT, values[THIGH_EXT], values)
        cues = self.coach.step(self.t_ns, GaitUpdate(strides=(far, near)))
        self.cues += cues
        return tuple(cue.kind for cue in cues)

    def _next(self, name: str) -> int:
        scatter = self.people[name]
        now = LAG_1 * self._now[name] + math.sqrt(1 - LAG_1**2) * self._random.gauss(0, 1)
        self._now[name] = now
        return scatter.mean + round(now * scatter.sd)

    @staticmethod
    def _stride(t_ns: int, leg: Side, thigh_ext_bam: int, values: Mapping[str, int]) -> Stride:
        return Stride(
            t_ns=t_ns,
            leg=leg,
            near=leg is Side.LEFT,
            thigh_ext_bam=thigh_ext_bam,
            hip_ext_bam=0,
            stride_time_ns=values[STRIDE_TIME],
            rejection=None,
            measures=tuple(values[name] for name in MEASURED),
        )


def asks(kinds: Iterable[CueKind]) -> bool:
    """Whether cues ask for more."""
    return not {CueKind.LED_BELOW, CueKind.BUZZ}.isdisjoint(kinds)
