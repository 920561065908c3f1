"""How many cues of each kind the coach has given, published now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.hub.messages.session_messages import cues_message
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.hub.messages.session_schema import CuesMessage
    from hipdrive.types.frame_result import FrameResult

CUES_INTERVAL_NS = 10_000_000_000
"""Shortest time between two counts, by the frames' own time: each is a write to the card."""


class CueCount:
    """Counts the cues of a session; constant memory."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(CueKind, 0)
        self._t_ns = 0
        self._published_t_ns: int | None = None
        self._changed = False

    def on_frame(self, result: FrameResult) -> None:
        """Count the cues of one frame."""
        for cue in result.cues:
            self._counts[cue.kind] += 1
            self._t_ns = cue.t_ns
            self._changed = True

    def due(self, t_ns: int) -> bool:
        """True when the counts have changed and it is time to publish them.

        Args:
            t_ns: time of the newest frame, ns.
        """
        last_ns = self._published_t_ns
        return self._changed and (last_ns is None or t_ns - last_ns >= CUES_INTERVAL_NS)

    @property
    def changed(self) -> bool:
        """True when the counts have changed since the last message."""
        return self._changed

    def message(self, session: str, first_t_ns: int, t_ns: int) -> CuesMessage:
        """The `cues` message; the counts are published with it.

        Args:
            session: id of the session.
            first_t_ns: time of the session's first frame, ns.
            t_ns: time of the newest frame, ns.
        """
        self._changed = False
        self._published_t_ns = t_ns
        return cues_message(session, self._t_ns - first_t_ns, self._counts)
