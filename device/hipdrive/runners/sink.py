"""Adds a session that counts to its runner's profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.runners.profile import SessionResult
from hipdrive.session.sink import RunsIn, SessionSink, SinkInfo
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.coach.record import RunnerRecord
    from hipdrive.runners.keeper import ProfileKeeper
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame_result import FrameResult


WRITTEN_S = 2.0
"""How long the end of a session waits until it is in the profile; a disk takes milliseconds."""


class ProfileSink(SessionSink):
    """Hands the result of the session over to the keeper's thread when it has ended.

    It waits for the disk a little, so that a summary that says that the session counts, and is
    written next, is true also after a power cut.

    Args:
        keeper: of the profiles.
        record: what was measured of the runner.
    """

    info = SinkInfo("profiles", RunsIn.OWN_THREAD)

    def __init__(self, keeper: ProfileKeeper, record: Callable[[], RunnerRecord]) -> None:
        self._keeper = keeper
        self._record = record

    def on_frame(self, result: FrameResult) -> None:
        """Nothing: what a profile needs the coach keeps."""

    def end(self, summary: SessionSummary) -> None:
        """Have the session added, if it counts."""
        programme = summary.programme
        if not summary.runner or programme is None or not programme.counted:
            return
        result = session_result(summary, summary.runner, self._record(), self._keeper)
        self._keeper.keep(result, WRITTEN_S)


def session_result(
    summary: SessionSummary, runner: str, record: RunnerRecord, keeper: ProfileKeeper
) -> SessionResult:
    """What a session adds to a profile; a baseline of an unknown speed is good for no other day."""
    profile = keeper.profile(runner)
    return SessionResult(
        name=runner,
        profile_id=None if profile is None else profile.profile_id,
        mode=keeper.new_mode,
        session_id=summary.id,
        utc=summary.started_utc,
        running_ms=record.running_ns // NS_PER_MS,
        baselines=tuple(each for each in record.baselines if each.belt_mm_per_s is not None),
        probe=record.probe,
    )
