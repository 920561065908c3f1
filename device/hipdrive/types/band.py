"""Where thigh extension is wanted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """Where thigh extension is wanted, in BAM."""

    low_bam: int
    target_bam: int
    high_bam: int
