"""The thread that carries messages to the broker, and comes back when it was away."""

from __future__ import annotations

import time
from collections import deque
from contextlib import closing, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING

from hipdrive.hub.backlog import LIMIT, Message
from hipdrive.hub.complaint import Complaint, log
from hipdrive.hub.connection import POLL_S, Connection, refusal_line
from hipdrive.hub.sender import Sender
from hipdrive.hub.wake import Wake

if TYPE_CHECKING:
    from hipdrive.hub.backlog import Backlog
    from hipdrive.hub.desk import Desk
    from hipdrive.hub.login import Login
    from hipdrive.hub.retry import Retry
    from hipdrive.hub.topics import Topics

CONNECT_S = 5.0
GOODBYE_S = 1.0
MOST_EVENTS = 16


class Courier:
    """Carries messages; `post` and `flash` never wait and may be called by one other thread.

    No lock is shared with that thread: a deque of bounded length is its own. With a desk it takes
    commands in as well.
    """

    def __init__(
        self,
        login: Login,
        topics: Topics,
        backlog: Backlog,
        retry: Retry,
        desk: Desk | None = None,
    ) -> None:
        self._login = login
        self._topics = topics
        self._backlog = backlog
        self._retry = retry
        self._posted: deque[Message] = deque(maxlen=LIMIT)
        self._overrun = 0
        self._flash: deque[Message] = deque(maxlen=1)
        self._events: deque[Message] = deque(maxlen=MOST_EVENTS)
        self._desk = desk
        self._news_mid: int | None = None
        self._online = Event()
        self._closing = Event()
        self._deadline_s = 0.0
        self._failures = 0
        self._trouble = Complaint()
        self._refusal = Complaint()
        self._overflow = Complaint()
        self._wake = Wake()
        if desk is not None:
            desk.wake_with(self._wake.ring)
        self._thread = Thread(target=self._run, name="hub", daemon=True)
        self._thread.start()

    def post(self, message: Message) -> None:
        """Deliver a message at least once, after all that were posted before."""
        self._overrun += len(self._posted) == LIMIT
        self._posted.append(message)
        self._wake.ring()

    def flash(self, message: Message) -> None:
        """Publish a message now or never: the next one takes its place."""
        self._flash.append(message)
        self._wake.ring()

    def tell(self, message: Message) -> None:
        """Publish a message now or never, after those before it."""
        self._events.append(message)
        self._wake.ring()

    @property
    def online(self) -> bool:
        """True while the broker is there."""
        return self._online.is_set()

    @property
    def dropped(self) -> int:
        """How many posted messages were given up because too many were waiting."""
        return self._overrun + self._backlog.dropped

    def close(self, drain_s: float) -> None:
        """Deliver what can be delivered in `drain_s` seconds, say good-bye and stop.

        Returns at once when the broker is away and no connection is being tried.
        """
        self._deadline_s = time.monotonic() + drain_s
        self._closing.set()
        self._wake.ring()
        self._thread.join(drain_s + GOODBYE_S)
        if left := len(self._backlog) + len(self._posted):
            log.warning("hub: closed with %d messages not delivered", left)

    def _run(self) -> None:
        try:
            while True:
                problem = self._attempt()
                self._failures += 1
                if problem is not None:
                    self._trouble.say(problem)
                self._rest(self._retry.wait_s(self._failures))
                if self._closing.is_set():
                    return
        finally:
            self._collect()
            self._wake.close()

    def _attempt(self) -> str | None:
        """One connection from its start to its end, and what ended it; None: the courier did."""
        try:
            link = Connection(self._login, self._wake, self._availability("offline"))
            with closing(link):
                link.open(CONNECT_S)
                if link.problem is None:
                    began_s = time.monotonic()
                    self._serve(link)
                    self._forgive(time.monotonic() - began_s)
                return link.problem
        except Exception as error:  # noqa: BLE001 - a bug here must not end the thread unheard
            problem = f"unexpected: {error!r}"
            self._trouble.say(problem, traceback=True)
            return problem
        finally:
            self._online.clear()

    def _forgive(self, lasted_s: float) -> None:
        """Start afresh after a connection that lasted; one that ends at once is no success."""
        if lasted_s > self._retry.longest_s:
            self._failures = 0
            self._trouble.forget()

    def _serve(self, link: Connection) -> None:
        """Carry messages until the connection ends or the courier is closed."""
        log.info("hub: connected to %s", self._login.address)
        # What was meant for the last connection is old by now.
        self._flash.clear()
        self._events.clear()
        self._online.set()
        self._greet(link)
        self._news_mid = None
        if self._desk is not None:
            link.subscribe(self._desk.subscriptions)
        sender = Sender(link.publish, self._backlog, self._retry, time.monotonic)
        while link.problem is None:
            # Read before collecting, so that what was posted before closing is seen.
            ending = self._closing.is_set()
            self._collect()
            self._attend(link, ending=ending)
            sender.step()
            left_s = self._deadline_s - time.monotonic() if ending else POLL_S
            if ending and (sender.done or left_s <= 0):
                self._part(link)
                return
            # A network that takes nothing must not fill paho's queue.
            if not link.congested:
                with suppress(IndexError):
                    link.publish(self._flash.popleft())
            link.poll(min(sender.pause_s or POLL_S, left_s))
            self._settle(link, sender)

    def _greet(self, link: Connection) -> None:
        """What everybody must know who does not know the device yet."""
        link.publish(self._availability("online"))
        for message in self._desk.greeting() if self._desk is not None else ():
            link.publish(message)

    def _attend(self, link: Connection, *, ending: bool) -> None:
        """Tell what happens now; have commands judged, answer them, and tell what they changed."""
        while self._events and not link.congested:
            link.publish(self._events.popleft())
        if self._desk is None:
            return
        for letter in link.letters():
            if self._desk.is_birth(letter):
                self._greet(link)
            answer = self._desk.receive(letter)
            # Who does not listen to answers must not fill paho's queue.
            if answer is not None and not link.congested:
                link.publish(answer, letter.correlation)
        # One in flight, so that a flood of commands becomes no flood of news.
        if self._news_mid is None or ending:
            news = self._desk.news()
            self._news_mid = None if news is None else link.publish(news)

    def _settle(self, link: Connection, sender: Sender) -> None:
        for ack in link.acks():
            if ack.mid == self._news_mid:
                self._news_mid = None
            mine = sender.settle(ack.mid, taken=ack.refusal is None)
            if ack.refusal is not None:
                self._refusal.say(refusal_line(ack, self._login, self._topics))
            elif mine:
                self._refusal.forget()

    def _part(self, link: Connection) -> None:
        """A clean disconnect sends no will, so say it."""
        mid = link.publish(self._availability("offline"))
        deadline_s = time.monotonic() + GOODBYE_S / 2
        while link.problem is None and (left_s := deadline_s - time.monotonic()) > 0:
            link.poll(left_s)
            if any(ack.mid == mid for ack in link.acks()):
                return

    def _rest(self, seconds: float) -> None:
        """Wait before the next try, but put away what is posted meanwhile."""
        until_s = time.monotonic() + seconds
        while not self._closing.is_set() and (left_s := until_s - time.monotonic()) > 0:
            self._wake.wait(left_s)
            self._collect()

    def _collect(self) -> None:
        with suppress(IndexError):
            while True:
                self._backlog.put(self._posted.popleft())
        if self.dropped:
            self._overflow.say("the broker was away for too long: the oldest messages are dropped")

    def _availability(self, state: str) -> Message:
        return Message(self._topics.availability, state.encode(), qos=1, retain=True)
