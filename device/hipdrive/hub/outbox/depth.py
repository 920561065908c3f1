"""How much waits for the broker, and how much may."""

from __future__ import annotations

from dataclasses import dataclass

from hipdrive.hub.outbox.sqlite_outbox import DISK_BYTES, MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that waits.

    Attributes:
        disk_bytes: rows on disk.
        memory_bytes: rows in memory while the disk cannot be used: ten hours of running.
        strides: a quarter of an hour of both legs, 4 MB.
    """

    disk_bytes: int = DISK_BYTES
    memory_bytes: int = 8 * MIB
    strides: int = 3000


@dataclass(frozen=True, slots=True)
class BacklogDepth:
    """How much waits.

    Attributes:
        rows: number of summaries and counts of cues.
        strides: number of strides.
        oldest_utc_ns: when the oldest row was written, ns since 1970; None where none waits.
        dropped: rows and strides given up since the start of this process.
        refused: strides that the broker refused.
        in_memory: rows that would be lost with this process.
        set_aside: rows that the broker will never take, since the start of this process.
    """

    rows: int = 0
    strides: int = 0
    oldest_utc_ns: int | None = None
    dropped: int = 0
    refused: int = 0
    in_memory: int = 0
    set_aside: int = 0

    @property
    def total(self) -> int:
        """Number of rows and strides."""
        return self.rows + self.strides
