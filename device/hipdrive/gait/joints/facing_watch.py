"""Holds poses back until it is known which way the runner faces, and goes on watching."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from hipdrive.gait.joints.facing import FacingVote, TurnDetector
from hipdrive.types.skeleton import COCO_17, Skeleton
from hipdrive.types.time import AWAY_NS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.types.pose import Pose
    from hipdrive.types.side import Side

VOTE_GAP_NS = 1_000_000_000
"""The facing is found out from seconds that belong together."""
POSES_HELD_BACK = 360
"""Poses kept until the facing is known: 12 s at 30 frames a second."""
LEAST_HELD_BACK_NS = 3_000_000_000
"""And those of so long at any rate: the facing takes two seconds."""
MOST_HELD_BACK = 1500
"""But never more: 3 s at 500 frames a second."""


class FacingWatch:
    """Which way the runner faces, from what their knees do.

    Args:
        given: the facing where it is known beforehand; None: found out in the first seconds.
        least_poses: hold back at least so many, also with a facing that was given.

    Attributes:
        facing: the side of the picture faced; None: not known yet.
    """

    def __init__(self, given: Side | None, least_poses: int = 1) -> None:
        self._given = given
        self._least_poses = least_poses
        self._skeleton = COCO_17
        self._seen_ns: int | None = None
        self._vote = FacingVote()
        self._turn: TurnDetector | None = None
        self._held_back: deque[Pose] = deque(maxlen=MOST_HELD_BACK)
        self.start_over(COCO_17)

    @property
    def contradicted(self) -> bool:
        """Whether the knees say that the runner faces the other way than was given."""
        return self._turn is not None and self._turn.turned

    def start_over(self, skeleton: Skeleton) -> None:
        """Another shot, or another skeleton: forget the runner."""
        self._skeleton = skeleton
        self._released = False
        self._seen_ns = None
        self._face(self._given)
        self._forget_poses()

    def step(self, pose: Pose) -> Sequence[Pose]:
        """Take a pose of a runner in; those that can be measured now, oldest first.

        After a second without a runner the vote begins again, and after `AWAY_NS` it may be
        another runner who comes: a facing that was found out is found out anew. A runner who turns
        round faces the other way from then on.
        """
        self._note_absence(pose.t_ns)
        if self._turn is None:
            self._face(self._vote.add(pose))
        else:
            self._turn.add(pose)
            if self._turn.turned and self._given is None and self.facing is not None:
                self._face(self.facing.other)
        if self._released:
            return (pose,)
        self._hold_back(pose)
        if self.facing is None or len(self._held_back) < self._least_poses:
            return ()
        self._released = True
        poses = tuple(self._held_back)
        self._held_back.clear()
        return poses

    def _hold_back(self, pose: Pose) -> None:
        kept = self._held_back
        kept.append(pose)
        while len(kept) > POSES_HELD_BACK and pose.t_ns - kept[1].t_ns >= LEAST_HELD_BACK_NS:
            kept.popleft()

    def _face(self, facing: Side | None) -> None:
        self.facing = facing
        self._turn = None if facing is None else TurnDetector(facing, self._skeleton)

    def _note_absence(self, t_ns: int) -> None:
        absent_ns = 0 if self._seen_ns is None else t_ns - self._seen_ns
        self._seen_ns = t_ns
        if 0 <= absent_ns <= VOTE_GAP_NS:
            return
        self._forget_poses()
        if absent_ns > AWAY_NS and self._given is None:
            self._released = False
            self._face(None)

    def _forget_poses(self) -> None:
        self._vote = FacingVote(self._skeleton)
        self._held_back.clear()
