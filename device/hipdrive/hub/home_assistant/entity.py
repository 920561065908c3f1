"""What an entity of Home Assistant is; `entities` declares those of a device."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.config import CommandName


class Platform(StrEnum):
    """Kind of an entity."""

    SENSOR = "sensor"
    BINARY_SENSOR = "binary_sensor"
    EVENT = "event"
    SWITCH = "switch"
    NUMBER = "number"
    BUTTON = "button"
    TEXT = "text"
    SELECT = "select"
    UPDATE = "update"


class Source(StrEnum):
    """Topic that an entity reads, by its last level."""

    LIVE = "live"
    SUMMARY = "summary"
    STATE = "state"
    HEALTH = "health"
    CUE = "cue"


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity, in Home Assistant's terms.

    Attributes:
        key: unique in a device, and never changed: Home Assistant identifies the entity by it.
        platform: its kind.
        name: for people; its entity id follows from it.
        what: description, for the documents.
        source: the topic that it reads; None: it only sends a command.
        value: path of its value in the message, as a template reads it.
        unit, device_class, state_class: of the value; empty: none.
        expire_after_s: unavailable when no message came for so long, s; 0: never.
        diagnostic: True when it is about the device and not about the run.
        command: the command that it sends; None: it only shows a value.
        payloads: the command's payload, or its template; of a switch, those of on and off.
        options: other keys of the platform.
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
    payloads: tuple[str, ...] = ()
    options: tuple[tuple[str, object], ...] = ()

    def entity_id(self, device_name: str) -> str:
        """The id that Home Assistant gives it, unless it was renamed there."""
        slug = re.sub(r"[^a-z0-9]+", "_", f"{device_name} {self.name}".lower()).strip("_")
        return f"{self.platform}.{slug}"
