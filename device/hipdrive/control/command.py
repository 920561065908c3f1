"""The commands of a device and their payloads; anything else is refused with a reason."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from hipdrive.control.runner_name import LONGEST_NAME, NOT_IN_A_NAME, runner_name

if TYPE_CHECKING:
    from hipdrive.config import CommandName

LONGEST_BYTES = 1024
"""More than the longest command: a name of which every character is escaped as two surrogates."""


class Refusal(StrEnum):
    """Why a command was not followed."""

    RETAINED = "retained"
    REPLY_TO = "reply_to"
    TOO_LONG = "too_long"
    UNKNOWN = "unknown"
    NOT_ALLOWED = "not_allowed"
    NOT_JSON = "not_json"
    WRONG_CONTENT = "wrong_content"
    NAME = "name"
    OUT_OF_RANGE = "out_of_range"
    NO_SESSION = "no_session"
    IN_SESSION = "in_session"
    BUSY = "busy"
    TOO_MANY = "too_many"


EXPLANATIONS = {
    Refusal.RETAINED: "a retained command would be followed again and again; send it without",
    Refusal.REPLY_TO: "answers go one level below the device's own answer topic: a name of up to "
    "64 letters, digits, - and _; correlation data have up to 64 bytes",
    Refusal.TOO_LONG: f"a command has up to {LONGEST_BYTES} bytes",
    Refusal.UNKNOWN: "there is no command of that name",
    Refusal.NOT_ALLOWED: "hub.commands of the configuration does not allow it",
    Refusal.NOT_JSON: "the payload is no JSON in UTF-8",
    Refusal.WRONG_CONTENT: "the payload is not the object that this command takes",
    Refusal.NAME: f"a name has up to {LONGEST_NAME} characters on one line, all of them visible, "
    f"and none of {' '.join(NOT_IN_A_NAME)}",
    Refusal.OUT_OF_RANGE: "the value is beyond what the configuration allows",
    Refusal.NO_SESSION: "no session is going on",
    Refusal.IN_SESSION: "a session is going on; end it first",
    Refusal.BUSY: "too many commands wait to be followed; try again",
    Refusal.TOO_MANY: "more came than anybody means to send; those beyond are dropped without an "
    "answer, and after a flood none are heard for up to a minute",
}


class CommandError(Exception):
    """A command that is refused.

    Attributes:
        refusal: the reason.
    """

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(EXPLANATIONS[refusal])
        self.refusal = refusal


class Command(BaseModel):
    """The payload of a command: one JSON object, nothing in it that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Mute(Command):
    """Show and sound nothing, or do so again."""

    muted: bool


class MoveTarget(Command):
    """Put the coach's target so far from where the configuration has it."""

    target_offset_deg: Annotated[float, Field(allow_inf_nan=False)]


class NameRunner(Command):
    """Name the runner, by a name or number of the operator's choice; empty: anonymous."""

    runner: Annotated[
        str,
        AfterValidator(runner_name),
        Field(json_schema_extra={"maxLength": LONGEST_NAME}),
    ]


class ChangeSession(Command):
    """End the session, or begin one after the last has ended."""

    action: Literal["start", "end"]


class SetPrivacy(Command):
    """Close the camera, or open it again; a session that goes on ends. Holds over a restart."""

    private: bool


COMMANDS: dict[CommandName, type[Command]] = {
    "mute": Mute,
    "target_offset": MoveTarget,
    "session": ChangeSession,
    "runner": NameRunner,
    "privacy": SetPrivacy,
}
"""Payload type of each command, by the command's name."""


def parse(
    name: str, payload: bytes, allowed: list[CommandName], offset_range_deg: tuple[float, float]
) -> Command:
    """Validate a command.

    Args:
        name: name of the command.
        payload: JSON, UTF-8.
        allowed: the commands that the configuration allows.
        offset_range_deg: least and greatest offset of the target, degrees.

    Raises:
        CommandError: there is no such command, it is not allowed, or its payload is invalid.
    """
    if len(payload) > LONGEST_BYTES:
        raise CommandError(Refusal.TOO_LONG)
    known = {str(key): kind for key, kind in COMMANDS.items()}
    if name not in known:
        raise CommandError(Refusal.UNKNOWN)
    if name not in allowed:
        raise CommandError(Refusal.NOT_ALLOWED)
    try:
        command = known[name].model_validate_json(payload)
    except ValidationError as error:
        raise CommandError(_refusal(error)) from None
    if isinstance(command, MoveTarget):
        least, most = offset_range_deg
        if not least <= command.target_offset_deg <= most:
            raise CommandError(Refusal.OUT_OF_RANGE)
    return command


def _refusal(error: ValidationError) -> Refusal:
    """Why a payload is not what its command takes."""
    kinds = {each["type"] for each in error.errors(include_url=False)}
    if "json_invalid" in kinds:
        return Refusal.NOT_JSON
    # Only a name's own check raises this kind; whatever else is wrong is said first.
    return Refusal.NAME if kinds == {"value_error"} else Refusal.WRONG_CONTENT
