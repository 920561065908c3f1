"""The summary of a session: `session.json`, the hub's `summary` message, the table at the end.

The order of the fields is that of the keys in the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping  # pydantic reads the annotations at run time
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from pathlib import Path  # noqa: TC003  # as above
from typing import TYPE_CHECKING

from hipdrive.errors import SessionError
from hipdrive.geometry.camera_summary import CameraSummary  # noqa: TC001  # as above
from hipdrive.session.figures import (  # noqa: TC001  # as above
    AngleFigures,
    BandFigures,
    CueLatency,
    LoopPercentiles,
    MetricFigures,
    SessionMetrics,
)
from hipdrive.session.json_file import write_json
from hipdrive.session.programme_summary import ProgrammeSummary  # noqa: TC001  # as above
from hipdrive.session.verdict import Verdict, VerdictKind
from hipdrive.small_file import read_small_file
from hipdrive.texts.message import Message  # noqa: TC001  # as above
from hipdrive.types.cue import CueKind  # noqa: TC001  # as above
from hipdrive.types.side import Side  # noqa: TC001  # as above
from hipdrive.types.stride import Rejection  # noqa: TC001  # as above

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SCHEMA = "hipdrive/session/1"
STAND_IN = (
    "made with the stand-in model, which knows rendered runners only: no measurement of a person"
)


@dataclass(frozen=True, slots=True)
class PoseInfo:
    """Which model made the key points, and what ran it.

    Attributes:
        model: its name in the manifest.
        sha256: of its file.
        runtime: name and version.
        stand_in: True for a model that knows rendered runners only.
        decode: how key points were read from it, `stock` or `heatmap`.
    """

    model: str
    sha256: str
    runtime: str
    stand_in: bool = False
    decode: str = "stock"

    @property
    def caution(self) -> str:
        """What everybody who sees the figures must know; empty for nothing."""
        return STAND_IN if self.stand_in else ""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What is known of a session before its first frame.

    Attributes:
        id: unique, sorts by time.
        source: file, folder or camera, as the operator calls it.
        started_utc: wall clock at the start, ISO 8601.
        pose: None when the poses come from elsewhere and their model is not known.
    """

    id: str
    source: str
    started_utc: str
    pose: PoseInfo | None


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """What a session came to; None for what is not known.

    Attributes:
        id, source, started_utc: as in `SessionInfo`.
        facing: which way the runner faces in the picture; the last way of one who turned round.
        near_leg: the leg on the camera's side, the runner's own left or right; None if it was
            one and then the other.
        frames, frames_without_runner: how many there were.
        duration_s: from the first frame to the last, without jumps of the times by half a day.
        strides: accepted strides of the near leg.
        rejected_strides: those of the near leg that failed a check.
        rejections: the same by reason; reasons that did not occur are left out.
        far_strides: accepted strides of the far leg.
        cadence_spm: steps a minute, two a stride.
        thigh_ext_deg, hip_ext_deg: peaks over the accepted strides of the near leg.
        metrics: each metric of a stride, by its name.
        session_metrics: what only a session has.
        cues: how often the runner got each.
        withheld: at how many strides "more" was due and not said, by the name of the guard.
        camera: how the camera stands; None where that was not looked for.
        pose: which model made the key points; None where that is not known.
        frames_to_cue: median count of frames from a peak to the frame that could cue it.
        cue_latency_ms: from a peak to the pin that changed for its cue.
        loop_ms: what a frame took.
        warnings: what makes the figures doubtful, a sentence each.
        runner: who ran; None for a guest.
        verdict: what the session was.
        statement: a sentence with what to do about it; empty for a run.
        band: the latest in which thigh extension was wanted; None before the end of a baseline.
        programme: the session in the life of its runner; None for a guest.
        advice: three sentences at most, as messages that any page can put into its language.
        incline_percent: rise of the belt over its run, as it was set; None: not known.
    """

    id: str
    source: str
    started_utc: str
    facing: Side | None
    near_leg: Side | None
    frames: int
    frames_without_runner: int
    duration_s: float
    strides: int
    rejected_strides: int
    rejections: Mapping[Rejection, int]
    far_strides: int
    cadence_spm: float | None
    thigh_ext_deg: AngleFigures
    hip_ext_deg: AngleFigures
    metrics: Mapping[str, MetricFigures]
    session_metrics: SessionMetrics
    cues: Mapping[CueKind, int]
    camera: CameraSummary | None
    pose: PoseInfo | None
    frames_to_cue: int | None
    cue_latency_ms: CueLatency
    loop_ms: LoopPercentiles
    warnings: tuple[str, ...]
    withheld: Mapping[str, int] = field(default_factory=dict)
    runner: str | None = None
    verdict: VerdictKind = VerdictKind.RUNNING
    statement: str = ""
    band: BandFigures | None = None
    programme: ProgrammeSummary | None = None
    advice: tuple[Message, ...] = ()
    incline_percent: float | None = None

    def judged(self, verdict: Verdict) -> SessionSummary:
        """The summary with a verdict in it, and without figures unless it was a run."""
        kept = self if verdict.kind is VerdictKind.RUNNING else self.without_figures()
        return replace(kept, verdict=verdict.kind, statement=verdict.statement)

    def without_figures(self) -> SessionSummary:
        """Counts, times and what figures mean; neither the figures nor what the camera found.

        A figure of a walk, or of two people in turn, looks like any other.
        """
        return replace(
            self,
            cadence_spm=None,
            thigh_ext_deg=self.thigh_ext_deg.without_figures(),
            hip_ext_deg=self.hip_ext_deg.without_figures(),
            metrics={name: each.without_figures() for name, each in self.metrics.items()},
            session_metrics=self.session_metrics.without_figures(),
            camera=None if self.camera is None else self.camera.without_figures(),
            band=None,
            programme=None if self.programme is None else self.programme.without_figures(),
            advice=(),
        )

    def to_json(self) -> dict[str, object]:
        """JSON values under the keys of `session.json`: null for what is not known, never NaN."""
        return {"schema": SCHEMA, **_object(self)}

    def write(self, path: Path) -> None:
        """Write the file; it is there whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        write_json(path, self.to_json())

    @classmethod
    def from_json(cls, values: Mapping[str, object]) -> SessionSummary:
        """From the values of a `session.json`.

        Raises:
            ValueError: these are none; the message names every key that is wrong.
        """
        if values.get("schema") != SCHEMA:
            raise ValueError(f"schema is {values.get('schema')!r}, not {SCHEMA!r}")
        return _adapter().validate_python(values)

    @classmethod
    def read(cls, path: Path) -> SessionSummary:
        """Read the file of a session.

        Raises:
            SessionError: there is none, or it is no summary of a session.
        """
        try:
            values = json.loads(read_small_file(path).decode())
            if not isinstance(values, dict):
                raise ValueError("no JSON object")  # noqa: TRY004, TRY301  # reported below
            return cls.from_json(values)
        except OSError as error:
            raise SessionError(f"{path}: cannot be read ({error.strerror})") from error
        except (ValueError, RecursionError) as error:
            raise SessionError(f"{path}: is not the summary of a session ({error})") from error


@cache
def _adapter() -> TypeAdapter[SessionSummary]:
    """What checks a summary; making one takes longer than using it."""
    from pydantic import TypeAdapter

    return TypeAdapter(SessionSummary)


def _object(value: object) -> dict[str, object]:
    """The fields of a dataclass, or the items of a mapping, as JSON values."""
    if isinstance(value, Mapping):
        return {str(key): _value(each) for key, each in value.items()}
    assert is_dataclass(value)  # noqa: S101  # asked by `_value` or of a summary
    return {field.name: _value(getattr(value, field.name)) for field in fields(value)}


def _value(value: object) -> object:
    if isinstance(value, Mapping) or is_dataclass(value):
        return _object(value)
    return list(map(_value, value)) if isinstance(value, tuple) else value
