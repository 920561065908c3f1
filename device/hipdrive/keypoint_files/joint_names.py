"""What other programs call the joints, and what we call them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hipdrive.errors import SourceError
from hipdrive.types.skeleton import BODY_PAIRS, Skeleton

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIASES = {
    "shoulder": ("sjc", "shoulder", "sho", "acromium", "acromion", "acr", "saj"),
    "elbow": ("ejc", "elbow", "elb"),
    "wrist": ("wjc", "wrist", "wri"),
    "hip": ("hjc", "hjcreg", "hip"),
    "knee": ("kjc", "knee", "kne", "kneelat", "kneelateral", "fle", "lfe"),
    "ankle": ("ajc", "ankle", "ank", "anklelat", "anklelateral", "fal", "lm"),
    "heel": ("heel", "hee"),
    "toe": ("bigtoe", "toe", "toetip"),
}
"""By joint, the best first: a centre before a marker on the skin. Plug-in Gait, OpenSim, Pose2Sim,
OpenPose, MMPose, Visual3D and CAST, without side, case and punctuation."""
_SIDES = {"left": ("l", "left"), "right": ("r", "right")}
_SHOWN = 12
"""Names of a file that a message lists."""


class JointNames:
    """Which of a file's names are our joints.

    Args:
        names: in the file's order.

    Attributes:
        columns: where in the file each of `joints` is.
        joints: our names, left and right of what was found.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)
        found = {
            f"{side}_{joint}": place
            for joint, aliases in ALIASES.items()
            for side in _SIDES
            if (place := place_of(names, side, aliases)) is not None
        }
        self.joints = tuple(found)
        self.columns = list(found.values())

    def skeleton(self, name: str, where: str) -> Skeleton:
        """Our names as a skeleton.

        Args:
            name: of the skeleton.
            where: what a message begins with.

        Raises:
            SourceError: a joint of the legs or a shoulder is missing.
        """
        missing = [joint for pair in BODY_PAIRS for joint in pair if joint not in self.joints]
        if missing:
            shown = ", ".join(self._names[:_SHOWN]) or "nothing"
            shown += ", ..." if len(self._names) > _SHOWN else ""
            raise SourceError(
                f"{where}: has no {', '.join(missing)} but {shown}; shoulders, hips, knees and "
                "ankles of both sides are needed, under names such as RHip, RHJC or R_HIP, here or "
                "in a trial of standing (--static)"
            )
        return Skeleton(name, self.joints)


def plain(name: str) -> str:
    """Without the subject before a colon, in lower case, letters and digits alone."""
    return re.sub("[^a-z0-9]", "", name.rpartition(":")[2].lower())


def place_of(names: Sequence[str], side: str, aliases: Sequence[str]) -> int | None:
    """Where the first of some aliases with a side, left or right, is among a file's names."""
    known = [plain(name) for name in names]
    for alias in aliases:
        for letter in _SIDES[side]:
            for name in (letter + alias, alias + letter):
                if name in known:
                    return known.index(name)
    return None
