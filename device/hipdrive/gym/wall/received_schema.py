"""What the wall reads of the devices' messages besides `health`, with the collector's bounds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from hipdrive.control.runner_name import runner_name
from hipdrive.gym.collector.received_schema import Figure, FromDevice, Word


class ReceivedLive(FromDevice):
    """A `live` message."""

    kind: Literal["hipdrive/live/1"] = Field(alias="schema")
    runner_seen: bool
    cadence_spm: Figure | None
    stride_thigh_ext_deg: Figure | None


class ReceivedState(FromDevice):
    """A `state` message; what only newer devices say may be missing."""

    kind: Literal["hipdrive/state/1"] = Field(alias="schema")
    session_active: bool
    muted: bool
    runner: Annotated[str, AfterValidator(runner_name)] | None
    private: bool = False
    installed_version: Word = ""
    latest_version: Word = ""


class ReceivedCamera(BaseModel):
    """How the camera hung in a session."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")
    roll_taken_off_deg: Figure
    roll_deg: Figure | None


class ReceivedCameraSummary(FromDevice):
    """What a `summary` message has of the camera."""

    kind: Literal["hipdrive/summary/2"] = Field(alias="schema")
    camera: ReceivedCamera | None
