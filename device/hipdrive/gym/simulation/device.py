"""One simulated device: its clock, its sessions, what waits for the broker."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gym.simulation.counts import SentKey
from hipdrive.gym.simulation.health import FLAWLESS
from hipdrive.gym.simulation.script import Kind
from hipdrive.hub.messages.clock import Stamp
from hipdrive.hub.messages.encoding import encode, timestamped
from hipdrive.hub.messages.outgoing import MqttMessage
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.hub.outbox.ids import IdGenerator
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from hipdrive.gym.simulation.script import ScriptedMessage

HEALTH_EVERY_S = 10.0
MOST_WAITING = 3000
"""Strides beyond that are dropped, the oldest first, as a device does."""
AT_ONCE = {Kind.LIVE, Kind.CUE}
"""Published now or never."""


class WaitingMessage(NamedTuple):
    """A message of QoS 1 that the broker has not acknowledged."""

    key: SentKey
    message: MqttMessage


@dataclass(frozen=True, slots=True)
class DeviceTraits:
    """How a device differs from the others.

    Attributes:
        site, device: its name.
        clock_error_s: how far its wall clock is ahead, s.
        begins_s: when its first session begins, s after the start.
        runner: who runs on it.
    """

    site: str
    device: str
    clock_error_s: float
    begins_s: float
    runner: str

    @property
    def name(self) -> str:
        """Site and device."""
        return f"{self.site}/{self.device}"


class SimulatedDevice:
    """Plays a session over and over; another drives it and gives it the time.

    Args:
        traits: what it is.
        script: the session, by time.
        session_s: from the beginning of a session to that of the next, s.
        rng: of its ids and its jitter.
        jitter_s: messages are up to so much late, s.

    Attributes:
        waiting: messages of QoS 1 that the broker has not acknowledged, in order.
        given_up: strides that were dropped because too many waited.
    """

    def __init__(
        self,
        traits: DeviceTraits,
        script: Sequence[ScriptedMessage],
        session_s: float,
        rng: random.Random,
        jitter_s: float = 0.0,
    ) -> None:
        self.traits = traits
        self.topics = Topics(traits.site, traits.device)
        self.waiting: deque[WaitingMessage] = deque()
        self.given_up = 0
        self._script = script
        self._session_s = session_s
        self._rng = rng
        self._jitter_s = jitter_s
        self._ids = IdGenerator(rng.getrandbits)
        self._series = f"{rng.getrandbits(64):016x}"
        self._seq = 0
        self._next = 0
        self._began_s = traits.begins_s
        self._session = ""
        self._started = ""
        self._health_s = traits.begins_s
        self._ended = False
        self._late_s = 0.0

    @property
    def due_s(self) -> float:
        """When there is something to do, s after the start."""
        if self._ended:
            return self._health_s
        message_s = self._began_s + self._script[self._next].t_s + self._late_s
        return min(message_s, self._health_s)

    def end(self) -> None:
        """Begin no other session, and end this one with what it has now."""
        self._ended = True

    def due(self, now_s: float, utc_ns: int) -> list[MqttMessage]:
        """What is published now or never; what waits for the broker goes to `waiting`.

        Args:
            now_s: s after the start.
            utc_ns: the true wall clock, ns since 1970.
        """
        stamp = Stamp(utc_ns + round(self.traits.clock_error_s * NS_PER_S), round(now_s * NS_PER_S))
        at_once: list[MqttMessage] = []
        if self._health_s <= now_s:
            self._health_s += HEALTH_EVERY_S
            at_once.append(self._health(stamp))
        while not self._ended and self.due_s <= now_s and self._health_s > now_s:
            scripted = self._script[self._next]
            if not self._next:
                self._begin(stamp)
            message = self._message(scripted, stamp)
            if message is not None:
                at_once.append(message)
            self._advance()
        return at_once

    def _begin(self, stamp: Stamp) -> None:
        started = datetime.fromtimestamp(stamp.utc_ns // NS_PER_S, UTC)
        self._session = f"{started:%Y%m%dT%H%M%SZ}-{self._rng.getrandbits(24):06x}"
        self._started = started.isoformat()

    def _advance(self) -> None:
        self._next += 1
        self._late_s = self._rng.uniform(0.0, self._jitter_s)
        if self._next == len(self._script):
            self._next = 0
            self._began_s += self._session_s

    def _message(self, scripted: ScriptedMessage, stamp: Stamp) -> MqttMessage | None:
        kind, body = scripted.kind, scripted.body
        fields: dict[str, object] = {"session": self._session}
        if kind in AT_ONCE:
            return MqttMessage(self._topic(kind), self._encoded(scripted, fields, stamp), qos=0)
        if kind is Kind.STRIDE:
            key = f"{self._session} {body['leg']} {body['t_s']}"
            self._wait(kind, key, self._encoded(scripted, fields, stamp))
            return None
        self._seq += 1
        fields |= {
            "id": self._ids.make(stamp.utc_ns),
            "series": self._series,
            "seq": self._seq,
            "dropped": 0,
        }
        if kind is Kind.SUMMARY:
            fields |= {"runner": self.traits.runner, "started_utc": self._started}
        self._wait(kind, str(fields["id"]), self._encoded(scripted, fields, stamp))
        return None

    def _wait(self, kind: Kind, key: str, payload: bytes) -> None:
        if len(self.waiting) >= MOST_WAITING:
            self._drop_a_stride()
        message = MqttMessage(self._topic(kind), payload, retain=kind is Kind.SUMMARY)
        self.waiting.append(WaitingMessage(SentKey(self.traits.name, kind, key), message))

    def _drop_a_stride(self) -> None:
        for number, each in enumerate(self.waiting):
            # The first may be on its way.
            if number and each.key.kind == Kind.STRIDE:
                del self.waiting[number]
                self.given_up += 1
                return

    def _health(self, stamp: Stamp) -> MqttMessage:
        body = {**FLAWLESS, "session": self._session or None, "outbox_depth": len(self.waiting)}
        stamped = timestamped(body, stamp, synchronised=self._synchronised)
        return MqttMessage(self.topics.health, encode(stamped), qos=0)

    def _encoded(self, scripted: ScriptedMessage, fields: dict[str, object], stamp: Stamp) -> bytes:
        """The scripted keys and those that this device and this message have of their own."""
        own = encode(timestamped(fields, stamp, synchronised=self._synchronised))
        return b"%b,%b" % (scripted.encoded, own[1:])

    @property
    def _synchronised(self) -> bool:
        return not self.traits.clock_error_s

    def _topic(self, kind: Kind) -> str:
        return f"{self.topics.root}/{kind}"
