"""Looks a few times a second while nobody is on the belt, and at every frame once somebody is.

An empty belt needs no model: a picture is compared with the one before it, and the model looks
where something has moved, and now and then all the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.pose.motion import MotionDetector
from hipdrive.pose.presence import Presence
from hipdrive.types.pose import Keypoint
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hipdrive.types.frame import Frame, RgbImage
    from hipdrive.types.pose import Pose

LOOK_S = 0.2
"""From one look to the next while idle: with a frame and the model's time, full speed is reached
within 300 ms, less than half a stride."""
IDLE_AFTER_NS = 10 * NS_PER_S
"""Without anybody for so long the belt is empty; the record has stopped by then too."""
SURE_NS = 5 * NS_PER_S
"""The model looks so often whatever the picture does: somebody may have stood still."""
SEARCH_FRAMES = 4
"""The windows that a runner is searched in, each in a frame of its own (`pose.crop`)."""
CONFIRM_FRAMES, CONFIRMED = 8, 3
"""After a sighting so many frames are looked at, one after the other; so many sightings in them,
and somebody is there."""
CALM_NS = 2 * NS_PER_S
"""After so long without motion the next one is worth a look through all windows at once; where
something moves all the time, as in a gym, each look takes one window."""


class IdleWatch:
    """Between a camera and the pose stage: fewer frames while nobody is there.

    Args:
        estimate: the pose stage.
        wait: waits for some seconds, or less when there is reason to.
        watched: True while somebody looks at the pictures, who is to get them all.
        moved: whether a picture differs from the one before it.

    Attributes:
        idle: True while nobody is there.
    """

    def __init__(
        self,
        estimate: Callable[[Frame], Pose],
        wait: Callable[[float], object],
        watched: Callable[[], bool],
        moved: Callable[[RgbImage], bool] | None = None,
    ) -> None:
        self._estimate = estimate
        self._wait = wait
        self._watched = watched
        self._moved = moved or MotionDetector()
        self._pose: Pose | None = None
        self._presence = Presence()
        self._alone_ns = 0
        self._calm_ns = 0
        self._unsure_ns = 0
        self._search = self._sightings = 0
        self.idle = False

    def wake(self) -> None:
        """Look at every frame for a while, whoever is there."""
        self._alone_ns = self._search = self._sightings = 0
        self.idle = False

    def views(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The frames of a camera that keeps its newest; while idle, few of them."""
        frames = iter(frames)
        while True:
            if self.idle and not self._search and not self._watched():
                self._wait(LOOK_S)
            frame = next(frames, None)
            if frame is None:
                return
            yield frame

    def __call__(self, frame: Frame) -> Pose:
        """The pose in the frame; nobody, without a look, where nothing has moved while idle."""
        if self.idle and self._pose is not None and not self._worth_a_look(frame):
            nobody = _nobody(self._pose, frame.t_ns)
            self._presence.note(nobody)
            return nobody
        self._unsure_ns = 0
        pose = self._pose = self._estimate(frame)
        present = self._presence.note(pose)
        if self.idle:
            self._confirm(seen=pose.runner_seen)
        else:
            self._alone_ns = 0 if present else self._alone_ns + self._presence.step_ns
            self.idle = self._alone_ns >= IDLE_AFTER_NS
        return pose

    def _confirm(self, *, seen: bool) -> None:
        """Go on looking after a sighting while idle, and leave off being idle after some."""
        self._search = CONFIRM_FRAMES if seen else max(self._search - 1, 0)
        self._sightings = self._sightings + seen if self._search else 0
        if self._sightings >= CONFIRMED:
            self.wake()

    def _worth_a_look(self, frame: Frame) -> bool:
        step_ns = self._presence.step_ns
        self._unsure_ns += step_ns
        if self._search:
            return True
        moved = self._moved(frame.image)
        calm_ns, self._calm_ns = self._calm_ns, 0 if moved else self._calm_ns + step_ns
        if moved and calm_ns >= CALM_NS:
            self._search = SEARCH_FRAMES
        return moved or self._unsure_ns >= SURE_NS


def _nobody(like: Pose, t_ns: int) -> Pose:
    nothing = (Keypoint(0, 0, 0),) * len(like.keypoints)
    return replace(like, t_ns=t_ns, keypoints=nothing, crowded=False, cut=False, foot=None)
