"""What is in each message, key by key; `docs/schemas/` is generated from here.

Who makes a message says that it returns one of these, so mypy holds the two together; tests hold
what a broker was sent to the schemas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NotRequired, TypeAlias

from pydantic import Field

# Before Python 3.12 pydantic takes no other.
from typing_extensions import TypedDict

if TYPE_CHECKING:
    from hipdrive.control.command import Refusal
    from hipdrive.session.verdict import Kind
    from hipdrive.types.cue import CueKind
    from hipdrive.types.side import Side
    from hipdrive.types.stride import Rejection

Definitions: TypeAlias = Annotated[
    dict[str, str],
    Field(description="Which definition, in which version, each figure is of (docs/metrics.md)."),
]
SessionId: TypeAlias = Annotated[str, Field(description="Id of the session; sorts by time.")]
SessionTime: TypeAlias = Annotated[
    float, Field(description="Seconds since the session's first frame.")
]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]


class Written(TypedDict):
    """What every message says of its writing."""

    utc: Annotated[
        str,
        Field(
            description="Wall clock when the message was written, ISO 8601.",
            json_schema_extra={"format": "date-time"},
        ),
    ]
    monotonic_s: Annotated[
        float,
        Field(
            description="Clock that never jumps: seconds since the machine was switched on.", ge=0
        ),
    ]
    clock_synchronised: Annotated[
        bool,
        Field(
            description="True when systemd-timesyncd has set the wall clock since the start of the "
            "machine. Until then a Pi without a real-time clock is in the past."
        ),
    ]
    caution: NotRequired[
        Annotated[str, Field(description="What whoever sees the figures must know.")]
    ]


class Mark(TypedDict):
    """What tells a message that is kept on disk from all others."""

    id: Annotated[
        str,
        Field(
            description="UUID of version 7: unique; within a `series` it grows with every message, "
            "even if the clock is set back.",
            json_schema_extra={"format": "uuid"},
        ),
    ]
    series: Annotated[
        str,
        Field(
            description="Which count `seq` belongs to: an outbox has its own, and so has memory "
            "while the disk cannot be used."
        ),
    ]
    seq: Annotated[
        int,
        Field(
            ge=1,
            description="1, 2, 3 and so on within the `series`, over restarts. A number that never "
            "comes was dropped, or lost behind the broker.",
        ),
    ]
    dropped: Annotated[
        int,
        Field(
            ge=0,
            description="How many rows of this outbox were given up so far, each of which had a "
            "number.",
        ),
    ]


class Live(TypedDict):
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
    led: Annotated[str, Field(description="off, baseline, in_band, below or above.")]
    definitions: Definitions


class Stride(TypedDict):
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


class Cue(TypedDict):
    """One cue, as the runner got it."""

    schema: Literal["hipdrive/cue/1"]
    session: SessionId
    t_s: SessionTime
    event_type: Annotated[
        CueKind,
        Field(description="What was shown or sounded; the key that Home Assistant looks for."),
    ]
    thigh_ext_deg: Annotated[
        float | None, Field(description="Mean of the strides that it rests on.")
    ]
    definitions: Definitions


class Cues(TypedDict):
    """How often the coach has said what in the session so far."""

    schema: Literal["hipdrive/cues/1"]
    session: SessionId
    t_s: Annotated[float, Field(description="When the newest cue was; seconds as `t_s` elsewhere.")]
    cues: Annotated[dict[CueKind, Count], Field(description="By the name of the cue.")]


class LoopHealth(TypedDict):
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


class MachineHealth(TypedDict):
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


class OutboxHealth(TypedDict):
    """What waits for the broker."""

    outbox_depth: Annotated[int, Field(ge=0, description="Messages that wait for the broker.")]
    outbox_oldest_s: Annotated[
        float | None, Field(ge=0, description="Age of the oldest of them, by the wall clock.")
    ]
    outbox_dropped: Annotated[
        int, Field(ge=0, description="Messages given up since the program started.")
    ]


class Health(LoopHealth, MachineHealth, OutboxHealth):
    """How the device does; null where this machine does not tell, or no session goes on."""

    schema: Literal["hipdrive/health/1"]
    session: Annotated[str | None, Field(description="Id of the session; null between two.")]
    uptime_s: Annotated[float, Field(ge=0, description="Since the device program started.")]
    problems: Annotated[list[str], Field(description="What is wrong now, by name (docs/mqtt.md).")]
    reconnects: Annotated[int, Field(ge=0, description="Times the broker had to be found anew.")]
    encrypted: Annotated[bool, Field(description="The connection has TLS.")]
    version: Annotated[str, Field(description="Of hipdrive.")]


class State(TypedDict):
    """What the device is set to, and what became of commands."""

    schema: Literal["hipdrive/state/1"]
    session: Annotated[str | None, Field(description="Id of the session; null between two.")]
    session_active: bool
    muted: Annotated[bool, Field(description="The runner gets no cues.")]
    target_offset_deg: Annotated[float, Field(description="How far the target was moved.")]
    runner: Annotated[str | None, Field(description="Who runs, as a command said.")]
    commands_accepted: Annotated[int, Field(ge=0, description="Since the program started.")]
    commands_refused: Count
    refusals: Annotated[dict[str, Count], Field(description="Refused commands by reason.")]
    last_refusal: Annotated[Refusal | None, Field(description="Reason of the newest.")]


class Answer(TypedDict):
    """The answer to a command."""

    schema: Literal["hipdrive/answer/1"]
    accepted: bool
    reason: Annotated[Refusal | None, Field(description="Why not.")]
    explanation: Annotated[str | None, Field(description="Why not, for people.")]


class Angle(TypedDict):
    """One angle over the accepted strides of the near leg."""

    definition: str
    mean: float | None
    sd: Annotated[float | None, Field(ge=0, description="From stride to stride.")]
    min: float | None
    max: float | None


class Camera(TypedDict):
    """How the camera stands, found from running itself (`hipdrive calibrate`)."""

    calibrated: bool
    roll_taken_off_deg: float
    strides: Annotated[int, Field(ge=0, description="Behind the figures that follow.")]
    roll_deg: float | None
    roll_se_deg: float | None
    yaw_deg: float | None
    px_per_m: float | None
    belt_mps: float | None


class Pose(TypedDict):
    """Which model made the key points, and what ran it."""

    model: str
    sha256: str
    runtime: str
    stand_in: Annotated[bool, Field(description="It knows rendered runners only.")]
    decode: str


class LoopTimes(TypedDict):
    """What frames took."""

    p50: float | None
    p95: float | None


class Summary(TypedDict):
    """The session so far; figures are null unless the `verdict` is `running`."""

    schema: Literal["hipdrive/summary/2"]
    session: SessionId
    final: Annotated[bool, Field(description="The last one of the session.")]
    reason: Literal["window", "end"]
    source: Annotated[str, Field(description="Camera, file or folder.")]
    started_utc: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    facing: Annotated[Side | None, Field(description="Which way the runner runs in the picture.")]
    near_leg: Side | None
    frames: Count
    frames_without_runner: Count
    duration_s: Annotated[float, Field(ge=0)]
    strides: Annotated[int, Field(ge=0, description="Accepted, of the near leg.")]
    rejected_strides: Count
    rejections: Annotated[dict[str, Count], Field(description="Rejected strides by reason.")]
    far_strides: Count
    cadence_spm: float | None
    thigh_ext_deg: Angle
    hip_ext_deg: Angle
    metrics: Annotated[
        dict[str, Any], Field(description="Each metric of a stride, by name: n, mean, SD.")
    ]
    session_metrics: Annotated[
        dict[str, Any], Field(description="What only a session has, with the strides behind it.")
    ]
    cues: Annotated[dict[CueKind, Count], Field(description="By the name of the cue.")]
    camera: Camera | None
    pose: Pose | None
    frames_to_cue: Annotated[int | None, Field(description="Usual frames from a peak to its cue.")]
    loop_ms: LoopTimes
    warnings: Annotated[list[str], Field(description="What makes the figures doubtful.")]
    runner: Annotated[str | None, Field(description="Who ran, as a command said.")]
    verdict: Annotated[Kind, Field(description="Whether it was running.")]
    statement: Annotated[str, Field(description="What it was instead, for people.")]
