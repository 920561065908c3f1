"""What whoever starts the device anew is told: systemd, and the log of failed starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.session.sink import SessionSink, SinkInfo

if TYPE_CHECKING:
    from hipdrive.health.service_manager import ServiceManager
    from hipdrive.health.start_log import StartLog
    from hipdrive.session.sink import SessionContext
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame_result import FrameResult

DISK_S = 30.0
"""How long beginning or ending a session may wait for a disk; each sink has a limit of its own."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """Who starts the device anew when it does not work.

    Attributes:
        service: systemd.
        starts: those that failed.
        safe_mode: True: so many that the camera is not to be tried.
    """

    service: ServiceManager
    starts: StartLog
    safe_mode: bool = False

    def frame(self, t_ns: int) -> None:
        """A frame has gone through the loop."""
        self.service.frame(t_ns)
        self.starts.frame()

    def open_sink(self, _context: SessionContext) -> SupervisionSink:
        """A session begins; a factory of sinks."""
        return SupervisionSink(self)


class SupervisionSink(SessionSink):
    """Says that frames go through the loop, and that a disk is waited for when the session ends."""

    info = SinkInfo("supervision")

    def __init__(self, supervision: Supervision) -> None:
        self._supervision = supervision
        supervision.service.be_patient(DISK_S)
        supervision.service.says("a session goes on")

    def on_frame(self, result: FrameResult) -> None:
        """Feed the watchdog."""
        self._supervision.frame(result.pose.t_ns)

    def end(self, _summary: SessionSummary) -> None:
        """The other sinks finish now."""
        self._supervision.service.be_patient(DISK_S)
