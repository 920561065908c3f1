"""The hub as the loop sees it: an outlet that takes moments and never waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from hipdrive.hub import messages
from hipdrive.hub.clock import Clock
from hipdrive.hub.complaint import Complaint, log
from hipdrive.hub.courier import Courier
from hipdrive.hub.cue_count import CueCount
from hipdrive.hub.keeper import Keeper
from hipdrive.hub.latest import Latest
from hipdrive.hub.login import login
from hipdrive.hub.message import Letter, Worth
from hipdrive.hub.retry import Retry
from hipdrive.hub.topics import Topics
from hipdrive.hub.waiting import Waiting
from hipdrive.hub.wake import Wake

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hipdrive.config import HubConfig
    from hipdrive.hub.health import Health
    from hipdrive.hub.waiting import Depth, Limits
    from hipdrive.loop import Moment

LIVE_INTERVAL_NS = 200_000_000
"""At most five `live` messages a second, by the frames' own time."""
WINDOW_STRIDES = 30
"""Accepted near-leg strides from one summary to the next."""
DRAIN_S = 3.0
STORE_S = 3.0
"""How long closing waits for the disk."""


class Hub:
    """Publishes moments to the home hub's MQTT broker; an `Outlet`.

    `live` is lost while the broker is away. Summaries and counts of cues are kept on disk until the
    broker has them, and delivered in order and at least once, by the next run if need be. Strides
    wait in memory.

    Args:
        config: where the broker is, and who the device is.
        session: id of the session, in every message.
        summary: the session so far, as `session.summary.summarise` gives it. Called in `take` and
            `close` by their thread, so what it reads needs no lock; it must be quick, and nobody
            may change afterwards what it returned.
        outbox: file of what the broker has not got; None: memory only.
        retry: how long to wait before trying the broker again.
        caution: what every message is to say besides; empty for nothing.
        client_suffix: sets the client id apart from the device's own, whose connection the broker
            would end.
        clock: the clocks.
        limits: the most that waits.
        health: how the device does; None: nothing is said of it.

    Raises:
        ConfigError: no host is named, or a file of `config` cannot be used.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what a test wants other than usual goes by its name
        self,
        config: HubConfig,
        session: str,
        summary: Callable[[], dict[str, Any]],
        outbox: Path | None = None,
        retry: Retry | None = None,
        caution: str = "",
        client_suffix: str = "",
        clock: Clock | None = None,
        limits: Limits | None = None,
        health: Health | None = None,
    ) -> None:
        self._session = session
        self._summary = summary
        self._besides = {"caution": caution} if caution else {}
        self._topics = Topics(config.site, config.device)
        self._clock = clock or Clock()
        self._latest = Latest(session)
        self._cues = CueCount()
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
        wake = Wake()
        self._waiting = Waiting(outbox, self._clock, limits)
        self._keeper = Keeper(self._waiting, wake.ring)
        self._courier = Courier(
            who, self._topics, self._waiting, self._clock, retry or Retry(), wake, self._beat
        )

    @property
    def online(self) -> bool:
        """True while the broker is there."""
        return self._courier.online

    @property
    def dropped(self) -> int:
        """How many messages were given up in this session because too many were waiting."""
        return self._keeper.dropped + self._waiting.depth.dropped

    @property
    def depth(self) -> Depth:
        """How much waits for the broker."""
        return self._waiting.depth

    def take(self, moment: Moment) -> None:
        """Take one moment in; never waits, never raises."""
        try:
            self._take(moment)
        except Exception:  # noqa: BLE001 - the runner's coach goes on without the hub
            self._fault.say("a moment could not be published", traceback=True)

    def _take(self, moment: Moment) -> None:
        self._latest.take(moment)
        self._cues.take(moment)
        before = self._strides // WINDOW_STRIDES
        for stride in moment.motion.strides:
            self._strides += stride.near and stride.accepted
            message = messages.stride(self._session, self._latest.first_t_ns, stride)
            self._keeper.post(self._letter(self._topics.stride, message))
        if self._cues.due(moment.pose.t_ns):
            self._post_cues(moment.pose.t_ns)
        if self._strides // WINDOW_STRIDES > before:
            self._post_summary("window", Worth.WINDOW)
        if self._courier.online and self._live_due(moment.pose.t_ns):
            self._courier.flash(self._letter(self._topics.live, self._latest.live(moment)))

    def _live_due(self, t_ns: int) -> bool:
        if self._live_t_ns is not None and t_ns - self._live_t_ns < LIVE_INTERVAL_NS:
            return False
        self._live_t_ns = t_ns
        return True

    def _post_cues(self, t_ns: int) -> None:
        message = self._cues.tell(self._session, self._latest.first_t_ns, t_ns)
        self._keeper.post(self._letter(self._topics.cues, message, Worth.CUES))

    def _post_summary(self, reason: str, worth: Worth) -> None:
        final = worth is Worth.END
        message = messages.summary(self._session, self._summary(), reason, final=final)
        self._keeper.post(self._letter(self._topics.summary, message, worth, retain=True))

    def _letter(
        self,
        topic: str,
        body: dict[str, Any],
        worth: Worth = Worth.FLEETING,
        *,
        retain: bool = False,
    ) -> Letter:
        return Letter(topic, {**body, **self._besides}, self._clock.stamp(), worth, retain)

    def _beat(self, reconnects: int) -> Letter | None:
        """The health message, if there is one to be sent; asked by the courier's thread."""
        if self._health is None:
            return None
        try:
            depth = self._waiting.depth
            due = self._health.due(self._session, depth, reconnects, encrypted=self._encrypted)
        except Exception:  # noqa: BLE001 - what is said of health must not cost a connection
            self._ill.say("the health of the device could not be told", traceback=True)
            return None
        # Not retained, so that nobody takes the health of a device that is gone for that of one
        # that is there.
        return None if due is None else self._letter(self._topics.health, due)

    def close(self, drain_s: float = DRAIN_S) -> None:
        """Publish the final summary, deliver what can be delivered, say good-bye; never raises.

        Args:
            drain_s: how long to wait for a broker that is there, or is just being connected to, in
                seconds; saying good-bye takes another second at most, and the disk has
                `STORE_S` seconds before. With the broker away there is no wait for it.
        """
        if self._closed:
            return
        self._closed = True
        try:
            if self._cues.news:
                self._post_cues(0)
            self._post_summary("end", Worth.END)
        except Exception:  # noqa: BLE001 - the hub has to be closed all the same
            self._fault.say("the final summary could not be made", traceback=True)
        unkept = self._keeper.close(STORE_S)
        self._courier.close(drain_s)
        self._say_what_is_left(unkept)

    def _say_what_is_left(self, unkept: int) -> None:
        left = self._waiting.depth
        if lost := left.strides + unkept + (0 if left.on_disk else left.rows):
            log.warning("hub: closed with %d messages not delivered", lost)
        if left.on_disk and left.rows:
            log.warning("hub: %d summaries and counts wait for the next run", left.rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
