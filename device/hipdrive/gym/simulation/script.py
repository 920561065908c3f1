"""What one session publishes, and when: made of a recorded session's folder."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hipdrive.errors import SourceError
from hipdrive.gait.metrics.catalogue import EVENTS, METRICS
from hipdrive.hub.messages.encoding import encode
from hipdrive.hub.messages.session_messages import CUE, CUES, DEFINITIONS, LIVE, STRIDE, SUMMARY
from hipdrive.session.files import GUARD_COLUMN
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

STRIDES_A_SUMMARY = 30
"""Accepted strides of the near leg, as a device has it."""
CUES_EVERY_S = 10.0
LIVE_EVERY_S = 1.0
MOST_STRIDES = 100_000
"""More than anybody makes in a session."""
OF_A_DEVICE = frozenset({"id", "session", "series", "seq", "dropped", "runner", "started_utc"})
"""Keys of a summary that every device has of its own."""
_TEXTS = frozenset({"leg", "reason"})
_DEFINITIONS = DEFINITIONS | {m.column: m.definition for m in (*EVENTS, *METRICS)}


class Kind(StrEnum):
    """Topics that a session publishes on."""

    LIVE = "live"
    STRIDE = "stride"
    CUE = "cue"
    CUES = "cues"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class ScriptedMessage:
    """One message of a session.

    Attributes:
        t_s: when it is published, seconds after the session began.
        kind: the topic.
        body: its keys but those that every device, session and message has of its own.
        encoded: the same as JSON without the last brace; made once, for all devices and sessions.
    """

    t_s: float
    kind: Kind
    body: Mapping[str, object]
    encoded: bytes

    @classmethod
    def of(cls, t_s: float, kind: Kind, body: Mapping[str, object]) -> ScriptedMessage:
        """A message with that body."""
        return cls(t_s, kind, body, encode(body)[:-1])


@dataclass(frozen=True, slots=True)
class RecordedStride:
    """A row of `strides.csv`, with the keys of a `stride` message."""

    t_s: float
    counts: bool
    keys: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RecordedCue:
    """A row of `cues.csv`; the peak and when it was shown are None where that is not known."""

    t_s: float
    kind: str
    thigh_ext_deg: float | None
    peak_s: float | None = None
    shown_s: float | None = None


class SessionScript:
    """A session to be played over and over.

    Args:
        strides: of both legs, in order.
        cues: in order.
        figures: what its `session.json` has.

    Raises:
        SourceError: there is no stride in it.
    """

    def __init__(
        self,
        strides: list[RecordedStride],
        cues: list[RecordedCue],
        figures: Mapping[str, object],
    ) -> None:
        if not strides:
            raise SourceError("a session without a stride cannot be played")
        self._strides = strides
        self._cues = cues
        self._figures = {name: figures[name] for name in figures if name not in OF_A_DEVICE}
        self.duration_s = strides[-1].t_s + LIVE_EVERY_S

    def messages(self) -> list[ScriptedMessage]:
        """All messages but those of health, by the time at which they are published."""
        parts = (self._stride_messages(), self._cue_messages(), self._live_messages())
        ends = [ScriptedMessage.of(self.duration_s, Kind.SUMMARY, self._summary(final=True))]
        found = [*(message for part in parts for message in part), *ends]
        return sorted(found, key=lambda message: message.t_s)

    def _stride_messages(self) -> Iterator[ScriptedMessage]:
        counted = 0
        for stride in self._strides:
            yield ScriptedMessage.of(stride.t_s, Kind.STRIDE, {"schema": STRIDE, **stride.keys})
            counted += stride.counts
            if stride.counts and counted % STRIDES_A_SUMMARY == 0:
                so_far = self._summary(final=False) | {"strides": counted, "duration_s": stride.t_s}
                yield ScriptedMessage.of(stride.t_s, Kind.SUMMARY, so_far)

    def _cue_messages(self) -> Iterator[ScriptedMessage]:
        counts: dict[str, int] = {}
        told_s = 0.0
        for cue in self._cues:
            body = {
                "schema": CUE,
                "t_s": cue.t_s,
                "peak_s": cue.peak_s,
                "decided_s": cue.t_s,
                "shown_s": cue.shown_s,
                "event_type": cue.kind,
                "thigh_ext_deg": cue.thigh_ext_deg,
                "definitions": {"thigh_ext_deg": DEFINITIONS["thigh_ext_deg"]},
            }
            yield ScriptedMessage.of(cue.t_s, Kind.CUE, body)
            counts[cue.kind] = counts.get(cue.kind, 0) + 1
            if cue.t_s - told_s >= CUES_EVERY_S:
                told_s = cue.t_s
                body = {"schema": CUES, "t_s": cue.t_s, "cues": dict(counts)}
                yield ScriptedMessage.of(cue.t_s, Kind.CUES, body)
        body = {"schema": CUES, "t_s": self.duration_s, "cues": counts}
        yield ScriptedMessage.of(self.duration_s, Kind.CUES, body)

    def _live_messages(self) -> Iterator[ScriptedMessage]:
        newest = iter(self._strides)
        stride = next(newest)
        for number in range(int(self.duration_s / LIVE_EVERY_S)):
            t_s = number * LIVE_EVERY_S
            while stride.t_s < t_s and (later := next(newest, None)) is not None:
                stride = later
            angle = stride.keys["thigh_ext_deg"]
            yield ScriptedMessage.of(t_s, Kind.LIVE, _live(t_s, angle))

    def _summary(self, *, final: bool) -> dict[str, object]:
        reason = "end" if final else "window"
        return {**self._figures, "schema": SUMMARY, "final": final, "reason": reason}


def _live(t_s: float, thigh_ext_deg: object) -> dict[str, object]:
    return {
        "schema": LIVE,
        "t_s": t_s,
        "near_thigh_ext_deg": thigh_ext_deg,
        "far_thigh_ext_deg": None,
        "near_hip_ext_deg": None,
        "stride_thigh_ext_deg": thigh_ext_deg,
        "cadence_spm": None,
        "score": 0.78,
        "runner_seen": True,
        "doubt": None,
        "led": "in_band",
        "mode": "free",
        "programme_session": None,
        "block": None,
        "block_left_s": None,
        "guard": None,
        "definitions": DEFINITIONS,
    }


def read_session(folder: Path) -> SessionScript:
    """The script of a recorded session.

    Args:
        folder: with `session.json`, `strides.csv` and `cues.csv`.

    Raises:
        SourceError: a file is missing or is not what it should be.
    """
    try:
        figures = json.loads(read_small_file(folder / "session.json"))
        if not isinstance(figures, dict):
            raise SourceError(f"{folder / 'session.json'}: no summary of a session")
        strides = [_stride(row) for row in _rows(folder / "strides.csv")]
        cues = [_cue(row) for row in _rows(folder / "cues.csv")]
    except OSError as error:
        raise SourceError(f"{folder}: no recorded session ({error.strerror})") from error
    except (ValueError, KeyError) as error:
        raise SourceError(f"{folder}: the recorded session is damaged ({error})") from error
    return SessionScript(strides, cues, figures)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return [row for row, _ in zip(csv.DictReader(opened), range(MOST_STRIDES), strict=False)]


def _stride(row: Mapping[str, str]) -> RecordedStride:
    keys = {name: _value(name, text) for name, text in row.items() if name != GUARD_COLUMN}
    accepted, near = row["accepted"] == "1", row["near"] == "1"
    keys |= {"accepted": accepted, "near": near, "definitions": _DEFINITIONS}
    return RecordedStride(float(row["t_s"]), accepted and near, keys)


def _cue(row: Mapping[str, str]) -> RecordedCue:
    angle, peak_s, shown_s = (
        float(text) if (text := row.get(name)) else None
        for name in ("thigh_ext_deg", "peak_s", "shown_s")
    )
    return RecordedCue(float(row["t_s"]), row["kind"], angle, peak_s, shown_s)


def _value(name: str, text: str) -> object:
    if not text:
        return None
    return text if name in _TEXTS else float(text)
