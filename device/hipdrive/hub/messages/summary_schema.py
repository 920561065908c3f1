"""Keys of the `summary` message."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

# Before Python 3.12 pydantic takes no other.
from typing_extensions import TypedDict

from hipdrive.hub.messages.common_schema import Count, SessionId
from hipdrive.session.verdict import VerdictKind
from hipdrive.types.cue import CueKind
from hipdrive.types.programme import CoachMode
from hipdrive.types.side import Side


class ExpectedErrorMessage(TypedDict):
    """How far an angle may be off, degrees, as drawn people showed of whom all is known."""

    deg: Annotated[float, Field(ge=0, description="Of the mean, either way.")]
    noise_deg: Annotated[float, Field(ge=0, description="SD that measuring adds to one stride.")]
    source: Annotated[str, Field(description="On whom that was measured, and where it stands.")]


class AngleMessage(TypedDict):
    """One angle over the accepted strides of the near leg."""

    definition: str
    mean: float | None
    sd: Annotated[float | None, Field(ge=0, description="From stride to stride.")]
    min: float | None
    max: float | None
    expected_error: Annotated[
        ExpectedErrorMessage | None, Field(description="null where nobody measured the model.")
    ]


class CameraMessage(TypedDict):
    """How the camera stands, found from running itself (`hipdrive calibrate`)."""

    calibrated: bool
    roll_taken_off_deg: float
    strides: Annotated[int, Field(ge=0, description="Behind the figures that follow.")]
    roll_deg: float | None
    roll_se_deg: float | None
    yaw_deg: float | None
    px_per_m: float | None
    belt_mps: float | None


class PoseMessage(TypedDict):
    """Which model made the key points, and what ran it."""

    model: str
    sha256: str
    runtime: str
    stand_in: Annotated[bool, Field(description="It knows rendered runners only.")]
    decode: str


class CueLatencyMessage(TypedDict):
    """From the peak of a stride to the change of a pin for its cue."""

    n: Annotated[int, Field(ge=0, description="Cues that rest on a stride.")]
    p50: float | None
    p95: float | None
    jitter: Annotated[float | None, Field(description="95th minus 5th percentile.")]


class BandMessage(TypedDict):
    """Where thigh extension was wanted at last, degrees."""

    low_deg: float
    target_deg: float
    high_deg: float


class LoopTimesMessage(TypedDict):
    """What frames took."""

    p50: float | None
    p95: float | None


class SilentMeanMessage(TypedDict):
    """Thigh extension over strides without feedback."""

    belt_mps: Annotated[float | None, Field(description="Speed of the belt.")]
    incline_percent: float
    n: Annotated[int, Field(ge=0, description="Strides of the near leg.")]
    mean_deg: float
    sd_deg: Annotated[float, Field(ge=0, description="From stride to stride.")]


class ProgrammeMessage(TypedDict):
    """The session in the life of its runner."""

    mode: CoachMode
    session: Annotated[int, Field(ge=1, description="Which of the runner's sessions it is.")]
    feedback_percent: Annotated[
        int | None, Field(ge=0, le=100, description="Share of the feedback minutes that is given.")
    ]
    running_s: Annotated[float, Field(ge=0, description="Of usable strides.")]
    baselines: Annotated[list[SilentMeanMessage], Field(description="Measured in this session.")]
    probe: SilentMeanMessage | None
    counted: Annotated[bool, Field(description="It counts as one of the runner's sessions.")]
    not_counted: Annotated[str, Field(description="Why it does not, for people.")]


class AdviceMessage(TypedDict):
    """A sentence for the runner, in no language yet (`hipdrive/texts/`)."""

    id: Annotated[str, Field(description="Which sentence.")]
    fields: Annotated[
        dict[str, float | str], Field(description="The figures in it, and names of words.")
    ]


class SummaryMessage(TypedDict):
    """The session so far; figures are null unless the `verdict` is `running`."""

    schema: Literal["hipdrive/summary/2"]
    session: SessionId
    final: Annotated[bool, Field(description="The last one of the session.")]
    reason: Literal["window", "end"]
    source: Annotated[str, Field(description="Camera, file or folder.")]
    started_utc: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    facing: Annotated[Side | None, Field(description="Which way the runner runs in the picture.")]
    near_leg: Annotated[
        Side | None, Field(description="The runner's own; null if it was one, then the other.")
    ]
    frames: Count
    frames_without_runner: Count
    duration_s: Annotated[float, Field(ge=0)]
    strides: Annotated[int, Field(ge=0, description="Accepted, of the near leg.")]
    rejected_strides: Count
    rejections: Annotated[dict[str, Count], Field(description="Rejected strides by reason.")]
    far_strides: Count
    cadence_spm: float | None
    thigh_ext_deg: AngleMessage
    hip_ext_deg: AngleMessage
    metrics: Annotated[
        dict[str, object], Field(description="Each metric of a stride, by name: n, mean, SD.")
    ]
    session_metrics: Annotated[
        dict[str, object], Field(description="What only a session has, with the strides behind it.")
    ]
    cues: Annotated[dict[CueKind, Count], Field(description="By the name of the cue.")]
    withheld: Annotated[
        dict[str, Count],
        Field(
            description='Strides at which "more" was due and withheld, by the name of the guard.'
        ),
    ]
    camera: CameraMessage | None
    pose: PoseMessage | None
    frames_to_cue: Annotated[int | None, Field(description="Usual frames from a peak to its cue.")]
    cue_latency_ms: CueLatencyMessage
    loop_ms: LoopTimesMessage
    warnings: Annotated[list[str], Field(description="What makes the figures doubtful.")]
    runner: Annotated[str | None, Field(description="Who ran; null for a guest.")]
    verdict: Annotated[VerdictKind, Field(description="Whether it was running.")]
    statement: Annotated[str, Field(description="What it was instead, for people.")]
    band: Annotated[BandMessage | None, Field(description="null before the end of a baseline.")]
    programme: Annotated[
        ProgrammeMessage | None, Field(description="Null for a guest who is coached freely.")
    ]
    advice: Annotated[
        list[AdviceMessage], Field(description="What changed and what to try, three at most.")
    ]
    incline_percent: Annotated[
        float | None, Field(description="Rise of the belt over its run, as it was set.")
    ]
