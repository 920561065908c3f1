"""A device that runs two sessions, and whose power is cut around the end of the second; a program.

usage: python cut_device.py JSON OF CutOrder
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hipdrive import app
from hipdrive.config import CameraConfig, Config, HubConfig, KeepConfig
from hipdrive.control.command_handler import ReceivedCommand
from hipdrive.hub import sink
from hipdrive.hub.outbox.sqlite_outbox import Outbox
from hipdrive.session import programme_summary, sinks
from support.hub.frames import until
from support.patient_belt import PatientBelt
from support.session.noted_disk import NotedDisk
from support.simulated_belt import BEGIN, FPS

if TYPE_CHECKING:
    from hipdrive.hub.messages.outgoing import OutgoingMessage

PROGRAM = Path(__file__)
RUNNER = "Ada"
FIRST_S, BREAK_S, SECOND_S = 14, 1, 36
"""Longer than the recorder syncs (5 s), the second than it keeps a summary so far (30 s)."""
COUNTED_S = 8
"""Running in a session that counts in the runner's profile; minutes in a device as it is."""
SUMMARY_STRIDES = 5
"""So often the broker gets a summary; 30 in a device as it is."""


@dataclass(frozen=True, slots=True)
class CutOrder:
    """What a device is to do.

    Attributes:
        data: its data folder.
        port: of its broker.
        notes, kept: as of `NotedDisk`.
        number: of the start, from 0: a session's id has its time.
        cut_before: number of the change before which its power is cut; None: not at a change.
        ending: that number counts from when the second session was asked to end; else from when it
            began.
        cut_after_s: how long after the second session was asked to end; None: not by the clock.
    """

    data: str
    port: int
    notes: str
    kept: str
    number: int
    cut_before: int | None = None
    ending: bool = False
    cut_after_s: float | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def cut() -> None:
    """Of the whole group: nobody is left to finish anything."""
    os.killpg(0, signal.SIGKILL)


class TwoSessions:
    """The day of the device.

    Args:
        order: what it is to do.
        disk: where it does that.
    """

    def __init__(self, order: CutOrder, disk: NotedDisk) -> None:
        self._order = order
        self._disk = disk
        self._asked_s = 0.0
        self._belt = PatientBelt(
            [(0, 1000)],
            ends_s=FIRST_S + BREAK_S + SECOND_S,
            began=BEGIN + timedelta(minutes=10 * order.number),
            runner=RUNNER,
        )
        self._belt.acts = [
            (FIRST_S, lambda: self._command("end")),
            (FIRST_S + BREAK_S, self._begin_second),
            (FIRST_S + BREAK_S + SECOND_S, self._note_asked),
        ]

    def run(self) -> None:
        """Both sessions, and the end of the device."""
        app.estimator = self._belt.estimator  # type: ignore[assignment]
        sinks.Recorder = self._belt.open_recorder  # type: ignore[assignment,attr-defined]
        config = Config(
            data_dir=self._order.data,
            camera=CameraConfig(fps=FPS),
            keep=KeepConfig(free_megabytes=0),
            hub=HubConfig(host="127.0.0.1", port=self._order.port),
        )
        for number, outcome in enumerate(self._belt.run(config)):
            self._disk.note(**{f"ended_{number}": outcome.summary.id})
        took_s = time.monotonic() - self._asked_s
        self._disk.note(changes=self._disk.changes, took_s=took_s)

    def _command(self, action: str) -> None:
        assert self._belt.commands is not None
        content = json.dumps({"action": action}).encode()
        answer = self._belt.commands.handle(ReceivedCommand("session", content))
        assert answer.accepted, answer.explanation

    def _begin_second(self) -> None:
        # What an earlier start left is completed in the background.
        sessions = Path(self._order.data) / "sessions"
        until(lambda: not any(sessions.glob("*/.*")))
        if not self._order.ending:
            self._disk.count()
        self._command("start")

    def _note_asked(self) -> None:
        self._disk.note(asked=self._disk.changes)
        self._asked_s = time.monotonic()
        if self._order.ending:
            self._disk.count()
        if self._order.cut_after_s is not None:
            timer = threading.Timer(self._order.cut_after_s, cut)
            timer.daemon = True
            timer.start()


def note_stored(disk: NotedDisk) -> None:
    """Have every message that is stored noted, before anybody else can know of it."""
    put = Outbox.put

    def put_and_note(outbox: Outbox, outgoing: OutgoingMessage, *, synchronised: bool) -> str:
        row_id = put(outbox, outgoing, synchronised=synchronised)
        disk.note(stored=row_id)
        return row_id

    Outbox.put = put_and_note  # type: ignore[assignment,method-assign]


def main() -> None:
    """One start of the device."""
    order = CutOrder(**json.loads(sys.argv[1]))
    disk = NotedDisk(Path(order.notes), Path(order.kept), cut, order.cut_before)
    programme_summary.LEAST_RUNNING_S = COUNTED_S
    sink.WINDOW_STRIDES = SUMMARY_STRIDES
    note_stored(disk)
    disk.watch()
    TwoSessions(order, disk).run()


if __name__ == "__main__":
    main()
