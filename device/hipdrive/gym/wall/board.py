"""All tiles: takes messages, makes tiles anew, and tells each page what has changed."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from hipdrive.gym.collector.decoding import RefusedMessageError, addressed, checked
from hipdrive.gym.collector.received_schema import ReceivedHealth
from hipdrive.gym.collector.rows import DeviceName, StoreRefusal
from hipdrive.gym.wall.received_schema import ReceivedCameraSummary, ReceivedLive, ReceivedState
from hipdrive.gym.wall.tile import HeardDevice, ShownRunner, Tile, tile_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from hipdrive.gym.wall.runner_choices import RunnerChoices
    from hipdrive.gym.wall.tile import TileRules
    from hipdrive.hub.mqtt.received_message import ReceivedMessage

SHOWN_KINDS = ("availability", "health", "state", "live", "summary")
MOST_DEVICES = 1000
"""More than a wall can show; what is invented beyond is refused."""


@dataclass(frozen=True, slots=True)
class BoardChanges:
    """What a page does not have yet.

    Attributes:
        number: of the newest change; what the page asks with next.
        tiles: new, or as they are now.
        gone: names of tiles that are no more, as SITE/DEVICE.
        problem: why the broker cannot be heard; None: it is.
        refused: messages that no device sends, by reason.
    """

    number: int
    tiles: tuple[Tile, ...]
    gone: tuple[str, ...]
    problem: str | None
    refused: dict[str, int]


@dataclass(slots=True)
class _Shown:
    """A tile, and the number of its newest change; None: it is gone."""

    tile: Tile | None
    number: int


@dataclass(slots=True)
class Board:
    """The tiles of a wall; any thread may call it.

    Args:
        rules: what counts as trouble.
        choices: what runners chose to show.
        sites: whose devices are shown; none: of all.
        now_s: a monotonic clock, s.
        utc_s: the wall clock, seconds since 1970.
    """

    rules: TileRules
    choices: RunnerChoices
    sites: Collection[str]
    now_s: Callable[[], float]
    utc_s: Callable[[], float]
    refused: Counter[StoreRefusal] = field(default_factory=Counter)
    _devices: dict[DeviceName, HeardDevice] = field(default_factory=dict)
    _shown: dict[DeviceName, _Shown] = field(default_factory=dict)
    _number: int = 1
    _problem: str | None = "not connected yet"
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def connected(self) -> None:
        """The broker can be heard from now on; nobody had a chance to be heard before."""
        with self._lock:
            self._problem = None
            self._number += 1
            now_s = self.now_s()
            for device in self._devices.values():
                device.heard_s = now_s

    def disconnected(self, problem: str) -> None:
        """The broker cannot be heard, and why."""
        with self._lock:
            self._number += self._problem != problem
            self._problem = problem

    def take(self, message: ReceivedMessage) -> None:
        """Take what was published; what no device sends is refused, and counted."""
        with self._lock:
            try:
                self._take(message)
            except RefusedMessageError as error:
                self.refused[error.reason] += 1

    def refresh(self) -> None:
        """Make all tiles anew, which time alone may change; to be called twice a second."""
        with self._lock:
            for name, device in self._devices.items():
                self._show(name, device)

    def changes(self, since: int) -> BoardChanges | None:
        """What has changed since the change of that number; 0: all there is.

        Returns:
            None where nothing has.
        """
        with self._lock:
            if since >= self._number:
                return None
            new = [(name, each) for name, each in self._shown.items() if each.number > since]
            return BoardChanges(
                self._number,
                tuple(each.tile for _, each in new if each.tile is not None),
                tuple(f"{n.site}/{n.device}" for n, each in new if each.tile is None),
                self._problem,
                {str(reason): count for reason, count in sorted(self.refused.items())},
            )

    def knows(self, site: str, device: str) -> bool:
        """Whether there is a tile of that name."""
        with self._lock:
            return DeviceName(site, device) in self._devices

    def _take(self, message: ReceivedMessage) -> None:
        name, kind = addressed(message.topic, message.payload)
        if self.sites and name.site not in self.sites:
            return
        if kind == "availability":
            self._availability(name, message.payload)
            return
        content = _content(kind, message.payload)
        device = self._device(name)
        if not message.retained:
            # What the broker has kept may be of a device that died long ago.
            device.heard_s, device.said_offline = self.now_s(), False
        match content:
            case ReceivedHealth():
                device.health = content
            case ReceivedState():
                device.state = content
            case ReceivedCameraSummary(camera=camera):
                device.roll_deg = None
                if camera is not None and camera.roll_deg is not None:
                    device.roll_deg = camera.roll_deg - camera.roll_taken_off_deg
            case ReceivedLive():
                device.live = content
                if content.runner_seen:
                    device.seen_s = self.now_s()

    def _availability(self, name: DeviceName, payload: bytes) -> None:
        match payload:
            case b"online":
                device = self._device(name)
                device.said_offline, device.heard_s = False, self.now_s()
            case b"offline":
                self._device(name).said_offline = True
            case b"":
                # `hipdrive hub forget` has taken it away.
                if self._devices.pop(name, None) is not None and name in self._shown:
                    self._number += 1
                    self._shown[name] = _Shown(None, self._number)
            case _:
                raise RefusedMessageError(StoreRefusal.CONTENT)

    def _device(self, name: DeviceName) -> HeardDevice:
        known = self._devices.get(name)
        if known is None:
            if len(self._devices) >= MOST_DEVICES:
                raise RefusedMessageError(StoreRefusal.NO_ROOM)
            known = self._devices[name] = HeardDevice(name, self.now_s())
        return known

    def _show(self, name: DeviceName, device: HeardDevice) -> None:
        tile = tile_of(device, self.rules, self.now_s(), self.utc_s(), self._runner(device))
        before = self._shown.get(name)
        if before is not None and before.tile is not None:
            if before.tile.condition is tile.condition:
                tile = replace(tile, since_s=before.tile.since_s)
            if before.tile == tile:
                return
        self._number += 1
        self._shown[name] = _Shown(tile, self._number)

    def _runner(self, device: HeardDevice) -> ShownRunner:
        """What the runner chose to show; who is a guest, or said nothing, shows nothing."""
        state, live = device.state, device.live
        if state is None or not state.runner or not state.session_active:
            return ShownRunner()
        choice = self.choices.of(device.name.site, state.runner)
        return ShownRunner(
            state.runner if choice.name else None,
            live.cadence_spm if choice.figures and live is not None else None,
            live.stride_thigh_ext_deg if choice.figures and live is not None else None,
        )


def _content(
    kind: str, payload: bytes
) -> ReceivedHealth | ReceivedState | ReceivedLive | ReceivedCameraSummary:
    match kind:
        case "health":
            return checked(ReceivedHealth, payload)
        case "state":
            return checked(ReceivedState, payload)
        case "live":
            return checked(ReceivedLive, payload)
        case "summary":
            return checked(ReceivedCameraSummary, payload)
        case _:
            raise RefusedMessageError(StoreRefusal.TOPIC)
