"""What every table of a configuration file has in common, and the kinds of text in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict

LONGEST_TOPIC_LEVEL = 200
"""Far more than a name of a place has, far less than MQTT can send."""
AnySection = TypeVar("AnySection", bound="Section")


class Section(BaseModel):
    """A table of the file: frozen, and nothing in it that is not declared.

    Attributes:
        moved_keys: keys that were here once, and where each is now, as `table.key`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    moved_keys: ClassVar[Mapping[str, str]] = {}


def _topic_level(value: str) -> str:
    if len(value) > LONGEST_TOPIC_LEVEL:
        message = f"has {len(value)} characters, and may have {LONGEST_TOPIC_LEVEL}"
        raise ValueError(message)
    if value.strip("abcdefghijklmnopqrstuvwxyz0123456789-_") or not value:
        message = f"{value!r} cannot be in a topic; allowed: lower-case letters, digits, - and _"
        raise ValueError(message)
    return value


def _path(value: str) -> str:
    if "\0" in value:
        message = f"{value!r} cannot be a path; it has a NUL in it"
        raise ValueError(message)
    try:
        Path(value).expanduser()
    except RuntimeError as error:
        message = f"{value!r} cannot be a path; {error}"
        raise ValueError(message) from error
    return value


def _prefix(value: str) -> str:
    return value and _topic_level(value)


def _public_key(value: str) -> str:
    if not re.fullmatch(
        r"(?:ssh|sk-ssh|ecdsa|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+(?: [^\r\n]*)?", value
    ):
        message = f"{value[:40]!r} is no public key; a line of a .pub file of ssh-keygen is one"
        raise ValueError(message)
    return value


TopicLevel = Annotated[str, AfterValidator(_topic_level)]
"""One level of an MQTT topic."""
TopicPrefix = Annotated[str, AfterValidator(_prefix)]
"""The same, or empty."""
PathText = Annotated[str, AfterValidator(_path)]
"""A path; `~` is the home folder."""
PublicKey = Annotated[str, AfterValidator(_public_key)]
"""A public key of OpenSSH: its kind, itself, whose it is."""
