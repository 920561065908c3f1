"""The JSON schemas of messages and commands, which `scripts/mqtt_docs.py` writes to `docs/`."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard, get_args, get_type_hints

from pydantic import TypeAdapter

from hipdrive.control.command import COMMANDS
from hipdrive.gait.metrics.catalogue import EVENTS, FIELDS, METRICS, OF_SESSION
from hipdrive.hub.messages.common_schema import OutboxFields, TimestampFields
from hipdrive.hub.messages.device_schema import AnswerMessage, HealthMessage, StateMessage
from hipdrive.hub.messages.session_schema import (
    CueMessage,
    CuesMessage,
    LiveMessage,
    StrideMessage,
)
from hipdrive.hub.messages.summary_schema import SummaryMessage

if TYPE_CHECKING:
    from hipdrive.gait.metrics.metric import Metric

DRAFT = "http://json-schema.org/draft-07/schema#"
"""Draft 7 is the one that every AsyncAPI tool has to know."""
SUFFIX = "Message"
"""Of the classes; the names of definitions are without it."""


@dataclass(frozen=True, slots=True)
class PublishedMessage:
    """A message that a device publishes.

    Attributes:
        name: name of its topic, an attribute of `Topics`.
        body: its keys, without those that messages have in common.
        qos: 1: delivered at least once.
        retained: True: the broker keeps the newest.
        kept: True: on the device's disk until the broker has it.
    """

    name: str
    body: type
    qos: int = 0
    retained: bool = False
    kept: bool = False

    @property
    def schema(self) -> str:
        """Name and version of the schema, such as `hipdrive/live/1`."""
        [name] = get_args(get_type_hints(self.body)["schema"])
        return str(name)

    @property
    def file(self) -> str:
        """File name of the schema."""
        return f"{self.schema.removeprefix('hipdrive/').replace('/', '-')}.json"


PUBLISHED = (
    PublishedMessage("live", LiveMessage),
    PublishedMessage("stride", StrideMessage, qos=1),
    PublishedMessage("cue", CueMessage),
    PublishedMessage("state", StateMessage, qos=1, retained=True),
    PublishedMessage("summary", SummaryMessage, qos=1, retained=True, kept=True),
    PublishedMessage("cues", CuesMessage, qos=1, kept=True),
    PublishedMessage("health", HealthMessage),
    PublishedMessage("answer", AnswerMessage),
)


def schema(message: PublishedMessage) -> dict[str, Any]:
    """The JSON schema of a message as it is published; every key is required, null or not."""
    whole = _of(message.body)
    parts = [OutboxFields] if message.kept else []
    for part in [_of(part) for part in [*parts, TimestampFields]]:
        whole["properties"] |= part["properties"]
        whole["required"] += part["required"]
    if message.body is StrideMessage:
        columns = {metric.column: _column(metric) for metric in (*EVENTS, *METRICS)}
        whole["properties"] |= columns
        whole["required"] += columns
    if message.body is SummaryMessage:
        whole["properties"]["metrics"] |= _table((*FIELDS, *METRICS))
        whole["properties"]["session_metrics"] |= _table(OF_SESSION)
    return {"$schema": DRAFT, "title": message.schema, **whole}


def _of(kind: type) -> dict[str, Any]:
    made: dict[str, Any] = TypeAdapter(kind).json_schema(ref_template="#/definitions/{model}")
    if definitions := made.pop("$defs", None):
        made["definitions"] = {
            name.removesuffix(SUFFIX): definition for name, definition in definitions.items()
        }
    made["description"] = inspect.getdoc(kind)
    return {key: _untitled(value) for key, value in made.items() if key != "title"}


def _untitled(node: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    """Drop the titles that pydantic makes of keys and classes: they add nothing."""
    if isinstance(node, list):
        return [_untitled(each) for each in node]
    if not isinstance(node, dict):
        return node.removesuffix(SUFFIX) if _is_reference(node) else node
    made = {key: _untitled(value) for key, value in node.items()}
    return {k: v for k, v in made.items() if k != "title" or not isinstance(v, str)}


def _is_reference(node: object) -> TypeGuard[str]:
    return isinstance(node, str) and node.startswith("#/definitions/")


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


def command_schemas() -> dict[str, dict[str, Any]]:
    """The JSON schemas of the commands' payloads, by file name."""
    return {
        f"command-{name}.json": {
            "$schema": DRAFT,
            "title": f"command/{name}",
            **_untitled(kind.model_json_schema()),
        }
        for name, kind in COMMANDS.items()
    }
