"""What Home Assistant shows of a device, declared once; discovery and documents come from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.config import CommandName

LIVE_S = 10
"""A live value that is older says nothing about now."""
HEALTH_S = 35
"""Three messages missed."""
DEG, PERCENT = "°", "%"


class Platform(StrEnum):
    """The kinds of entity that are used."""

    SENSOR = "sensor"
    BINARY_SENSOR = "binary_sensor"
    EVENT = "event"
    SWITCH = "switch"
    NUMBER = "number"
    BUTTON = "button"
    TEXT = "text"


class Source(StrEnum):
    """The topics that entities read, by their last level."""

    LIVE = "live"
    SUMMARY = "summary"
    STATE = "state"
    HEALTH = "health"
    CUE = "cue"


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity, in Home Assistant's words.

    Attributes:
        key: unique in a device, for ever: Home Assistant knows the entity again by it.
        platform: its kind.
        name: what people read; its entity id follows from it.
        what: for the documents.
        source: the topic that it reads; None: it only asks.
        value: the path of its value in the message, as a template reads it.
        unit, device_class, state_class: what the value is; empty: none.
        expire_after_s: for live values: unavailable when nothing came for so long; 0: never.
        diagnostic: True for what tells of the device and not of the run.
        command: the command that it sends; None: it only shows.
        asks: the command's payload, or its template; of a switch, that of on and of off.
        options: whatever else the platform takes.
    """

    key: str
    platform: Platform
    name: str
    what: str
    source: Source | None = None
    value: str = ""
    unit: str = ""
    device_class: str = ""
    state_class: str = ""
    expire_after_s: int = 0
    diagnostic: bool = False
    command: CommandName | None = None
    asks: tuple[str, ...] = ()
    options: tuple[tuple[str, object], ...] = ()

    def entity_id(self, device_name: str) -> str:
        """What Home Assistant calls it, unless it was renamed there."""
        slug = re.sub(r"[^a-z0-9]+", "_", f"{device_name} {self.name}".lower()).strip("_")
        return f"{self.platform}.{slug}"


MEASUREMENT, TOTAL = "measurement", "total_increasing"

ENTITIES = (
    Entity(
        "thigh_ext_live",
        Platform.SENSOR,
        "Thigh extension",
        "of the newest accepted stride of the near leg",
        Source.LIVE,
        "stride_thigh_ext_deg",
        DEG,
        state_class=MEASUREMENT,
        expire_after_s=LIVE_S,
        options=(("suggested_display_precision", 1), ("icon", "mdi:run-fast")),
    ),
    Entity(
        "thigh_ext_mean",
        Platform.SENSOR,
        "Thigh extension session mean",
        "mean over the session so far",
        Source.SUMMARY,
        "thigh_ext_deg.mean",
        DEG,
        state_class=MEASUREMENT,
        options=(("suggested_display_precision", 1), ("icon", "mdi:angle-acute")),
    ),
    Entity(
        "in_band_share",
        Platform.SENSOR,
        "In band",
        "share of the judged strides that were in the coach's band",
        Source.SUMMARY,
        "session_metrics.thigh_ext_in_band.value",
        PERCENT,
        state_class=MEASUREMENT,
        options=(("suggested_display_precision", 0), ("icon", "mdi:target")),
    ),
    Entity(
        "cadence",
        Platform.SENSOR,
        "Cadence",
        "steps a minute, over the last five strides",
        Source.LIVE,
        "cadence_spm",
        "spm",
        state_class=MEASUREMENT,
        expire_after_s=LIVE_S,
        options=(("suggested_display_precision", 0), ("icon", "mdi:metronome")),
    ),
    Entity(
        "strides",
        Platform.SENSOR,
        "Strides",
        "accepted strides of the near leg in the session so far",
        Source.SUMMARY,
        "strides",
        "strides",
        state_class=TOTAL,
        options=(("icon", "mdi:shoe-print"),),
    ),
    Entity(
        "cue",
        Platform.EVENT,
        "Cue",
        "what the runner is shown or sounded, as it happens",
        Source.CUE,
        options=(("event_types", [str(kind) for kind in CueKind]), ("icon", "mdi:led-on")),
    ),
    Entity(
        "buzzes",
        Platform.SENSOR,
        "Buzzes",
        "how often the buzzer sounded in the session so far",
        Source.SUMMARY,
        "cues.buzz",
        "cues",
        state_class=TOTAL,
        options=(("icon", "mdi:bullhorn"),),
    ),
    Entity(
        "session_active",
        Platform.BINARY_SENSOR,
        "Session",
        "whether a session goes on",
        Source.STATE,
        "session_active",
        device_class="running",
    ),
    Entity(
        "runner_present",
        Platform.BINARY_SENSOR,
        "Runner",
        "whether somebody is seen",
        Source.LIVE,
        "runner_seen",
        device_class="occupancy",
        expire_after_s=LIVE_S,
    ),
    Entity(
        "belt_speed",
        Platform.SENSOR,
        "Belt speed",
        "as configured, else found from the foot on the belt",
        Source.SUMMARY,
        "camera.belt_mps",
        "m/s",
        "speed",
        MEASUREMENT,
        options=(("suggested_display_precision", 2),),
    ),
    Entity(
        "last_session",
        Platform.SENSOR,
        "Last session",
        "when the newest session began; its verdict and figures are attributes",
        Source.SUMMARY,
        "started_utc",
        device_class="timestamp",
    ),
    Entity(
        "frame_rate",
        Platform.SENSOR,
        "Frame rate",
        "frames a second that are looked at",
        Source.HEALTH,
        "frames_per_second",
        "fps",
        state_class=MEASUREMENT,
        expire_after_s=HEALTH_S,
        diagnostic=True,
        options=(("suggested_display_precision", 1), ("icon", "mdi:speedometer")),
    ),
    Entity(
        "temperature",
        Platform.SENSOR,
        "Temperature",
        "of the processor",
        Source.HEALTH,
        "temperature_c",
        "°C",
        "temperature",
        MEASUREMENT,
        expire_after_s=HEALTH_S,
        diagnostic=True,
    ),
    Entity(
        "throttling",
        Platform.BINARY_SENSOR,
        "Throttling",
        "whether the Pi slows itself down: heat, or too weak a power supply",
        Source.HEALTH,
        "throttled",
        device_class="problem",
        expire_after_s=HEALTH_S,
        diagnostic=True,
    ),
    Entity(
        "refused_commands",
        Platform.SENSOR,
        "Refused commands",
        "since the device was started",
        Source.STATE,
        "commands_refused",
        "commands",
        state_class=TOTAL,
        diagnostic=True,
        options=(("icon", "mdi:message-off"),),
    ),
    Entity(
        "mute",
        Platform.SWITCH,
        "Mute",
        "the runner gets no cues",
        Source.STATE,
        "muted",
        command="mute",
        asks=('{"muted":true}', '{"muted":false}'),
        options=(("icon", "mdi:volume-off"),),
    ),
    Entity(
        "target_offset",
        Platform.NUMBER,
        "Target offset",
        "how far the coach's band is moved",
        Source.STATE,
        "target_offset_deg",
        DEG,
        command="target_offset",
        asks=('{"target_offset_deg":{{ value }}}',),
        options=(("step", 0.5), ("mode", "box"), ("icon", "mdi:arrow-expand-vertical")),
    ),
    Entity(
        "session_start",
        Platform.BUTTON,
        "Start session",
        "begin a session after the last has ended",
        command="session",
        asks=('{"action":"start"}',),
        options=(("icon", "mdi:play"),),
    ),
    Entity(
        "session_end",
        Platform.BUTTON,
        "End session",
        "end the session",
        command="session",
        asks=('{"action":"end"}',),
        options=(("icon", "mdi:stop"),),
    ),
    Entity(
        "runner_name",
        Platform.TEXT,
        "Runner name",
        "name or number of who runs, for the summary of this session",
        Source.STATE,
        "runner",
        command="runner",
        asks=('{"runner":{{ value | to_json }}}',),
        options=(
            ("min", 0),
            ("max", 32),
            ("pattern", "^[A-Za-z0-9_-]*$"),
            ("icon", "mdi:account"),
        ),
    ),
)
