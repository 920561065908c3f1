"""From a frame to a pose: crop, run the model, put the key points back into the picture."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.pose.bystanders import Box, BystanderDetector
from hipdrive.pose.crop import ARRIVED, CANDIDATE_SCORE, BodyPosition, CropTracker, Window
from hipdrive.pose.foot_tracker import FootTracker
from hipdrive.pose.inference import Inference, Look
from hipdrive.pose.mirror import MirrorChoice, other_side
from hipdrive.pose.shot_change import ShotChangeDetector
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose, keypoints
from hipdrive.types.skeleton import BODY_PAIRS, LEFT_HIP, RIGHT_HIP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hipdrive.pose.model import PoseModel
    from hipdrive.types.frame import Frame, RgbImage
    from hipdrive.types.side import Side


class PoseEstimator:
    """Finds the runner and follows them from frame to frame.

    Args:
        model: finds the key points of one person in a picture.
        shown_facing: the side of the picture that the model is to see runners face: who faces the
            other one is shown to it in a mirror; None: everybody as they are.

    Raises:
        SkeletonError: the model has no shoulders, hips, knees or ankles.
    """

    def __init__(self, model: PoseModel, shown_facing: Side | None = None) -> None:
        self._model = model
        self._inference = Inference(model)
        self._skeleton = model.skeleton
        # Here rather than at the first frame.
        self._skeleton.indices(joint for pair in BODY_PAIRS for joint in pair)
        self._mirror = MirrorChoice(shown_facing, self._skeleton)
        self._other_side = other_side(self._skeleton)
        self._tracker: CropTracker | None = None
        self._bystanders = BystanderDetector(1, 1, model.window)
        self._shot_changes = ShotChangeDetector()
        self._foot_tracker = FootTracker()
        self._size: tuple[int, int] = (0, 0)
        self._scaled = np.empty((len(self._skeleton), len(Keypoint._fields)))
        self._scale = np.array([0.0, 0.0, ONE])
        self._offset = np.zeros(3)
        # OpenCV's pool of threads would fight the interpreter's.
        cv2.setNumThreads(1)

    def __call__(self, frame: Frame) -> Pose:
        """The key points of the runner, or of whatever looks most like one, in the frame."""
        cut = self._shot_changes(frame.image)
        tracker = self._tracker_for(frame.image, afresh=cut)
        pose = self._follow(frame, tracker)
        if cut or not pose.runner_seen:
            self._foot_tracker.reset()
        if not pose.runner_seen:
            return replace(pose, cut=cut)
        crowded = self._bystanders(pose, partial(self._pose_in, frame))
        foot = self._foot_tracker(frame.image, pose)
        return replace(
            pose, crowded=crowded, cut=cut, foot=foot, off_centre=off_centre(pose, self._size[0])
        )

    @contextmanager
    def looking_ahead(self) -> Iterator[Callable[[Frame], None]]:
        """While this is open the model runs in a thread of its own.

        Yields:
            What may be told the next frame before this one is asked for: the model then sees the
            next one while this one is dealt with, if the window stays where it is. It nearly always
            does, and where not, the frame is looked at again; so poses are the same either way.
        """
        with self._inference.in_thread():
            yield self._expect

    def _expect(self, frame: Frame) -> None:
        if self._tracker is not None and self._tracker.standing:
            self._inference.expect(frame, Look(self._tracker.window, self._mirror.mirrored))

    def _follow(self, frame: Frame, tracker: CropTracker) -> Pose:
        pose = self._pose_in(frame, tracker.window)
        if tracker.searching and pose.body_score >= CANDIDATE_SCORE:
            self._mirror.add(pose)
            closer = self._look_closer(frame, pose)
            if closer.runner_seen:
                tracker.lock(closer)
                return closer
        if pose.runner_seen:
            self._mirror.add(pose)
        tracker.follow(pose)
        return pose

    def _look_closer(self, frame: Frame, pose: Pose) -> Pose:
        """Somebody who was just found, in a window that no longer changes with each look."""
        shape = self._model.window
        for _ in range(shape.first_looks):
            before = BodyPosition.of(pose)
            pose = self._pose_in(frame, before.window(shape))
            if not pose.runner_seen or before.distance(BodyPosition.of(pose), shape) <= ARRIVED:
                break
        return pose

    def _tracker_for(self, image: RgbImage, *, afresh: bool) -> CropTracker:
        height_px, width_px, _ = image.shape
        if self._tracker is None or afresh or self._size != (width_px, height_px):
            self._size = (width_px, height_px)
            self._tracker = CropTracker(width_px, height_px, self._model.window)
            self._bystanders = BystanderDetector(width_px, height_px, self._model.window)
            self._mirror.reset()
        return self._tracker

    def _pose_in(self, frame: Frame, window: Window, hidden: Box | None = None) -> Pose:
        """The pose in a window of the frame, with a box of it blacked out."""
        mirrored = self._mirror.mirrored
        outputs = self._inference.outputs(frame, Look(window, mirrored, hidden))
        scaled, found = self._scaled, self._model.read(outputs)
        if mirrored:
            np.copyto(scaled, found[self._other_side])
            self._scale[0] = -window.width_px * ONE
            self._offset[0] = (window.left_px + window.width_px) * ONE
        else:
            np.copyto(scaled, found)
            self._scale[0], self._offset[0] = window.width_px * ONE, window.left_px * ONE
        self._scale[1], self._offset[1] = window.height_px * ONE, window.top_px * ONE
        scaled *= self._scale
        scaled += self._offset
        np.rint(scaled, out=scaled)
        points = keypoints(scaled.astype(np.int64).tolist())
        return Pose(frame.t_ns, points, skeleton=self._skeleton)


def off_centre(pose: Pose, width_px: int) -> bool:
    """True where the hips are outside the middle half of the picture's width.

    Three clips of people on treadmills have them between 0.37 and 0.69 of it
    (`docs/real-clips.md`).
    """
    hips_x = pose[LEFT_HIP].x + pose[RIGHT_HIP].x
    return not ONE * width_px <= 2 * hips_x <= 3 * ONE * width_px
