"""A simulated belt whose time waits for the record, which goes by its clock."""

from __future__ import annotations

import time

from hipdrive.session.recorder import Recorder
from support.simulated_belt import SimulatedBelt

MOST_WAITING = 200
"""Results that the recorder may be behind."""


class PatientBelt(SimulatedBelt):
    """Time passes no faster than the record is written, so that every sync is the real one."""

    recorder: Recorder | None = None

    def pass_by(self, ns: int) -> None:
        """Let the recorder catch up first."""
        while self.recorder is not None and self.recorder._queue.qsize() > MOST_WAITING:
            time.sleep(0.001)
        super().pass_by(ns)

    def open_recorder(self, *arguments: object, **options: object) -> Recorder:
        """In place of `hipdrive.session.sinks.Recorder`."""
        self.recorder = Recorder(*arguments, clock_ns=lambda: self.now_ns, **options)  # type: ignore[arg-type]
        return self.recorder
