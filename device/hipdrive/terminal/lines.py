"""A session as lines of text, where there is no terminal to draw on or too little of one."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from hipdrive.session.sink import RunsIn, SessionSink, SinkInfo
from hipdrive.terminal.drawing import wanted
from hipdrive.terminal.programme import clock
from hipdrive.texts import coach as texts
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.cue import CueKind
from hipdrive.types.time import NS_PER_S
from hipdrive.web.live_view import CADENCE_STRIDES

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.texts.catalogue import Language
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.types.frame_result import FrameResult

AT_LEAST_EVERY_NS = 30 * NS_PER_S
AT_MOST_EVERY_NS = NS_PER_S
"""By the frames' own times: lights that change to and fro are told a second apart."""


class TerminalLines(SessionSink):
    """Sink that says a line when what the coach says has changed, and now and then.

    Args:
        say: takes a line; it may be slow.
        language: of what is said to the runner.
    """

    info = SinkInfo("lines", RunsIn.QUEUED_THREAD, dropped_when_late="lines of the terminal")

    def __init__(self, say: Callable[[str], None], language: Language) -> None:
        self._language = language
        self._say = say
        self._first_ns: int | None = None
        self._said_ns: int | None = None
        self._said = ""
        self._times_ns: deque[int] = deque(maxlen=CADENCE_STRIDES)

    def on_frame(self, result: FrameResult) -> None:
        """Say a line, if it is time for one."""
        t_ns = result.pose.t_ns
        if self._first_ns is None:
            self._first_ns = t_ns
        near = (each for each in result.gait.strides if each.near and each.times_cadence)
        self._times_ns.extend(each.stride_time_ns for each in near)
        said = texts.said_now(result.coach, self._language)
        buzz = any(cue.kind is CueKind.BUZZ for cue in result.cues)
        silent_ns = None if self._said_ns is None else t_ns - self._said_ns
        changed = said != self._said and (silent_ns is None or silent_ns >= AT_MOST_EVERY_NS)
        if buzz or changed or (silent_ns is not None and silent_ns >= AT_LEAST_EVERY_NS):
            self._said_ns, self._said = t_ns, said
            self._say(self._line(t_ns - self._first_ns, result.coach, said, buzz=buzz))

    def _line(self, elapsed_ns: int, coach: CoachStatus, said: str, *, buzz: bool) -> str:
        parts = [clock(elapsed_ns).rjust(6)]
        if coach.mean_bam is not None:
            parts.append(f"{deg_from_bam(coach.mean_bam):5.1f}°, {wanted(coach)}")
        if self._times_ns:
            mean_ns = sum(self._times_ns) / len(self._times_ns)
            parts.append(f"{120 * NS_PER_S / mean_ns:.0f} steps/min")
        return "  ".join([*parts, f"{said}{' (buzz)' if buzz else ''}"])
