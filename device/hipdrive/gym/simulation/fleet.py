"""Drives any number of simulated devices with one thread."""

from __future__ import annotations

import heapq
import selectors
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.gym.simulation.counts import SentCounts
from hipdrive.gym.simulation.device_link import DeviceLink

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from paho.mqtt.client import SocketLike

    from hipdrive.gym.simulation.counts import Ledger
    from hipdrive.gym.simulation.device import SimulatedDevice
    from hipdrive.hub.mqtt.login import Login

LONGEST_WAIT_S = 0.05
CONNECTIONS_AT_ONCE = 20
"""Connections begun between two looks at the others."""
CONNECT_AGAIN_S = 1.0
"""Before a lost connection is made anew; up to twice as long."""
KEEP_ALIVE_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Outages:
    """How often devices lose the network, at random.

    Attributes:
        every_s: mean time between two of a device, s; 0: never.
        last_s: how long one lasts, s.
    """

    every_s: float = 0.0
    last_s: float = 0.0


class SimulatedFleet:
    """Devices and their connections.

    Args:
        devices: to be driven.
        login: how a device reaches the broker, and as whom.
        ledger: told of each message that was acknowledged.
        outages: how often the network is away.
        rng: when it is.

    Attributes:
        counts: what was sent so far.
    """

    def __init__(
        self,
        devices: Sequence[SimulatedDevice],
        login: Callable[[SimulatedDevice], Login],
        ledger: Ledger,
        outages: Outages,
        rng: random.Random,
    ) -> None:
        self.counts = SentCounts()
        self._devices = devices
        self._login = login
        self._ledger = ledger
        self._outages = outages
        self._rng = rng
        self._links: dict[int, DeviceLink] = {}
        self._watched: dict[int, tuple[SocketLike, int]] = {}
        self._selector = selectors.DefaultSelector()
        self._due = [(device.due_s, number) for number, device in enumerate(devices)]
        self._connect = [(rng.uniform(0, CONNECT_AGAIN_S), i) for i in range(len(devices))]
        self._cut = [(self._next_cut_s(0.0), number) for number in range(len(devices))]
        for heap in (self._due, self._connect, self._cut):
            heapq.heapify(heap)
        self._began_s = time.monotonic()
        self._keep_alive_s = 0.0

    def run(self, seconds: float, drain_s: float, stopped: Callable[[], bool]) -> SentCounts:
        """Play for so long, then wait until the broker has all, at most `drain_s`."""
        self._began_s = time.monotonic()
        try:
            while (now_s := self._now_s()) < seconds and not stopped():
                self._turn(now_s)
            for device in self._devices:
                device.end()
            self._cut = []
            while (now_s := self._now_s()) < seconds + drain_s and self._waiting():
                self._turn(now_s)
        finally:
            for link in self._links.values():
                link.close()
            self._selector.close()
        self.counts.waiting = self._waiting()
        return self.counts

    def _now_s(self) -> float:
        return time.monotonic() - self._began_s

    def _waiting(self) -> int:
        return sum(len(device.waiting) for device in self._devices)

    def _turn(self, now_s: float) -> None:
        self._make_connections(now_s)
        self._play(now_s)
        self._cut_connections(now_s)
        if now_s >= self._keep_alive_s:
            self._keep_alive_s = now_s + KEEP_ALIVE_EVERY_S
            for number in list(self._links):
                self._links[number].keep_alive()
                self._watch(number)
        for key, events in self._selector.select(self._wait_s()):
            link = self._links.get(key.data)
            if link is None:
                continue
            if events & selectors.EVENT_READ:
                link.read()
            if events & selectors.EVENT_WRITE:
                link.write()
            self._watch(key.data)

    def _wait_s(self) -> float:
        if not self._due:
            return LONGEST_WAIT_S
        return min(max(self._due[0][0] - self._now_s(), 0.0), LONGEST_WAIT_S)

    def _make_connections(self, now_s: float) -> None:
        for _ in range(CONNECTIONS_AT_ONCE):
            if not self._connect or self._connect[0][0] > now_s:
                return
            _, number = heapq.heappop(self._connect)
            device = self._devices[number]
            self._links[number] = DeviceLink(device, self._login(device), self.counts, self._ledger)
            self._watch(number)

    def _play(self, now_s: float) -> None:
        while self._due and self._due[0][0] <= now_s:
            _, number = heapq.heappop(self._due)
            device, link = self._devices[number], self._links.get(number)
            for message in device.due(now_s, time.time_ns()):
                if link is not None:
                    link.publish(message)
            if link is not None:
                link.send_next()
                self._watch(number)
            heapq.heappush(self._due, (device.due_s, number))

    def _cut_connections(self, now_s: float) -> None:
        while self._cut and self._cut[0][0] <= now_s:
            _, number = heapq.heappop(self._cut)
            if (link := self._links.get(number)) is not None:
                link.cut()
                self._drop(number, now_s + self._outages.last_s)
            heapq.heappush(self._cut, (self._next_cut_s(now_s), number))

    def _next_cut_s(self, now_s: float) -> float:
        if not self._outages.every_s:
            return float("inf")
        return now_s + self._outages.last_s + self._rng.expovariate(1 / self._outages.every_s)

    def _watch(self, number: int) -> None:
        """Watch a link for what it waits for; one that has ended is made anew later."""
        link = self._links[number]
        sock = link.socket
        if link.ended or sock is None:
            again_s = CONNECT_AGAIN_S * (1 + self._rng.random())
            self._drop(number, self._now_s() + again_s)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if link.wants_write else 0)
        before = self._watched.get(number)
        if before == (sock, events):
            return
        if before is None:
            self._selector.register(sock, events, number)
        else:
            self._selector.modify(sock, events, number)
        self._watched[number] = sock, events

    def _drop(self, number: int, again_s: float) -> None:
        """Forget a link, and make another at that time."""
        link = self._links.pop(number)
        if (watched := self._watched.pop(number, None)) is not None:
            self._selector.unregister(watched[0])
        link.cut()
        heapq.heappush(self._connect, (again_s, number))
