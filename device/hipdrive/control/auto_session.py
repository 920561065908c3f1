"""Sessions that begin and end with the runner (`session.auto`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.pose.presence import Presence
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

BEGIN_NS = 20 * NS_PER_S
"""A runner who is there for so long means it; who steps over the belt does not."""
END_NS = 60 * NS_PER_S
"""A belt that is empty for so long: shorter is a drink or a shoelace."""
BLINK_NS = 2 * NS_PER_S
"""Somebody who is lost from sight for less has not been away."""
AWAY_NS = 10 * NS_PER_S
"""Who ended a session by hand and runs on gets the next one after a break of this length."""


class AutoSession:
    """Says when a session is to begin or to end, from whether a runner is seen."""

    def __init__(self) -> None:
        self._presence = Presence()
        self._present_ns = 0
        self._absent_ns = 0
        self._in_session = False
        self._armed = True

    def on_pose(self, pose: Pose) -> None:
        """Take note of whether somebody is seen."""
        present = self._presence.note(pose)
        step_ns = self._presence.step_ns
        if present:
            self._present_ns += step_ns
            self._absent_ns = 0
            return
        self._absent_ns += step_ns
        if self._absent_ns > BLINK_NS:
            self._present_ns = 0
        self._armed = self._armed or self._absent_ns >= AWAY_NS

    def session_began(self) -> None:
        """A session goes on from now, whoever began it."""
        self._in_session, self._armed = True, False
        self._absent_ns = 0

    def session_ended(self) -> None:
        """No session goes on from now; the next waits until the belt has been empty."""
        self._in_session = False
        self._armed = self._absent_ns >= AWAY_NS
        self._present_ns = 0

    @property
    def begins(self) -> bool:
        """True when a session is to begin."""
        return not self._in_session and self._armed and self._present_ns >= BEGIN_NS

    @property
    def ends(self) -> bool:
        """True when the session is to end."""
        return self._in_session and self._absent_ns >= END_NS
