"""The thread that carries messages to the broker, and comes back when it was away."""

from __future__ import annotations

import time
from collections import deque
from contextlib import closing, suppress
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING

from hipdrive.hub.complaint import Complaint, log
from hipdrive.hub.messages import messages
from hipdrive.hub.messages.message import Message
from hipdrive.hub.mqtt.connection import POLL_S, Connection
from hipdrive.hub.mqtt.sender import Sender
from hipdrive.hub.mqtt.trouble import refusal_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.hub.messages.clock import Clock
    from hipdrive.hub.messages.message import OutgoingMessage
    from hipdrive.hub.mqtt.login import Login
    from hipdrive.hub.mqtt.retry import Backoff
    from hipdrive.hub.mqtt.topics import Topics
    from hipdrive.hub.mqtt.wake import WakePipe
    from hipdrive.hub.outbox.backlog import Backlog

CONNECT_S = 5.0
GOODBYE_S = 1.0
MOST_EVENTS = 16


class BrokerThread:
    """Carries what waits; `flash` and `tell` never wait and may be called by one other thread.

    No lock is shared with that thread: a deque of bounded length is its own. With a desk it takes
    commands in as well.

    Args:
        login: how to reach the broker.
        topics: of the device.
        waiting: what is to be delivered; closed at the end.
        clock: says whether the wall clock can be believed.
        retry: how long to wait for the broker, and before trying it again.
        wake: rung when there is something new; closed at the end.
        beat: asked once in a while, by the courier's own thread and while the broker is there, for
            a message to be sent now or never; it is given how often the broker had to be
            reconnected to.
        desk: takes commands in; None: nobody does.
    """

    def __init__(
        self,
        login: Login,
        topics: Topics,
        waiting: Backlog,
        clock: Clock,
        retry: Backoff,
        wake: WakePipe,
        beat: Callable[[int], OutgoingMessage | None] = lambda _: None,
        desk: CommandHandler | None = None,
    ) -> None:
        self._login = login
        self._topics = topics
        self._waiting = waiting
        self._clock = clock
        self._retry = retry
        self._flash: deque[OutgoingMessage] = deque(maxlen=1)
        self._events: deque[OutgoingMessage] = deque(maxlen=MOST_EVENTS)
        self._desk = desk
        self._news_mid: int | None = None
        self._greeting_mid: int | None = None
        self._birth = False
        self._online = Event()
        self._closing = Event()
        self._deadline_s = 0.0
        self._failures = 0
        self._connections = 0
        self._beat = beat
        self._trouble = Complaint()
        self._refusal = Complaint()
        self._unheard = Complaint()
        self._wake = wake
        if desk is not None:
            desk.wake_with(wake.ring)
        self._thread = Thread(target=self._run, name="hub", daemon=True)
        self._thread.start()

    def flash(self, letter: OutgoingMessage) -> None:
        """Publish a message now or never: the next one takes its place."""
        self._flash.append(letter)
        self._wake.ring()

    def tell(self, letter: OutgoingMessage) -> None:
        """Publish a message now or never, after those before it."""
        self._events.append(letter)
        self._wake.ring()

    @property
    def online(self) -> bool:
        """True while the broker is there."""
        return self._online.is_set()

    def close(self, drain_s: float) -> None:
        """Deliver what can be delivered in `drain_s` seconds, say good-bye and stop.

        Returns at once when the broker is away and no connection is being tried.
        """
        self._deadline_s = time.monotonic() + drain_s
        self._closing.set()
        self._wake.ring()
        self._thread.join(drain_s + GOODBYE_S)

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
            try:
                self._waiting.close()
            finally:
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
        self._connections += 1
        self._greet(link)
        self._news_mid = None
        if self._desk is not None:
            link.subscribe(self._desk.subscriptions, as_published=True)
        sender = Sender(self._here(link), self._waiting, self._retry, time.monotonic)
        while link.problem is None:
            # Read first, so that what was put before closing is seen.
            ending = self._closing.is_set()
            self._attend(link, ending=ending)
            sender.step()
            left_s = self._deadline_s - time.monotonic() if ending else POLL_S
            if ending and (sender.done or left_s <= 0):
                self._part(link)
                return
            self._tell_now(link)
            link.poll(min(sender.pause_s or POLL_S, left_s))
            self._settle(link, sender)
            if sender.silence_s > self._retry.silence_s:
                link.give_up()

    def _here(self, link: Connection) -> Callable[[Message], int]:
        """Publishes what waited, under the name that the device has now."""
        return lambda message: link.publish(
            replace(message, topic=self._topics.here(message.topic))
        )

    def _greet(self, link: Connection) -> None:
        """What everybody must know who does not know the device yet."""
        self._birth = False
        self._greeting_mid = link.publish(self._availability("online"))
        for message in self._desk.greeting() if self._desk is not None else ():
            self._greeting_mid = link.publish(message)

    def _tell_now(self, link: Connection) -> None:
        """What is lost rather than late; a network that takes nothing must not fill a queue."""
        with suppress(IndexError):
            while not link.congested:
                link.publish(self._fleeting(self._events.popleft()))
        with suppress(IndexError):
            if not link.congested:
                link.publish(self._fleeting(self._flash.popleft()))
        if not link.congested and (letter := self._beat(self._connections - 1)) is not None:
            link.publish(self._fleeting(letter))

    def _attend(self, link: Connection, *, ending: bool) -> None:
        """Have commands judged, answer them, and tell what they changed."""
        if self._desk is None:
            return
        if link.unheard is not None:
            self._unheard.say(f"no commands are heard: {link.unheard}")
        for arrival in link.arrivals():
            self._birth = self._birth or self._desk.is_birth(arrival)
            answer = self._desk.receive(arrival)
            # Who does not listen to answers must not fill paho's queue.
            if answer is not None and not link.congested:
                link.publish(answer, arrival.correlation)
        # One in flight of each, so that a flood of births or commands becomes none of greetings.
        if self._birth and self._greeting_mid is None:
            self._greet(link)
        if self._news_mid is None or ending:
            news = self._desk.news()
            self._news_mid = None if news is None else link.publish(news)

    def _settle(self, link: Connection, sender: Sender) -> None:
        for ack in link.acks():
            if ack.mid == self._news_mid:
                self._news_mid = None
            if ack.mid == self._greeting_mid:
                self._greeting_mid = None
            mine = sender.settle(ack.mid, taken=ack.refusal is None)
            if ack.refusal is not None:
                self._refusal.say(refusal_line(ack, self._login, self._topics))
            elif mine:
                self._refusal.forget()

    def _part(self, link: Connection) -> None:
        """A clean disconnect sends no will, so say it."""
        mid = link.publish(self._availability("offline"))
        link.wait_for(lambda: any(ack.mid == mid for ack in link.acks()), GOODBYE_S / 2)

    def _rest(self, seconds: float) -> None:
        """Wait before the next try."""
        until_s = time.monotonic() + seconds
        while not self._closing.is_set() and (left_s := until_s - time.monotonic()) > 0:
            self._wake.wait(left_s)

    def _fleeting(self, letter: OutgoingMessage) -> Message:
        """A message that is lost rather than late."""
        return messages.written(letter, self._clock, qos=0)

    def _availability(self, state: str) -> Message:
        return Message(self._topics.availability, state.encode(), qos=1, retain=True)
