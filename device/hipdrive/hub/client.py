"""The hub as the loop sees it: an sink that takes moments and never waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from hipdrive.hub.complaint import Complaint
from hipdrive.hub.messages import messages
from hipdrive.hub.messages.cue_count import CueCount
from hipdrive.hub.messages.latest import Latest
from hipdrive.hub.messages.message import Worth
from hipdrive.session.sink import Runs, SessionSink, SinkInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.mqtt.link import MqttLink
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame_result import FrameResult

LIVE_INTERVAL_NS = 200_000_000
"""At most five `live` messages a second, by the frames' own time."""
WINDOW_STRIDES = 30
"""Accepted near-leg strides from one summary to the next."""


class Hub(SessionSink):
    """Publishes the moments of one session to the home hub's MQTT broker; an `Outlet`.

    `live` and single cues are lost while the broker is away. Summaries and counts of cues are kept
    on disk until the broker has them. Strides wait in memory.

    Args:
        line: to the broker; stays open when the session ends.
        session: its id, in every message.
        summary: gives the session so far. Called in `on_frame` and `close` by their thread, so
            what it reads needs no lock; it must be quick.
    """

    info = SinkInfo("hub", Runs.IN_OWN_THREAD, "live values, then strides; the rest waits")

    def __init__(self, line: MqttLink, session: str, summary: Callable[[], SessionSummary]) -> None:
        self._line = line
        self._session = session
        self._summary = summary
        self._latest = Latest(session)
        self._cues = CueCount()
        self._live_t_ns: int | None = None
        self._strides = 0
        self._fault = Complaint()
        self._closed = False
        self._dropped_before = line.dropped

    @property
    def dropped(self) -> int:
        """How many messages were given up in this session."""
        return self._line.dropped - self._dropped_before

    @property
    def warnings(self) -> list[str]:
        """What the broker never got."""
        if not self.dropped:
            return []
        return [f"{self.dropped} messages were not published: the broker was away or refused them"]

    def end(self, _summary: SessionSummary) -> None:
        """Publish the final summary; never waits, never raises."""
        self.close()

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in; never waits, never raises."""
        try:
            self._take(result)
        except Exception:  # noqa: BLE001 - the runner's coach goes on without the hub
            self._fault.say("a result could not be published", traceback=True)

    def _take(self, result: FrameResult) -> None:
        line = self._line
        self._latest.on_frame(result)
        self._cues.on_frame(result)
        before = self._strides // WINDOW_STRIDES
        for stride in result.gait.strides:
            self._strides += stride.near and stride.accepted
            message = messages.stride(self._session, self._latest.first_t_ns, stride)
            line.post(line.topics.stride, message)
        for cue in result.cues if line.online else ():
            line.tell(line.topics.cue, messages.cue(self._session, self._latest.first_t_ns, cue))
        if self._cues.due(result.pose.t_ns):
            self._post_cues(result.pose.t_ns)
        if self._strides // WINDOW_STRIDES > before:
            self._post_summary("window", Worth.WINDOW)
        if line.online and self._live_due(result.pose.t_ns):
            line.flash(line.topics.live, self._latest.live(result))

    def _live_due(self, t_ns: int) -> bool:
        if self._live_t_ns is not None and t_ns - self._live_t_ns < LIVE_INTERVAL_NS:
            return False
        self._live_t_ns = t_ns
        return True

    def _post_cues(self, t_ns: int) -> None:
        message = self._cues.tell(self._session, self._latest.first_t_ns, t_ns)
        self._line.post(self._line.topics.cues, message, Worth.CUES)

    def _post_summary(self, reason: str, worth: Worth) -> None:
        final = worth is Worth.END
        message = messages.summary(self._session, self._summary().to_json(), reason, final=final)
        self._line.post(self._line.topics.summary, message, worth, retain=True)

    def close(self) -> None:
        """Publish the final summary; never waits, never raises. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._cues.news:
                self._post_cues(0)
            self._post_summary("end", Worth.END)
        except Exception:  # noqa: BLE001 - the line has to be closed all the same
            self._fault.say("the final summary could not be made", traceback=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
