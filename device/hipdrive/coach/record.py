"""What a session teaches about its runner: for their profile, if they have one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.coach.speed_baseline import SpeedBaseline


@dataclass(frozen=True, slots=True)
class RunnerRecord:
    """What was measured of one runner in a session.

    Attributes:
        running_ns: sum of the times of the usable strides of the near leg.
        baselines: measured in this session, a speed each.
        probe: result of the retention probe; None before its end.
        closed: somebody else may be running by now, so nothing more is added.
    """

    running_ns: int = 0
    baselines: tuple[SpeedBaseline, ...] = ()
    probe: SpeedBaseline | None = None
    closed: bool = False

    def with_stride(self, stride_time_ns: int) -> RunnerRecord:
        """The record with one more stride."""
        return self if self.closed else replace(self, running_ns=self.running_ns + stride_time_ns)

    def with_baseline(self, baseline: SpeedBaseline) -> RunnerRecord:
        """The record with one more baseline."""
        return self if self.closed else replace(self, baselines=(*self.baselines, baseline))

    def with_probe(self, probe: SpeedBaseline) -> RunnerRecord:
        """The record with the result of the probe."""
        return self if self.closed else replace(self, probe=probe)
