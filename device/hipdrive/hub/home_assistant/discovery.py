"""Home Assistant's device-based discovery: one retained message that tells it all of a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hipdrive import __version__
from hipdrive.hub.home_assistant.entities import ENTITIES, Platform
from hipdrive.hub.messages import messages
from hipdrive.hub.messages.message import Message

if TYPE_CHECKING:
    from hipdrive.config import Config
    from hipdrive.hub.home_assistant.entities import Entity
    from hipdrive.hub.mqtt.topics import Topics

ATTRIBUTES = ("session", "runner", "verdict", "statement", "duration_s", "strides", "cadence_spm")
"""Of the newest session, beside its figures."""

ON, OFF = "ON", "OFF"
PLAIN = "{{{{ {} }}}}"
"""A null becomes None, which Home Assistant shows as unknown."""
_ON_OFF = "{{{{ 'None' if {0} is none else 'ON' if {0} else 'OFF' }}}}"
TEMPLATES = {
    Platform.BINARY_SENSOR: _ON_OFF,
    Platform.SWITCH: _ON_OFF,
    Platform.TEXT: "{{{{ {} or '' }}}}",
}


def object_id(topics: Topics) -> str:
    """What Home Assistant knows the device by.

    No two devices have the same: site and device have no capitals.
    """
    return f"hipdrive_{topics.site}_AT_{topics.device}"


def device_name(topics: Topics) -> str:
    """What people read; entity ids begin with it."""
    return f"hipdrive {topics.site} {topics.device}"


def discovery_topic(prefix: str, topics: Topics) -> str:
    """Where the message goes; an empty retained one there takes the device away."""
    return f"{prefix}/device/{object_id(topics)}/config"


def announcement(config: Config, topics: Topics) -> tuple[Message, ...]:
    """The message, retained; none when Home Assistant is to be told nothing."""
    prefix = config.hub.discovery_prefix
    if not prefix:
        return ()
    payload = messages.encode(discovery(config, topics))
    return (Message(discovery_topic(prefix, topics), payload, retain=True),)


def discovery(config: Config, topics: Topics) -> dict[str, Any]:
    """Who the device is, and every entity; controls only of commands that are allowed."""
    name = object_id(topics)
    components = {
        entity.key: _component(entity, config, topics, name)
        for entity in ENTITIES
        if _offered(entity, config)
    }
    return {
        "device": {
            "identifiers": [name],
            "name": device_name(topics),
            "manufacturer": "hipdrive",
            "model": "running coach",
            "sw_version": __version__,
        },
        "origin": {"name": "hipdrive", "sw_version": __version__},
        "availability": [{"topic": topics.availability}],
        "qos": 1,
        "components": components,
    }


def _offered(entity: Entity, config: Config) -> bool:
    if entity.platform is Platform.NUMBER:
        least, most = config.coach.offset_range_deg
        if least == most:
            return False
    return entity.command is None or entity.command in config.hub.commands


def _component(entity: Entity, config: Config, topics: Topics, device: str) -> dict[str, Any]:
    optional = {
        "unit_of_measurement": entity.unit,
        "device_class": entity.device_class,
        "state_class": entity.state_class,
        "expire_after": entity.expire_after_s,
        "entity_category": "diagnostic" if entity.diagnostic else "",
    }
    return {
        "platform": str(entity.platform),
        "unique_id": f"{device}_{entity.key}",
        "name": entity.name,
        **{key: value for key, value in optional.items() if value},
        **dict(entity.options),
        **_read(entity, topics),
        **_asked(entity, config, topics),
    }


def _read(entity: Entity, topics: Topics) -> dict[str, Any]:
    """Where the state comes from, and how it is taken out of the message."""
    if entity.source is None:
        return {}
    topic = getattr(topics, entity.source)
    if entity.platform is Platform.EVENT:
        return {"state_topic": topic}
    template = TEMPLATES.get(entity.platform, PLAIN).format(_path(entity.value))
    read = {"state_topic": topic, "value_template": template}
    if entity.platform is Platform.SWITCH:
        read |= {"state_on": ON, "state_off": OFF}
    if entity.key == "last_session":
        picked = ", ".join(f"{name!r}: {_path(name)}" for name in ATTRIBUTES)
        read["json_attributes_topic"] = topic
        read["json_attributes_template"] = f"{{{{ {{{picked}}} | to_json }}}}"
    return read


def _path(path: str) -> str:
    """A template's expression for a value; none where any key on the way is null or missing."""
    *heads, last = path.split(".")
    inner = "value_json"
    for head in heads:
        inner = f"({inner}.{head} | default({{}}, true))"
    return f"({inner}.{last} | default(none))"


def _asked(entity: Entity, config: Config, topics: Topics) -> dict[str, Any]:
    """Where a control sends its command, and in which words."""
    if entity.command is None:
        return {}
    asked: dict[str, Any] = {"command_topic": f"{topics.command}/{entity.command}"}
    if entity.platform is Platform.SWITCH:
        on, off = entity.asks
        return asked | {"payload_on": on, "payload_off": off}
    if entity.platform is Platform.BUTTON:
        return asked | {"payload_press": entity.asks[0]}
    if entity.platform is Platform.NUMBER:
        asked["min"], asked["max"] = config.coach.offset_range_deg
    return asked | {"command_template": entity.asks[0]}
