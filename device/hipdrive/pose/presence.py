"""Whether somebody is there, from sightings of which one now and then is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.time import NS_PER_MS, NS_PER_S

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

SURE_NS = 300 * NS_PER_MS
"""Seen for so long, net of the time unseen: MoveNet sees a runner in one of fifty pictures of a
drawn room that is empty, and never in two in a row."""
MOST_NS = NS_PER_S
"""Counted up to here, so that who leaves is gone within two seconds."""
LONGEST_STEP_NS = NS_PER_S
"""Poses further apart count as this much: times may jump."""


class Presence:
    """Takes poses in.

    Attributes:
        step_ns: time between the last two poses, as far as it can be believed, ns.
    """

    def __init__(self) -> None:
        self.step_ns = 0
        self._t_ns: int | None = None
        self._seen_ns = 0

    def note(self, pose: Pose) -> bool:
        """Take the next pose in; whether somebody is there now."""
        before_ns, self._t_ns = self._t_ns, pose.t_ns
        self.step_ns = 0
        if before_ns is not None:
            self.step_ns = min(max(pose.t_ns - before_ns, 0), LONGEST_STEP_NS)
        change_ns = self.step_ns if pose.runner_seen else -self.step_ns // 2
        self._seen_ns = min(max(self._seen_ns + change_ns, 0), MOST_NS)
        return pose.runner_seen and self._seen_ns >= SURE_NS
