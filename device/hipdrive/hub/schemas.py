"""The messages as JSON schemas, and the topics as an AsyncAPI document; `docs/` has both.

Written by `scripts/mqtt_docs.py`, never needed by the device.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from pydantic import TypeAdapter

from hipdrive import __version__
from hipdrive.control.command import EXAMPLES, ORDERS
from hipdrive.gait.metrics.catalogue import EVENTS, FIELDS, METRICS, OF_SESSION
from hipdrive.hub.messages import contract
from hipdrive.hub.mqtt.topics import Topics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hipdrive.gait.metrics.metric import Metric

DRAFT = "http://json-schema.org/draft-07/schema#"
FORMAT = "application/schema+json;version=draft-07"
"""Draft 7 is the one that every AsyncAPI tool has to know."""
HERE = Topics("{site}", "{device}")


@dataclass(frozen=True, slots=True)
class Published:
    """What a device publishes on one topic.

    Attributes:
        name: of the topic, an attribute of `Topics`.
        body: what the message has of its own.
        qos: 1: delivered at least once.
        retained: the broker keeps the newest.
        kept: on the device's disk until the broker has it.
    """

    name: str
    body: type
    qos: int = 0
    retained: bool = False
    kept: bool = False

    @property
    def schema(self) -> str:
        """What the message says that it is, such as `hipdrive/live/1`."""
        [name] = get_args(get_type_hints(self.body)["schema"])
        return str(name)

    @property
    def file(self) -> str:
        """Name of the schema's file."""
        return f"{self.schema.removeprefix('hipdrive/').replace('/', '-')}.json"


PUBLISHED = (
    Published("live", contract.Live),
    Published("stride", contract.Stride, qos=1),
    Published("cue", contract.Cue),
    Published("state", contract.State, qos=1, retained=True),
    Published("summary", contract.Summary, qos=1, retained=True, kept=True),
    Published("cues", contract.Cues, qos=1, kept=True),
    Published("health", contract.Health),
    Published("answer", contract.Answer),
)


def schema(message: Published) -> dict[str, Any]:
    """The JSON schema of a message as it is on the wire; every key is there, null or not."""
    whole = _of(message.body)
    parts = [contract.Mark] if message.kept else []
    for part in [_of(part) for part in [*parts, contract.Written]]:
        whole["properties"] |= part["properties"]
        whole["required"] += part["required"]
    if message.body is contract.Stride:
        columns = {metric.column: _column(metric) for metric in (*EVENTS, *METRICS)}
        whole["properties"] |= columns
        whole["required"] += columns
    if message.body is contract.Summary:
        whole["properties"]["metrics"] |= _table((*FIELDS, *METRICS))
        whole["properties"]["session_metrics"] |= _table(OF_SESSION)
    return {"$schema": DRAFT, "title": message.schema, **whole}


def _of(kind: type) -> dict[str, Any]:
    made: dict[str, Any] = TypeAdapter(kind).json_schema(ref_template="#/definitions/{model}")
    if definitions := made.pop("$defs", None):
        made["definitions"] = definitions
    made["description"] = inspect.getdoc(kind)
    return {key: _untitled(value) for key, value in made.items() if key != "title"}


def _untitled(node: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    """Without the titles that pydantic makes of the keys: they say nothing new."""
    if isinstance(node, list):
        return [_untitled(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: _untitled(value) for key, value in node.items()}
    return {k: v for k, v in made.items() if k != "title" or not isinstance(v, str)}


def _column(metric: Metric) -> dict[str, Any]:
    return {
        "type": ["number", "null"],
        "description": f"{metric.meaning} Definition {metric.definition}.",
    }


def _table(metrics: tuple[Metric, ...]) -> dict[str, Any]:
    """Figures by the name of their metric."""
    figure = {
        "type": "object",
        "properties": {
            "definition": {"type": ["string", "null"]},
            "unit": {"type": ["string", "null"]},
            "confidence": {"type": ["string", "null"]},
        },
        "required": ["definition", "unit", "confidence"],
        "additionalProperties": {"type": ["number", "null"]},
    }
    return {
        "properties": {m.name: {"description": m.meaning, **figure} for m in metrics},
        "required": [metric.name for metric in metrics],
    }


def asyncapi(examples: Mapping[str, object]) -> dict[str, Any]:
    """The AsyncAPI 3.0 document, from the device's point of view.

    Args:
        examples: a message of each of `PUBLISHED`, by its topic's name.
    """
    channels = {"availability": _channel("availability", HERE.availability)}
    operations = {"sendAvailability": _operation("send", "availability", qos=1, retain=True)}
    messages = {"availability": _availability()}
    for each in PUBLISHED:
        answer = each.name == "answer"
        address = f"{HERE.answer}/{{caller}}" if answer else getattr(HERE, each.name)
        channels[each.name] = _channel(each.name, address)
        messages[each.name] = {
            "name": each.schema,
            "summary": inspect.getdoc(each.body),
            "payload": _file(each.file),
            "examples": [{"payload": examples[each.name]}],
        }
        if not answer:
            made = _operation("send", each.name, qos=each.qos, retain=each.retained)
            operations[f"send{each.name.capitalize()}"] = made
    for name, order in ORDERS.items():
        key = "command" + "".join(part.capitalize() for part in name.split("_"))
        channels[key] = _channel(key, f"{HERE.command}/{name}")
        operations[f"receive{key[0].upper()}{key[1:]}"] = _operation(
            "receive", key, qos=1, retain=False
        ) | {"reply": _reply()}
        messages[key] = {
            "name": f"command/{name}",
            "summary": inspect.getdoc(order),
            "payload": _file(f"command-{name}.json"),
            "examples": [{"payload": EXAMPLES[name].model_dump()}],
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "hipdrive",
            "version": __version__,
            "description": "What a device publishes, and what may be asked of it. Generated by "
            "scripts/mqtt_docs.py; mqtt.md says what is lost when.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "parameters": PARAMETERS},
    }


PARAMETERS = {
    "site": {"description": "hub.site of the configuration."},
    "device": {"description": "hub.device of the configuration."},
    "caller": {"description": "Whoever sent the command; MQTT 5's response topic names it."},
}


def command_schemas() -> dict[str, dict[str, Any]]:
    """The JSON schemas of the commands' payloads, by file name."""
    return {
        f"command-{name}.json": {
            "$schema": DRAFT,
            "title": f"command/{name}",
            **_untitled(order.model_json_schema()),
        }
        for name, order in ORDERS.items()
    }


def _channel(name: str, address: str) -> dict[str, Any]:
    parameters = [key for key in PARAMETERS if f"{{{key}}}" in address]
    return {
        "address": address,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "parameters": {key: {"$ref": f"#/components/parameters/{key}"} for key in parameters},
    }


def _operation(action: str, name: str, *, qos: int, retain: bool) -> dict[str, Any]:
    mqtt = {"qos": qos, "retain": retain, "bindingVersion": "0.2.0"}
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "bindings": {"mqtt": mqtt},
    }


def _reply() -> dict[str, Any]:
    location = "$message.header#/responseTopic"
    return {
        "address": {"location": location, "description": "One level below `answer`, or none."},
        "channel": {"$ref": "#/channels/answer"},
    }


def _availability() -> dict[str, Any]:
    return {
        "name": "availability",
        "summary": "Whether the device is there; the broker says offline of one that dies.",
        "contentType": "text/plain",
        "payload": {"type": "string", "enum": ["online", "offline"]},
    }


def _file(name: str) -> dict[str, Any]:
    return {"schemaFormat": FORMAT, "schema": {"$ref": f"schemas/{name}"}}
