"""The hub as a session sees it: a sink that takes frame results and never blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from hipdrive.hub.messages.cue_count import CueCount
from hipdrive.hub.messages.live_values import LiveValues
from hipdrive.hub.messages.outgoing import Priority
from hipdrive.hub.messages.session_messages import cue_message, stride_message, summary_message
from hipdrive.hub.waiting_cues import WaitingCues
from hipdrive.hub.warn_once import WarnOnce
from hipdrive.session.sink import RunsIn, SessionSink, SinkInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.hub.mqtt.link import MqttLink
    from hipdrive.session.cue_times import CueTimes
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame_result import FrameResult

LIVE_INTERVAL_NS = 200_000_000
"""Shortest time between two `live` messages, by the frames' own time: five a second."""
WINDOW_STRIDES = 30
"""Accepted near-leg strides from one summary to the next."""


class HubSink(SessionSink):
    """Publishes the frame results of one session to the MQTT broker.

    `live` and single cues are lost while the broker is away. Summaries and counts of cues are kept
    on disk until the broker has them. Strides wait in memory.

    Args:
        link: to the broker; stays open when the session ends.
        session: id of the session, in every message.
        summary: returns the session so far. Called in `on_frame` and `close` by their thread, so
            what it reads needs no lock; it must be quick.
        cue_times: when cues were shown; None: that is not known.
    """

    info = SinkInfo("hub", RunsIn.OWN_THREAD, "live values, then strides; the rest waits")

    def __init__(
        self,
        link: MqttLink,
        session: str,
        summary: Callable[[], SessionSummary],
        cue_times: CueTimes | None = None,
    ) -> None:
        self._link = link
        self._session = session
        self._summary = summary
        self._live = LiveValues(session)
        self._cues = CueCount()
        self._waiting = WaitingCues(cue_times)
        self._live_t_ns: int | None = None
        self._strides = 0
        self._warning = WarnOnce()
        self._closed = False
        self._dropped_before = link.dropped

    @property
    def dropped(self) -> int:
        """Number of messages given up in this session."""
        return self._link.dropped - self._dropped_before

    @property
    def warnings(self) -> list[str]:
        """How many messages the broker never got; empty when it got all."""
        if not self.dropped:
            return []
        return [
            f"{self.dropped} messages were not published: the broker was away or did not take them"
        ]

    def on_frame(self, result: FrameResult) -> None:
        """Publish what one frame brought; never blocks, never raises."""
        try:
            self._publish(result)
        except Exception:  # noqa: BLE001 - the runner's coach goes on without the hub
            self._warning.warn("a result could not be published", traceback=True)

    def _publish(self, result: FrameResult) -> None:
        link = self._link
        self._live.on_frame(result)
        self._cues.on_frame(result)
        windows = self._strides // WINDOW_STRIDES
        for stride in result.gait.strides:
            self._strides += stride.near and stride.accepted
            message = stride_message(self._session, self._live.first_t_ns, stride)
            link.publish(link.topics.stride, message)
        self._waiting.add(result.cues)
        self._publish_shown(result.pose.t_ns)
        if self._cues.due(result.pose.t_ns):
            self._publish_cues(result.pose.t_ns)
        if self._strides // WINDOW_STRIDES > windows:
            self._publish_summary("window", Priority.WINDOW)
        if link.online and self._live_due(result.pose.t_ns):
            link.publish_latest(link.topics.live, self._live.message(result))

    def _publish_shown(self, t_ns: int | None) -> None:
        link = self._link
        for cue, time in self._waiting.ready(t_ns):
            if link.online:
                message = cue_message(self._session, self._live.first_t_ns, cue, time)
                link.publish_event(link.topics.cue, message)

    def _live_due(self, t_ns: int) -> bool:
        if self._live_t_ns is not None and t_ns - self._live_t_ns < LIVE_INTERVAL_NS:
            return False
        self._live_t_ns = t_ns
        return True

    def _publish_cues(self, t_ns: int) -> None:
        message = self._cues.message(self._session, self._live.first_t_ns, t_ns)
        self._link.publish(self._link.topics.cues, message, Priority.CUES)

    def _publish_summary(self, reason: str, priority: Priority) -> None:
        final = priority is Priority.END
        message = summary_message(self._session, self._summary().to_json(), reason, final=final)
        self._link.publish(self._link.topics.summary, message, priority, retain=True)

    def end(self, _summary: SessionSummary) -> None:
        """Publish the final summary; never blocks, never raises."""
        self.close()

    def close(self) -> None:
        """Publish the final summary; never blocks, never raises. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        try:
            self._publish_shown(None)
            if self._cues.changed:
                self._publish_cues(0)
            self._publish_summary("end", Priority.END)
        except Exception:  # noqa: BLE001 - the link has to be closed all the same
            self._warning.warn("the final summary could not be made", traceback=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
