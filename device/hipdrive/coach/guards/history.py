"""What the guards remember of a runner: each metric in the baseline, and of late."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.types.stride import Stride

RECENT_STRIDES = 9
"""Every metric is compared over so many strides, as many as tell most: a worsening is to be known
within ten."""
SOUND_WINDOW = 10
"""Of so many strides of the near leg it is kept whether they could be used."""


@dataclass(frozen=True, slots=True)
class MetricHistory:
    """One metric of the near leg's strides, in its whole units.

    Attributes:
        count, total, squares: sums over the strides of the baseline that have it.
        recent: of up to the last `RECENT_STRIDES` strides after it, oldest first; None where a
            stride lacks it.
    """

    count: int = 0
    total: int = 0
    squares: int = 0
    recent: tuple[int | None, ...] = ()

    @property
    def mean(self) -> int:
        """Mean over the baseline, rounded down; of one stride at least."""
        return self.total // self.count

    @property
    def variance(self) -> int:
        """Sample variance over the baseline, rounded down; of two strides at least."""
        return sample_variance(self.count, self.total, self.squares)

    def with_baseline(self, value: int | None) -> MetricHistory:
        """The same with one more stride of the baseline."""
        if value is None:
            return self
        return MetricHistory(
            self.count + 1, self.total + value, self.squares + value * value, self.recent
        )

    def with_recent(self, value: int | None) -> MetricHistory:
        """The same with one more stride after the baseline."""
        recent = (*self.recent, value)[-RECENT_STRIDES:]
        return MetricHistory(self.count, self.total, self.squares, recent)


@dataclass(frozen=True, slots=True)
class GuardHistory:
    """Everything the guards remember.

    Attributes:
        baseline_strides: how many strides the baselines of the metrics rest on.
        metrics: each metric by its name.
        sound: of up to the last `SOUND_WINDOW` strides of the near leg, whether they could be used.
        far: the latest usable stride of the far leg.
        asked_ns: time over which more could have been asked for: the dose of cues.
    """

    baseline_strides: int = 0
    metrics: Mapping[str, MetricHistory] = field(default_factory=dict)
    sound: tuple[bool, ...] = ()
    far: Stride | None = None
    asked_ns: int = 0

    def __getitem__(self, metric: str) -> MetricHistory:
        """A metric by its name; empty where no stride was kept."""
        return self.metrics.get(metric, EMPTY)

    def noticed(self, stride: Stride) -> GuardHistory:
        """The same after any stride, also one that is not judged."""
        if not stride.near:
            return replace(self, far=stride) if stride.accepted else self
        return replace(self, sound=(*self.sound, stride.accepted)[-SOUND_WINDOW:])

    def with_baseline(self, values: Mapping[str, int | None]) -> GuardHistory:
        """The same with one more stride of the baseline."""
        return replace(
            self,
            baseline_strides=self.baseline_strides + 1,
            metrics={name: self[name].with_baseline(value) for name, value in values.items()},
        )

    def with_recent(self, values: Mapping[str, int | None]) -> GuardHistory:
        """The same with one more stride after the baseline."""
        metrics = {name: self[name].with_recent(value) for name, value in values.items()}
        return replace(self, metrics=metrics)

    def with_asked(self, for_ns: int) -> GuardHistory:
        """The same after a stride of that time at which more could have been asked for."""
        return replace(self, asked_ns=self.asked_ns + for_ns)

    def begun_again(self) -> GuardHistory:
        """The same before a new baseline: what was measured belongs to the one before."""
        return GuardHistory(sound=self.sound, far=self.far, asked_ns=self.asked_ns)

    def without_recent(self) -> GuardHistory:
        """The same after a pause: strides on both sides of it are no row."""
        metrics = {name: replace(each, recent=()) for name, each in self.metrics.items()}
        return replace(self, metrics=metrics)


EMPTY = MetricHistory()


def sample_variance(count: int, total: int, squares: int) -> int:
    """Sample variance (n - 1) from sums, rounded down; two values at least."""
    return (count * squares - total * total) // (count * (count - 1))
