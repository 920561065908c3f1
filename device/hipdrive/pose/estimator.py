"""From a frame to a pose: crop, run the model, put the key points back into the picture."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np

from hipdrive.pose.bystanders import Box, BystanderDetector
from hipdrive.pose.crop import ARRIVED, CANDIDATE_SCORE, BodyPosition, CropTracker, Window
from hipdrive.pose.foot_tracker import FootTracker
from hipdrive.pose.mirror import MirrorChoice, other_side
from hipdrive.pose.shot_change import ShotChangeDetector
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose, keypoints
from hipdrive.types.skeleton import BODY_PAIRS, LEFT_HIP, RIGHT_HIP

if TYPE_CHECKING:
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
        letterbox(frame.image, window, self._model.picture, mirrored=mirrored)
        if hidden:
            picture = self._model.picture
            black_out(hidden, window, picture[:, ::-1] if mirrored else picture)
            del picture
        scaled = self._scaled
        if mirrored:
            np.copyto(scaled, self._model.infer()[self._other_side])
            self._scale[0] = -window.width_px * ONE
            self._offset[0] = (window.left_px + window.width_px) * ONE
        else:
            np.copyto(scaled, self._model.infer())
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


def letterbox(image: RgbImage, window: Window, out: RgbImage, *, mirrored: bool = False) -> None:
    """Scale a window of the picture to fill `out`, black where it reaches beyond the edges.

    Args:
        image: uint8 [height, width, 3].
        window: what to show.
        out: uint8 [rows, columns, 3], written in place.
        mirrored: left and right are to change places.
    """
    rows, columns, _ = out.shape
    across, down = window.width_px / columns, window.height_px / rows
    # Pixel centres lie at halves: the middle of the first pixel of `out` is half a scaled pixel in.
    left, top = window.left_px + (across - 1) / 2, window.top_px + (down - 1) / 2
    if mirrored:
        left += across * (columns - 1)
        across = -across
    to_image = np.array([[across, 0.0, left], [0.0, down, top]])
    cv2.warpAffine(
        image,
        to_image,
        (columns, rows),
        dst=out,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
    )


def black_out(box: Box, window: Window, out: RgbImage) -> None:
    """Blacken a box of the picture in what `letterbox` made of a window of it."""
    height, width, _ = out.shape
    across, down = width / window.width_px, height / window.height_px
    left, right = ((x - window.left_px) * across for x in (box.left_px, box.right_px))
    top, bottom = ((y - window.top_px) * down for y in (box.top_px, box.bottom_px))
    rows, columns = (
        slice(max(0, round(start)), max(0, round(end)))
        for start, end in ((top, bottom), (left, right))
    )
    out[rows, columns] = 0
