"""A folder of OpenPose's JSON files, one a frame, and of others who write the same.

Pose2Sim and RTMLib write OpenPose's JSON with the key points of COCO, Halpe-26 or COCO-WholeBody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.errors import SourceError
from hipdrive.keypoint_files.joint_names import JointNames
from hipdrive.keypoint_files.json_people import (
    holds_json,
    in_pixels,
    number_array,
    numbered,
    rate,
    read_json,
    times_ns,
)
from hipdrive.keypoint_files.layouts import NAMES_BY_COUNT
from hipdrive.keypoint_files.people import runner_of
from hipdrive.keypoint_files.track import KeypointTrack

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from hipdrive.keypoint_files.people import Person

_ARMS = "RShoulder RElbow RWrist LShoulder LElbow LWrist"
_LEGS = "RHip RKnee RAnkle LHip LKnee LAnkle"
_FACE = "REye LEye REar LEar"
_FEET = "LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel"
MODELS = {
    "body-25": f"Nose Neck {_ARMS} MidHip {_LEGS} {_FACE} {_FEET}".split(),
    "coco-18": f"Nose Neck {_ARMS} {_LEGS} {_FACE}".split(),
    "mpi-15": f"Head Neck {_ARMS} {_LEGS} Chest".split(),
    "coco-17": list(NAMES_BY_COUNT[17]),
    "halpe-26": list(NAMES_BY_COUNT[26]),
    "whole-body-133": list(NAMES_BY_COUNT[133]),
}
"""Names in their order: OpenPose's own (its documentation, "Output"), then those of others."""
BY_COUNT = {
    25: "body-25",
    18: "coco-18",
    15: "mpi-15",
    17: "coco-17",
    26: "halpe-26",
    133: "whole-body-133",
}
"""By the key points of a person; not all of the last ones have names."""


class OpenPoseFolder:
    """Reads `*_keypoints.json`, and other numbered JSON files of the same make."""

    name = "OpenPose"

    def recognises(self, path: Path) -> bool:
        """Whether it is a folder of JSON files, and none of images with something beside them."""
        return holds_json(path)

    def read(self, path: Path, fps: Fraction | None) -> KeypointTrack:
        """The runner of the folder.

        Raises:
            SourceError: the first file that cannot be used.
        """
        per_second = rate(path, fps)
        files = numbered(path)
        frames = [_people(file) for _, file in files]
        counts = {len(person) for people in frames for person in people}
        if len(counts) > 1:
            raise SourceError(f"{path}: has people of {_listed(counts)} key points; use one model")
        if not counts:
            raise SourceError(f"{path}: has nobody in any of its {len(frames)} frames")
        (count,) = counts
        if count not in BY_COUNT:
            raise SourceError(
                f"{path}: has people of {count} key points; BODY_25 (25), COCO (18 or 17), MPI "
                "(15), Halpe (26) and COCO-WholeBody (133) are read"
            )
        model = BY_COUNT[count]
        names = JointNames(MODELS[model])
        track = in_pixels(runner_of(frames, count), path)[:, names.columns]
        skeleton = names.skeleton(f"openpose-{model}", str(path))
        return KeypointTrack(times_ns(path, [n for n, _ in files], per_second), track, skeleton)


def _listed(counts: set[int]) -> str:
    return " and ".join(str(count) for count in sorted(counts))


def _people(file: Path) -> list[Person]:
    values = read_json(file)
    people = values.get("people") if isinstance(values, dict) else None
    if not isinstance(people, list):
        raise SourceError(f'{file}: has no list "people"; a folder of OpenPose\'s JSON is needed')
    return [_person(person, file) for person in people]


def _person(person: object, file: Path) -> Person:
    values = person if isinstance(person, dict) else {}
    # Old versions call it the other way.
    flat = values.get("pose_keypoints_2d", values.get("pose_keypoints"))
    array = number_array(flat, file, "pose_keypoints_2d")
    if array.ndim != 1 or array.size % 3:
        raise SourceError(
            f"{file}: pose_keypoints_2d must be x, y, score of each key point in turn"
        )
    return array.reshape(-1, 3)
