"""Validates messages against the committed schemas."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

from hipdrive.hub.messages.encoding import encode

DOCS = Path(__file__).resolve().parents[3] / "docs"


def files() -> list[Path]:
    return sorted((DOCS / "schemas").glob("*.json"))


def read(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def closed(schema: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    """The same schema, under which unknown keys are errors.

    Consumers must accept new keys; the device must not publish what is not documented.
    """
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and "type" in schema:
        strict.setdefault("additionalProperties", False)
    return strict


@cache
def validators() -> dict[str, Draft7Validator]:
    """Validators by the schema that a message names."""
    checker = FormatChecker(["date-time", "uuid"])
    schemas = [read(file) for file in files()]
    return {
        schema["title"]: Draft7Validator(closed(schema), format_checker=checker)
        for schema in schemas
    }


def violations(message: Any) -> list[str]:  # noqa: ANN401 - JSON is anything
    """Where a message does not match its schema, a line each."""
    return [
        f"{list(error.absolute_path)}: {error.message}"
        for error in validators()[message["schema"]].iter_errors(message)
    ]


def as_received(message: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """The message as a consumer decodes it."""
    return json.loads(encode(message))
