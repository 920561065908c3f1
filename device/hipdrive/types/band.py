"""Where thigh extension is wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """Where thigh extension is wanted, in BAM."""

    low_bam: int
    target_bam: int
    high_bam: int

    def moved(self, by_bam: int) -> Band:
        """The band as wide as before, further up or, negative, further down."""
        return Band(self.low_bam + by_bam, self.target_bam + by_bam, self.high_bam + by_bam)
