"""Where thigh extension is wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """Where thigh extension is wanted, in BAM.

    Attributes:
        low_bam, high_bam: its edges, which belong to it.
        target_bam: a little above the runner's own mean.
        mean_error_bam: standard error of the mean of the strides that is held against it.
    """

    low_bam: int
    target_bam: int
    high_bam: int
    mean_error_bam: int = 0
