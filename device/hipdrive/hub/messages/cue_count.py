"""How often the coach has said what, told now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.hub.messages import messages
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.hub.messages import contract
    from hipdrive.types.frame_result import FrameResult

CUES_INTERVAL_NS = 10_000_000_000
"""Counts are told at most this often, by the frames' own time: each is a write to the card."""


class CueCount:
    """Counts the cues of a session; constant memory."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(CueKind, 0)
        self._t_ns = 0
        self._told_t_ns: int | None = None
        self._news = False

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        for cue in result.cues:
            self._counts[cue.kind] += 1
            self._t_ns = cue.t_ns
            self._news = True

    def due(self, t_ns: int) -> bool:
        """True when there is something new to tell, and time to."""
        early = self._told_t_ns is not None and t_ns - self._told_t_ns < CUES_INTERVAL_NS
        return self._news and not early

    @property
    def news(self) -> bool:
        """True when there is something new to tell."""
        return self._news

    def tell(self, session: str, first_t_ns: int, t_ns: int) -> contract.Cues:
        """The `cues` message.

        Args:
            session: id of the session.
            first_t_ns: time of the session's first frame, ns.
            t_ns: time of the newest frame, ns.
        """
        self._news = False
        self._told_t_ns = t_ns
        return messages.cues(session, self._t_ns - first_t_ns, self._counts)
