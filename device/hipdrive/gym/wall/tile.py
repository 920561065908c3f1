"""What stands on the tile of one treadmill: how it fares, in a word, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hipdrive.geometry.camera_summary import MOST_ROLL_DEG
from hipdrive.health.report import PROBLEMS
from hipdrive.releases.tree import VERSION, version_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.gym.collector.received_schema import ReceivedHealth
    from hipdrive.gym.collector.rows import DeviceName
    from hipdrive.gym.wall.received_schema import ReceivedLive, ReceivedState

SEEN_S = 5.0
"""Somebody who was seen so lately runs: one frame in which nobody is seen ends no run."""


class TileCondition(StrEnum):
    """How a treadmill fares, the worst first; tiles stand in this order."""

    OFFLINE = "offline"
    NO_CAMERA = "no_camera"
    TROUBLE = "trouble"
    PRIVATE = "private"
    RUNNING = "running"
    IDLE = "idle"


NOTHING_MEASURED = {"no_frames", "camera", "safe_mode"}
"""Problems with which nothing is measured."""
WORDS = {
    "no_frames": "camera stalled",
    "few_frames": "few frames",
    "hot": "hot",
    "under_voltage": "weak power",
    "throttled": "slowed down",
    "disk_low": "disk full",
    "outbox_waiting": "messages wait",
    "cues": "no lights",
    "recorder": "not recorded",
    "calibration": "not calibrated",
    "camera": "camera fails",
    "safe_mode": "camera dark",
    "broker": "broker refuses",
    "profiles": "no profiles",
    "tilted": "camera tilted",
    "version_behind": "version behind",
}
"""Problems in two words at most, to be read across a room."""
REMEDIES = {
    **PROBLEMS,
    "offline": "it does not answer: check its power and its network",
    "tilted": "the camera is turned by {roll:.1f}°: level it, or save the roll on its page",
    "version_behind": "it has {version}, and there is {newest}: run hipdrive update there",
    "private": "the camera is closed: somebody wants it so",
}


@dataclass(frozen=True, slots=True)
class TileRules:
    """What counts as trouble.

    Attributes:
        silent_s: a device that says nothing for so long is offline.
        version: the one that all devices should have; empty: what each has heard of.
    """

    silent_s: float
    version: str = ""


@dataclass(slots=True)
class HeardDevice:
    """The newest that a device has said.

    Attributes:
        name: which device.
        heard_s: when it said anything, or the wall began to listen; a monotonic clock, s.
        said_offline: the broker, or the device itself, says that it is gone.
        health, state, live: its newest messages; None: there was none.
        seen_s: when it saw a runner; None: never.
        roll_deg: how far its camera is turned beyond what is taken off; None: not known.
    """

    name: DeviceName
    heard_s: float
    said_offline: bool = False
    health: ReceivedHealth | None = None
    state: ReceivedState | None = None
    live: ReceivedLive | None = None
    seen_s: float | None = None
    roll_deg: float | None = None


@dataclass(frozen=True, slots=True)
class ShownRunner:
    """What a runner chose to show; nothing, unless they chose.

    Attributes:
        name: as the device was told; None: it is not shown.
        cadence_spm, thigh_ext_deg: of the moment; None: not shown, or not known.
    """

    name: str | None = None
    cadence_spm: float | None = None
    thigh_ext_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """What the page shows of a treadmill.

    Attributes:
        site, device: its name.
        condition: how it fares.
        words: what is wrong, in a word or two each.
        remedies: the same as sentences that say what to do.
        since_s: when it began to fare so; seconds since 1970.
        shown: of the runner.
        session_active, muted, private: what it is set to.
        version: of hipdrive there; empty: not known.
    """

    site: str
    device: str
    condition: TileCondition
    words: tuple[str, ...]
    remedies: tuple[str, ...]
    since_s: int
    shown: ShownRunner
    session_active: bool
    muted: bool
    private: bool
    version: str

    def as_json(self) -> dict[str, object]:
        """As the page's script reads it."""
        return {"id": f"{self.site}/{self.device}", **asdict(self), "rank": RANKS[self.condition]}


RANKS = {condition: rank for rank, condition in enumerate(TileCondition)}


def tile_of(
    device: HeardDevice, rules: TileRules, now_s: float, utc_s: float, shown: ShownRunner
) -> Tile:
    """The tile of a device, as of now.

    Args:
        device: what it has said.
        rules: what counts as trouble.
        now_s: a monotonic clock, s.
        utc_s: the wall clock, seconds since 1970.
        shown: what its runner chose to show.
    """
    state = device.state
    offline = device.said_offline or now_s - device.heard_s >= rules.silent_s
    found = {} if offline else dict(_problems(device, rules))
    private = state is not None and state.private
    condition = _condition(device, now_s, found, offline=offline, private=private)
    if condition in {TileCondition.OFFLINE, TileCondition.PRIVATE}:
        found = {**found, str(condition): REMEDIES[condition]}
    return Tile(
        device.name.site,
        device.name.device,
        condition,
        tuple(WORDS.get(name, name) for name in found),
        tuple(found.values()),
        round(utc_s),
        shown if condition is TileCondition.RUNNING else ShownRunner(),
        session_active=state is not None and state.session_active and not offline,
        muted=state is not None and state.muted,
        private=private,
        version=_version(device),
    )


def _condition(
    device: HeardDevice, now_s: float, found: dict[str, str], *, offline: bool, private: bool
) -> TileCondition:
    if offline:
        return TileCondition.OFFLINE
    if NOTHING_MEASURED & found.keys() and not private:
        return TileCondition.NO_CAMERA
    if found:
        return TileCondition.TROUBLE
    if private:
        return TileCondition.PRIVATE
    running = device.seen_s is not None and now_s - device.seen_s < SEEN_S
    return TileCondition.RUNNING if running else TileCondition.IDLE


def _problems(device: HeardDevice, rules: TileRules) -> Iterator[tuple[str, str]]:
    """What is wrong with a device that answers, and what to do."""
    if device.health is not None:
        for name in device.health.problems:
            yield name, REMEDIES.get(name, name)
    if device.roll_deg is not None and abs(device.roll_deg) > MOST_ROLL_DEG:
        yield "tilted", REMEDIES["tilted"].format(roll=abs(device.roll_deg))
    has, newest = _version(device), rules.version
    if not newest and device.state is not None:
        newest = device.state.latest_version
    if _behind(has, newest):
        yield "version_behind", REMEDIES["version_behind"].format(version=has, newest=newest)


def _version(device: HeardDevice) -> str:
    if device.health is not None:
        return device.health.version
    return "" if device.state is None else device.state.installed_version


def _behind(has: str, newest: str) -> bool:
    known = VERSION.fullmatch(has) and VERSION.fullmatch(newest)
    return bool(known) and version_key(has) < version_key(newest)
