"""The hub as the loop sees it: an outlet that takes moments and never waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from hipdrive.hub import messages
from hipdrive.hub.backlog import Backlog, Message
from hipdrive.hub.complaint import Complaint, log
from hipdrive.hub.courier import Courier
from hipdrive.hub.latest import Latest
from hipdrive.hub.login import login
from hipdrive.hub.retry import Retry
from hipdrive.hub.topics import Topics

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.config import HubConfig
    from hipdrive.hub.health import Health
    from hipdrive.loop import Moment

LIVE_INTERVAL_NS = 200_000_000
"""At most five `live` messages a second, by the frames' own time."""
WINDOW_STRIDES = 30
"""Accepted near-leg strides from one summary to the next."""
DRAIN_S = 3.0


class Hub:
    """Publishes moments to the home hub's MQTT broker; an `Outlet`.

    `live` is lost while the broker is away. Strides and summaries are kept, in memory, and
    delivered in order and at least once.

    Args:
        config: where the broker is, and who the device is.
        session: id of the session, in every message.
        summary: the session so far, as `session.summary.summarise` gives it. Called in `take` and
            `close` by their thread, so what it reads needs no lock; it must be quick.
        backlog: where messages wait.
        retry: how long to wait before trying the broker again.
        caution: what every message is to say besides; empty for nothing.
        client_suffix: sets the client id apart from the device's own, whose connection the broker
            would end.
        health: how the device does; None: nothing is said of it.

    Raises:
        ConfigError: no host is named, or a file of `config` cannot be used.
    """

    def __init__(
        self,
        config: HubConfig,
        session: str,
        summary: Callable[[], dict[str, Any]],
        backlog: Backlog | None = None,
        retry: Retry | None = None,
        caution: str = "",
        client_suffix: str = "",
        health: Health | None = None,
    ) -> None:
        self._session = session
        self._summary = summary
        self._besides = {"caution": caution} if caution else {}
        self._topics = Topics(config.site, config.device)
        self._latest = Latest(session)
        self._live_t_ns: int | None = None
        self._strides = 0
        self._fault = Complaint()
        self._closed = False
        self._health = health
        self._ill = Complaint()
        who = login(config, client_suffix)
        self._encrypted = who.tls is not None
        if who.caution:
            log.warning("hub: %s", who.caution)
        # The backlog may be empty, and then it is falsy.
        self._courier = Courier(
            who,
            self._topics,
            Backlog() if backlog is None else backlog,
            retry or Retry(),
            self._beat,
        )

    @property
    def online(self) -> bool:
        """True while the broker is there."""
        return self._courier.online

    @property
    def dropped(self) -> int:
        """How many strides and summaries were given up because too many were waiting."""
        return self._courier.dropped

    def take(self, moment: Moment) -> None:
        """Take one moment in; never waits, never raises."""
        try:
            self._take(moment)
        except Exception:  # noqa: BLE001 - the runner's coach goes on without the hub
            self._fault.say("a moment could not be published", traceback=True)

    def _take(self, moment: Moment) -> None:
        self._latest.take(moment)
        before = self._strides // WINDOW_STRIDES
        for stride in moment.motion.strides:
            self._strides += stride.near and stride.accepted
            message = messages.stride(self._session, self._latest.first_t_ns, stride)
            self._courier.post(Message(self._topics.stride, self._encoded(message)))
        if self._strides // WINDOW_STRIDES > before:
            self._post_summary("window", final=False)
        if self._courier.online and self._live_due(moment.pose.t_ns):
            payload = self._encoded(self._latest.live(moment))
            self._courier.flash(Message(self._topics.live, payload, qos=0))

    def _live_due(self, t_ns: int) -> bool:
        if self._live_t_ns is not None and t_ns - self._live_t_ns < LIVE_INTERVAL_NS:
            return False
        self._live_t_ns = t_ns
        return True

    def _post_summary(self, reason: str, *, final: bool) -> None:
        message = messages.summary(self._session, self._summary(), reason, final=final)
        self._courier.post(Message(self._topics.summary, self._encoded(message), retain=True))

    def _beat(self, reconnects: int) -> Message | None:
        """The health message, if there is one to be sent; asked by the courier's thread."""
        if self._health is None:
            return None
        try:
            due = self._health.due(self._session, reconnects, encrypted=self._encrypted)
        except Exception:  # noqa: BLE001 - what is said of health must not cost a connection
            self._ill.say("the health of the device could not be told", traceback=True)
            return None
        if due is None:
            return None
        # What is true now only: QoS 0, so that it never waits, and not retained, so that nobody
        # takes the health of a device that is gone for that of one that is there.
        return Message(self._topics.health, self._encoded(due), qos=0)

    def _encoded(self, message: dict[str, Any]) -> bytes:
        return messages.encode({**message, **self._besides})

    def close(self, drain_s: float = DRAIN_S) -> None:
        """Publish the final summary, deliver what can be delivered, say good-bye; never raises.

        Args:
            drain_s: how long to wait for a broker that is there, or is just being connected to, in
                seconds; saying good-bye takes another second at most. With the broker away there
                is no wait.
        """
        if self._closed:
            return
        self._closed = True
        try:
            self._post_summary("end", final=True)
        except Exception:  # noqa: BLE001 - the hub has to be closed all the same
            self._fault.say("the final summary could not be made", traceback=True)
        self._courier.close(drain_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
