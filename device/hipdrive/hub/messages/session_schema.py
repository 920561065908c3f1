"""Keys of the messages about a session: `live`, `stride`, `cue`, `cues`.

A function that builds a message is typed to return one of these, so mypy holds code and contract
together; `docs/schemas/` is generated from here, and tests hold what a broker received to it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

# Before Python 3.12 pydantic takes no other.
from typing_extensions import TypedDict

from hipdrive.hub.messages.common_schema import (
    Count,
    Definitions,
    SessionId,
    SessionTime,
    Share,
)
from hipdrive.types.cue import CueKind
from hipdrive.types.programme import BlockKind, CoachMode
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection


class LiveMessage(TypedDict):
    """What is true now."""

    schema: Literal["hipdrive/live/1"]
    session: SessionId
    t_s: SessionTime
    near_thigh_ext_deg: Annotated[
        float | None, Field(description="Extension of the near thigh behind the vertical, now.")
    ]
    far_thigh_ext_deg: Annotated[
        float | None, Field(description="The same of the far thigh; less sure.")
    ]
    near_hip_ext_deg: Annotated[
        float | None, Field(description="Extension of the near thigh behind the trunk, now.")
    ]
    stride_thigh_ext_deg: Annotated[
        float | None, Field(description="Peak of the newest accepted stride of the near leg.")
    ]
    cadence_spm: Annotated[float | None, Field(description="Steps a minute, of both legs.")]
    score: Annotated[
        Share, Field(description="Mean score of shoulder, hip, knee and ankle, the better side.")
    ]
    runner_seen: Annotated[
        bool, Field(description="The key points are good enough to be a person.")
    ]
    doubt: Annotated[
        Rejection | None,
        Field(description="Why the newest stride of the near leg was not used."),
    ]
    led: Annotated[
        str,
        Field(
            description="off, lost, baseline, in_band, below, above, or what a guard shows "
            "instead: quicker_steps, look_ahead."
        ),
    ]
    mode: Annotated[CoachMode, Field(description="How the runner is coached.")]
    programme_session: Annotated[
        int | None, Field(ge=1, description="Which of the runner's sessions; null in free mode.")
    ]
    block: Annotated[
        BlockKind | None,
        Field(description="Of the programme: probe and off are silent; null before the run."),
    ]
    block_left_s: Annotated[
        float | None, Field(ge=0, description="Until the next change; null where there is none.")
    ]
    guard: Annotated[
        str | None,
        Field(
            description="The guard for which nobody is asked for more; null while none is tripped."
        ),
    ]
    definitions: Definitions


class StrideMessage(TypedDict):
    """One stride of either leg, accepted or not; the figures of `docs/metrics.md` besides."""

    schema: Literal["hipdrive/stride/1"]
    session: SessionId
    t_s: SessionTime
    leg: Side
    near: Annotated[bool, Field(description="The leg on the camera's side.")]
    thigh_ext_deg: Annotated[float, Field(description="Peak of `thigh_ext`.")]
    hip_ext_deg: Annotated[float, Field(description="`hip_ext` at that moment.")]
    stride_time_s: Annotated[float, Field(description="Since the peak before of the same leg.")]
    accepted: Annotated[bool, Field(description="It counts for the session and the coach.")]
    reason: Annotated[Rejection | None, Field(description="Why it does not.")]
    definitions: Definitions


class CueMessage(TypedDict):
    """One cue, as the runner got it."""

    schema: Literal["hipdrive/cue/1"]
    session: SessionId
    t_s: SessionTime
    peak_s: Annotated[
        float | None,
        Field(description="Peak that ended the stride it rests on; null where it rests on none."),
    ]
    decided_s: Annotated[float | None, Field(description="The coach gave it.")]
    shown_s: Annotated[
        float | None,
        Field(description="The first pin changed for it; null: another took its place."),
    ]
    event_type: Annotated[
        CueKind,
        Field(description="What was shown or sounded; the key that Home Assistant looks for."),
    ]
    thigh_ext_deg: Annotated[
        float | None, Field(description="Mean of the strides that it rests on.")
    ]
    definitions: Definitions


class CuesMessage(TypedDict):
    """How often the coach has said what in the session so far."""

    schema: Literal["hipdrive/cues/1"]
    session: SessionId
    t_s: Annotated[float, Field(description="When the newest cue was; seconds as `t_s` elsewhere.")]
    cues: Annotated[dict[CueKind, Count], Field(description="By the name of the cue.")]
