"""Home Assistant's device-based discovery: one retained message with all entities of a device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive import __version__
from hipdrive.hub.home_assistant.entities import ENTITIES, GUEST_CHOICE
from hipdrive.hub.home_assistant.entity import Platform
from hipdrive.hub.messages.encoding import encode
from hipdrive.hub.messages.outgoing import MqttMessage

if TYPE_CHECKING:
    from hipdrive.config import Config
    from hipdrive.hub.home_assistant.entity import Entity
    from hipdrive.hub.mqtt.topics import Topics

ATTRIBUTES = ("session", "runner", "verdict", "statement", "duration_s", "strides", "cadence_spm")
"""Keys of the summary shown as attributes of the newest session."""
VERSIONS = ("installed_version", "latest_version")
"""What Home Assistant compares in an `update` entity."""

ON, OFF = "ON", "OFF"
PLAIN = "{{{{ {} }}}}"
"""A null becomes None, which Home Assistant shows as unknown."""
_ON_OFF = "{{{{ 'None' if {0} is none else 'ON' if {0} else 'OFF' }}}}"
TEMPLATES = {
    Platform.BINARY_SENSOR: _ON_OFF,
    Platform.SWITCH: _ON_OFF,
    Platform.TEXT: "{{{{ {} or '' }}}}",
    Platform.SELECT: "{{{{ {} or '" + GUEST_CHOICE + "' }}}}",
}


def object_id(topics: Topics) -> str:
    """Home Assistant's id of the device.

    Unique, since site and device have no capitals and the separator has.
    """
    return f"hipdrive_{topics.site}_AT_{topics.device}"


def device_name(topics: Topics) -> str:
    """Name of the device for people; entity ids begin with it."""
    return f"hipdrive {topics.site} {topics.device}"


def discovery_topic(prefix: str, topics: Topics) -> str:
    """Topic of the discovery message; an empty retained one there removes the device."""
    return f"{prefix}/device/{object_id(topics)}/config"


def announcement(
    config: Config, topics: Topics, runners: tuple[str, ...] = ()
) -> tuple[MqttMessage, ...]:
    """The discovery message, retained; none when `hub.discovery_prefix` is empty.

    Args:
        config: what it says.
        topics: of the device.
        runners: names that can be chosen.
    """
    prefix = config.hub.discovery_prefix
    if not prefix:
        return ()
    payload = encode(discovery(config, topics, runners))
    return (MqttMessage(discovery_topic(prefix, topics), payload, retain=True),)


def discovery(config: Config, topics: Topics, runners: tuple[str, ...] = ()) -> dict[str, object]:
    """The device and its entities as JSON values; controls only of commands that are allowed."""
    name = object_id(topics)
    components = {
        entity.key: _component(entity, config, topics, name)
        | ({"options": [GUEST_CHOICE, *runners]} if entity.platform is Platform.SELECT else {})
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


def _component(entity: Entity, config: Config, topics: Topics, device: str) -> dict[str, object]:
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
        **_state_fields(entity, topics),
        **_command_fields(entity, config, topics),
    }


def _state_fields(entity: Entity, topics: Topics) -> dict[str, object]:
    """Topic of an entity's state, and the template that reads it."""
    if entity.source is None:
        return {}
    topic = getattr(topics, entity.source)
    if entity.platform is Platform.EVENT:
        return {"state_topic": topic}
    if entity.platform is Platform.UPDATE:
        return {"state_topic": topic, "value_template": _picked(VERSIONS)}
    template = TEMPLATES.get(entity.platform, PLAIN).format(_path(entity.value))
    fields = {"state_topic": topic, "value_template": template}
    if entity.platform is Platform.SWITCH:
        fields |= {"state_on": ON, "state_off": OFF}
    if entity.key == "last_session":
        fields["json_attributes_topic"] = topic
        fields["json_attributes_template"] = _picked(ATTRIBUTES)
    return fields


def _picked(names: tuple[str, ...]) -> str:
    """Template expression for an object of these values of the message."""
    picked = ", ".join(f"{name!r}: {_path(name)}" for name in names)
    return f"{{{{ {{{picked}}} | to_json }}}}"


def _path(path: str) -> str:
    """Template expression for a value; none where any key on the path is null or missing."""
    *heads, last = path.split(".")
    inner = "value_json"
    for head in heads:
        inner = f"({inner}.{head} | default({{}}, true))"
    return f"({inner}.{last} | default(none))"


def _command_fields(entity: Entity, config: Config, topics: Topics) -> dict[str, object]:
    """Topic of a control's command, and its payload."""
    if entity.command is None:
        return {}
    fields: dict[str, object] = {"command_topic": f"{topics.command}/{entity.command}"}
    if entity.platform is Platform.SWITCH:
        on, off = entity.payloads
        return fields | {"payload_on": on, "payload_off": off}
    if entity.platform is Platform.BUTTON:
        return fields | {"payload_press": entity.payloads[0]}
    if entity.platform is Platform.NUMBER:
        fields["min"], fields["max"] = config.coach.offset_range_deg
    return fields | {"command_template": entity.payloads[0]}
