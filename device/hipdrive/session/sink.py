"""What a session's sink is, and what it gets to know of the session it is opened for.

A sink of your own is one file with a class like `SessionSink` and a function that opens it, and one
line that registers the function: in `hipdrive.session.sinks.SINKS`, or from outside in
`SessionRequest.sinks`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from hipdrive import loop

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.coach.record import RunnerRecord
    from hipdrive.config import Config
    from hipdrive.cues.pins import PinOutputs
    from hipdrive.health.degraded import DegradedParts
    from hipdrive.hub.mqtt.link import MqttLink
    from hipdrive.runners.keeper import ProfileKeeper
    from hipdrive.session.cue_times import CueTimes
    from hipdrive.session.poses import PosesMeta
    from hipdrive.session.stats import SessionStats
    from hipdrive.session.summary import SessionInfo, SessionSummary


class RunsIn(StrEnum):
    """In which thread a sink works."""

    LOOP = "loop"
    """In the loop's: it is fast, and may look at the picture."""
    OWN_THREAD = "own_thread"
    """`on_frame` hands over to a thread that the sink has itself."""
    QUEUED_THREAD = "queued_thread"
    """It may be slow: the session runner gives it a thread and a bounded queue (`QueuedSink`). It
    gets results without the picture, which would be another one by then."""


@dataclass(frozen=True, slots=True)
class SinkInfo:
    """How a sink describes itself.

    Attributes:
        name: one word for messages and threads.
        runs_in: in which thread it works, and so whether it may be slow.
        dropped_when_late: what is lost when it falls behind; empty for nothing.
    """

    name: str
    runs_in: RunsIn = RunsIn.LOOP
    dropped_when_late: str = ""

    @property
    def may_be_slow(self) -> bool:
        """True when its work is done in another thread than the loop's."""
        return self.runs_in is not RunsIn.LOOP


class SessionSink(loop.Sink, Protocol):
    """Takes every frame's result in, from the beginning of a session to its end.

    A class that names this one as its base inherits a sink without warnings and without an end.
    """

    info: SinkInfo
    """Name, thread and losses of the sink."""

    @property
    def warnings(self) -> list[str]:
        """What this sink missed or could not do, one sentence each; for the summary."""
        return []

    def end(self, summary: SessionSummary) -> None:
        """The session has ended: finish and free what is held.

        Args:
            summary: of the session, as in `session.json`.

        Raises:
            HipdriveError: what the sink is for is not complete; the other sinks end all the same.
        """
        del summary  # nothing is a fine end


@dataclass(frozen=True, slots=True)
class SessionContext:
    """What is known when the sinks of a session are opened, before its first frame.

    Attributes:
        folder: of the session.
        config: the configuration.
        info: id, source, start and model.
        meta: metadata of the key points for the record.
        frame_count: how many frames will come; None when it is unknown.
        live: False for a recording, which may be waited for.
        stats: counts so far; up to date with the frame when a sink gets it.
        outputs: LEDs and buzzer, to be looked at; None where there are none.
        link: to the broker; None for none.
        cue_times: when cues were shown.
        parts: to be told when what the sink is for does not work.
        summary: the session so far. For the loop's thread; quick enough for now and then.
        page: address of the page that is served meanwhile; empty for none.
        record: what was measured of the runner so far.
        profiles: the runners' profiles; None where none are kept.
    """

    folder: Path
    config: Config
    info: SessionInfo
    meta: PosesMeta
    frame_count: int | None
    live: bool
    stats: SessionStats
    outputs: PinOutputs | None
    link: MqttLink | None
    cue_times: CueTimes
    parts: DegradedParts
    summary: Callable[[], SessionSummary]
    record: Callable[[], RunnerRecord]
    profiles: ProfileKeeper | None = None
    page: str = ""


SinkFactory: TypeAlias = Callable[[SessionContext], SessionSink | None]
"""Opens a sink for a session; None: this session has none of the kind."""
