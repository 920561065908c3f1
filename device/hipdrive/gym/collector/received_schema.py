"""What of the devices' messages is stored, and what it may be: anybody may publish anything.

Keys that are not named here are left out; the messages themselves are described by
`hub/messages/*_schema.py`. Strings and numbers have bounds: whatever passes fits its column.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  # pydantic reads the annotation
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from hipdrive.control.runner_name import runner_name
from hipdrive.types.side import Side

MOST_INTEGER = 2**31 - 1
MOST_SEQ = 2**53
"""The largest whole number that every JSON reader keeps."""
LARGEST = 1e9


def _within_calendar(value: datetime) -> datetime:
    """PostgreSQL's calendar is longer than Python's; a device's clock is not that wrong."""
    if not 1970 <= value.year <= 9998:  # noqa: PLR2004  # the years that time zones cannot move out
        message = "is no year that a clock has"
        raise ValueError(message)
    return value


Whole = Annotated[int, Field(ge=0, le=MOST_INTEGER)]
Sequence = Annotated[int, Field(ge=1, le=MOST_SEQ)]
Figure = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Positive = Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]
Word = Annotated[str, Field(max_length=64, pattern=r"^[ -~]*$")]
SessionName = Annotated[str, Field(pattern=r"^[0-9]{8}T[0-9]{6}Z-[0-9a-z]{1,16}$")]
Written = Annotated[AwareDatetime, AfterValidator(_within_calendar)]


class FromDevice(BaseModel):
    """What every message has."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")
    utc: Written
    clock_synchronised: bool


class ReceivedStride(FromDevice):
    """A `stride` message; the figures of a stride have their names in `docs/metrics.md`."""

    kind: Literal["hipdrive/stride/1"] = Field(alias="schema")
    session: SessionName
    t_s: Positive
    leg: Side
    near: bool
    accepted: bool
    reason: Word | None
    thigh_ext_deg: Figure
    hip_ext_deg: Figure
    stride_time_s: Positive
    foot_strike_s: Figure | None = None
    toe_off_s: Figure | None = None
    contact_time_s: Figure | None = None
    flight_time_s: Figure | None = None
    duty_factor_percent: Figure | None = None
    stride_length_m: Figure | None = None
    step_length_m: Figure | None = None
    thigh_excursion_deg: Figure | None = None
    knee_flex_contact_deg: Figure | None = None
    knee_flex_stance_deg: Figure | None = None
    knee_flex_toe_off_deg: Figure | None = None
    knee_flex_swing_deg: Figure | None = None
    shank_contact_deg: Figure | None = None
    overstride_percent: Figure | None = None
    trunk_lean_deg: Figure | None = None
    bounce_percent: Figure | None = None
    vertical_oscillation_m: Figure | None = None
    vertical_ratio_percent: Figure | None = None
    ankle_toe_off_deg: Figure | None = None
    foot_contact_angle_deg: Figure | None = None


class ReceivedCue(FromDevice):
    """A `cue` message."""

    kind: Literal["hipdrive/cue/1"] = Field(alias="schema")
    session: SessionName
    t_s: Positive
    event_type: Word
    thigh_ext_deg: Figure | None


class FromOutbox(FromDevice):
    """What a message has that waited on a device's disk."""

    id: UUID
    series: Word
    seq: Sequence
    dropped: Annotated[int, Field(ge=0, le=MOST_SEQ)]
    session: SessionName


class ReceivedCueCount(FromOutbox):
    """A `cues` message."""

    kind: Literal["hipdrive/cues/1"] = Field(alias="schema")
    t_s: Positive
    cues: Annotated[dict[Word, Whole], Field(max_length=64)]


class ReceivedAngle(BaseModel):
    """One angle of a summary."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")
    mean: Figure | None
    sd: Positive | None


class ReceivedSummary(FromOutbox):
    """A `summary` message."""

    kind: Literal["hipdrive/summary/2"] = Field(alias="schema")
    final: bool
    verdict: Word
    duration_s: Positive
    strides: Whole
    rejected_strides: Whole
    cadence_spm: Figure | None
    thigh_ext_deg: ReceivedAngle
    hip_ext_deg: ReceivedAngle
    runner: Annotated[str, AfterValidator(runner_name)] | None


class ReceivedHealth(FromDevice):
    """A `health` message."""

    kind: Literal["hipdrive/health/1"] = Field(alias="schema")
    monotonic_s: Positive
    session: Word | None
    uptime_s: Positive
    problems: Annotated[list[Word], Field(max_length=64)]
    frames_per_second: Figure | None
    loop_p95_ms: Figure | None
    pose_score: Figure | None
    temperature_c: Figure | None
    throttled: bool | None
    disk_free_mb: Annotated[int, Field(ge=0, le=MOST_SEQ)] | None
    outbox_depth: Whole
    outbox_oldest_s: Figure | None
    outbox_dropped: Whole
    reconnects: Whole
    encrypted: bool
    version: Word
