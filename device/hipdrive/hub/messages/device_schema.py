"""Keys of the messages about the device: `health`, `state`, `answer`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

# Before Python 3.12 pydantic takes no other.
from typing_extensions import TypedDict

from hipdrive.control.command import Refusal
from hipdrive.hub.messages.common_schema import Count


class LoopHealthMessage(TypedDict):
    """How the loop does; null while no session goes on."""

    frame_age_s: Annotated[float | None, Field(ge=0, description="Since a frame was done with.")]
    frames_per_second: Annotated[
        float | None, Field(ge=0, description="Frames done with, over the last ten seconds.")
    ]
    loop_p50_ms: Annotated[
        float | None, Field(ge=0, description="Median time of a frame, over ten seconds.")
    ]
    loop_p95_ms: Annotated[
        float | None, Field(ge=0, description="Time that one frame in twenty exceeds.")
    ]
    dropped_frames: Annotated[
        int | None, Field(ge=0, description="Asked of the camera and never seen, in this session.")
    ]
    pose_score: Annotated[
        float | None, Field(ge=0, le=1, description="Mean score of the key points, ten seconds.")
    ]


class MachineHealthMessage(TypedDict):
    """How the computer does; null where it does not tell."""

    temperature_c: Annotated[float | None, Field(description="Of the hottest part told, Celsius.")]
    throttled: Annotated[
        bool | None, Field(description="The firmware slows the processor down now.")
    ]
    throttle_now: Annotated[list[str] | None, Field(description="The firmware's flags, now.")]
    throttle_since_boot: Annotated[
        list[str] | None, Field(description="Those that were set since the start.")
    ]
    disk_free_mb: Annotated[int | None, Field(ge=0, description="Free space, 10^6 bytes.")]


class OutboxHealthMessage(TypedDict):
    """What waits for the broker."""

    outbox_depth: Annotated[int, Field(ge=0, description="Messages that wait for the broker.")]
    outbox_oldest_s: Annotated[
        float | None, Field(ge=0, description="Age of the oldest of them, by the wall clock.")
    ]
    outbox_dropped: Annotated[
        int, Field(ge=0, description="Messages given up since the program started.")
    ]
    outbox_set_aside: Annotated[
        int, Field(ge=0, description="Summaries and counts that this broker will never take.")
    ]


class HealthMessage(LoopHealthMessage, MachineHealthMessage, OutboxHealthMessage):
    """How the device does; null where this machine does not tell, or no session goes on."""

    schema: Literal["hipdrive/health/1"]
    session: Annotated[str | None, Field(description="Id of the session; null between two.")]
    uptime_s: Annotated[float, Field(ge=0, description="Since the device program started.")]
    problems: Annotated[list[str], Field(description="What is wrong now, by name (docs/mqtt.md).")]
    reconnects: Annotated[int, Field(ge=0, description="Times the broker had to be found anew.")]
    encrypted: Annotated[bool, Field(description="The connection has TLS.")]
    version: Annotated[str, Field(description="Of hipdrive.")]


class StateMessage(TypedDict):
    """What the device is set to, and what became of commands."""

    schema: Literal["hipdrive/state/1"]
    session: Annotated[str | None, Field(description="Id of the session; null between two.")]
    session_active: bool
    muted: Annotated[bool, Field(description="The runner gets no cues.")]
    target_offset_deg: Annotated[float, Field(description="How far the target was moved.")]
    runner: Annotated[str | None, Field(description="Who runs, as a command said.")]
    private: Annotated[bool, Field(description="The camera is closed: somebody wants it so.")]
    safe_mode: Annotated[bool, Field(description="The camera is not tried: it failed too often.")]
    commands_accepted: Annotated[int, Field(ge=0, description="Since the program started.")]
    commands_refused: Count
    refusals: Annotated[dict[str, Count], Field(description="Refused commands by reason.")]
    last_refusal: Annotated[Refusal | None, Field(description="Reason of the newest.")]
    installed_version: Annotated[str, Field(description="Of hipdrive.")]
    latest_version: Annotated[
        str, Field(description="Of the newest release that the device has heard of.")
    ]


class AnswerMessage(TypedDict):
    """The answer to a command."""

    schema: Literal["hipdrive/answer/1"]
    accepted: bool
    reason: Annotated[Refusal | None, Field(description="Why not.")]
    explanation: Annotated[str | None, Field(description="Why not, for people.")]
