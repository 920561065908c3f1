"""A thread and a bounded queue in front of a sink that may be slow."""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import TYPE_CHECKING

from hipdrive.session.sink import SessionSink

if TYPE_CHECKING:
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame_result import FrameResult

log = logging.getLogger("hipdrive.session")

MOST_RESULTS_WAITING = 2048
"""Half a minute at 60 frames a second, a megabyte or two."""
END_S = 4.0
"""How long the end of a session waits for what is left in the queue, and then for the sink's own
end; a service has 20 s for all of it."""
STALL_S = 8.0
"""A replay does without a sink that has taken nothing for this long."""


class QueuedSink(SessionSink):
    """Hands results to a sink in a thread of its own, in order.

    A sink that raises gets nothing more, and that is logged once: the session goes on without it.

    Args:
        sink: called in that thread only.
        lossless: True makes the loop wait while the queue is full, as a replay may; False drops the
            newest results and counts them, as a live session must.

    Attributes:
        info: of the sink.
        dropped: results that the sink never got.
    """

    def __init__(self, sink: SessionSink, *, lossless: bool) -> None:
        self.info = sink.info
        self.dropped = 0
        self._sink = sink
        self._lossless = lossless
        self._changed = threading.Condition()
        self._waiting: deque[FrameResult] = deque()
        self._ended = False
        self._failed = False
        self._taken = 0
        self._thread = threading.Thread(target=self._work, name=sink.info.name, daemon=True)
        self._thread.start()

    def on_frame(self, result: FrameResult) -> None:
        """Queue the result, without its picture."""
        with self._changed:
            if self._lossless:
                taken = self._taken
                while not self._changed.wait_for(self._has_room, STALL_S):
                    if self._taken == taken:
                        self._give_up(f"it took nothing for {STALL_S:g} s")
                    taken = self._taken
            if self._failed or len(self._waiting) >= MOST_RESULTS_WAITING:
                self.dropped += 1
                return
            self._waiting.append(result.without_frame())
            self._changed.notify_all()

    @property
    def warnings(self) -> list[str]:
        """Those of the sink, and what it never got."""
        if not self.dropped:
            return self._sink.warnings
        name, lost = self.info.name, self.info.dropped_when_late
        missed = f"{self.dropped} frames did not reach {name}, which was too slow or failed"
        return [*self._sink.warnings, f"{missed} ({lost})" if lost else missed]

    def end(self, summary: SessionSummary) -> None:
        """Let the sink have what waits for it, and end it; not longer than `END_S`."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join(END_S)
        failures: list[Exception] = []
        if not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self._end_sink, args=(summary, failures), name=self.info.name, daemon=True
            )
            self._thread.start()
            self._thread.join(END_S)
        if self._thread.is_alive():
            log.warning("%s is left behind: it was not done within %g s", self.info.name, END_S)
        for failure in failures:
            raise failure

    def _end_sink(self, summary: SessionSummary, failures: list[Exception]) -> None:
        try:
            self._sink.end(summary)
        except Exception as error:  # noqa: BLE001  # raised in the thread that ends the session
            failures.append(error)

    def _has_room(self) -> bool:
        return self._failed or len(self._waiting) < MOST_RESULTS_WAITING

    def _work(self) -> None:
        while (result := self._next()) is not None:
            try:
                self._sink.on_frame(result)
            except Exception as error:  # noqa: BLE001  # the runner's coach goes on without this sink
                with self._changed:
                    self.dropped += 1
                    self._give_up(str(error))
                return

    def _give_up(self, reason: str) -> None:
        """The sink gets nothing more; called with the lock."""
        log.error("%s has stopped: %s", self.info.name, reason)
        self._failed = True
        self.dropped += len(self._waiting)
        self._waiting.clear()
        self._changed.notify_all()

    def _next(self) -> FrameResult | None:
        """The oldest result that waits; None once the session has ended and none is left."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if not self._waiting:
                return None
            result = self._waiting.popleft()
            self._taken += 1
            self._changed.notify_all()
            return result
