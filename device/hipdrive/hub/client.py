"""The hub as the loop sees it: an outlet that takes moments and never waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from hipdrive.hub import messages
from hipdrive.hub.backlog import Backlog, Message
from hipdrive.hub.complaint import Complaint
from hipdrive.hub.courier import Courier
from hipdrive.hub.latest import Latest
from hipdrive.hub.login import login
from hipdrive.hub.retry import Retry
from hipdrive.hub.topics import Topics

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.config import HubConfig
    from hipdrive.hub.desk import Desk
    from hipdrive.loop import Moment

LIVE_INTERVAL_NS = 200_000_000
"""At most five `live` messages a second, by the frames' own time."""
WINDOW_STRIDES = 30
"""Accepted near-leg strides from one summary to the next."""
DRAIN_S = 3.0


def make_courier(
    config: HubConfig,
    client_suffix: str = "",
    desk: Desk | None = None,
    backlog: Backlog | None = None,
    retry: Retry | None = None,
) -> Courier:
    """A courier to the broker that the configuration names; the arguments are those of `Hub`.

    Args:
        config: where the broker is, and who the device is.
        client_suffix: sets the client id apart from the device's own.
        desk: takes commands in; None: nobody does.
        backlog: where messages wait.
        retry: how long to wait before trying the broker again.

    Raises:
        ConfigError: no host is named, or the password file cannot be used.
    """
    # The backlog may be empty, and then it is falsy.
    waiting = Backlog() if backlog is None else backlog
    who, topics = login(config, client_suffix), Topics(config.site, config.device)
    return Courier(who, topics, waiting, retry or Retry(), desk)


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
        courier: carries the messages and stays when the hub is closed; None: one of the hub's own.

    Raises:
        ConfigError: no host is named, or the password file cannot be used.
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
        courier: Courier | None = None,
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
        self._stays = courier is not None
        self._courier = courier or make_courier(config, client_suffix, backlog=backlog, retry=retry)
        self._dropped_before = self._courier.dropped

    @property
    def online(self) -> bool:
        """True while the broker is there."""
        return self._courier.online

    @property
    def dropped(self) -> int:
        """How many strides and summaries were given up because too many were waiting."""
        return self._courier.dropped - self._dropped_before

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
        for cue in moment.cues if self._courier.online else ():
            told = messages.cue(self._session, self._latest.first_t_ns, cue)
            self._courier.tell(Message(self._topics.cue, self._encoded(told), qos=0))
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
        if not self._stays:
            self._courier.close(drain_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
