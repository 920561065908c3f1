"""A folder of OpenPose's JSON files, one a frame, BODY_25 or COCO."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hipdrive.camera.folder import SUFFIXES as IMAGES
from hipdrive.errors import SourceError
from hipdrive.keypoint_files.joint_names import JointNames
from hipdrive.keypoint_files.json_people import number_array, rate, read_json, times_ns
from hipdrive.keypoint_files.people import runner_of
from hipdrive.keypoint_files.track import KeypointTrack

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from hipdrive.keypoint_files.people import Person

_UPPER = "Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist"
_FACE = "REye LEye REar LEar"
MODELS = {
    "body-25": f"{_UPPER} MidHip RHip RKnee RAnkle LHip LKnee LAnkle {_FACE} "
    "LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel".split(),
    "coco-18": f"{_UPPER} RHip RKnee RAnkle LHip LKnee LAnkle {_FACE}".split(),
}
"""Names in OpenPose's order (its documentation, "Output", BODY_25 and COCO)."""
BY_COUNT = {len(names): model for model, names in MODELS.items()}


class OpenPoseFolder:
    """Reads `*_keypoints.json`, and other numbered JSON files of the same make."""

    name = "OpenPose"

    def recognises(self, path: Path) -> bool:
        """Whether it is a folder of JSON files, and none of images with something beside them."""
        if not path.is_dir() or (path / "session.json").exists():
            return False
        suffixes = {file.suffix.lower() for file in path.iterdir()}
        return ".json" in suffixes and not suffixes & set(IMAGES)

    def read(self, path: Path, fps: Fraction | None) -> KeypointTrack:
        """The runner of the folder.

        Raises:
            SourceError: the first file that cannot be used.
        """
        per_second = rate(path, fps)
        files = sorted((_number(file), file) for file in path.glob("*.json"))
        frames = [_people(file) for _, file in files]
        counts = {len(person) for people in frames for person in people}
        if len(counts) > 1:
            raise SourceError(f"{path}: has people of {_listed(counts)} key points; use one model")
        if not counts:
            raise SourceError(f"{path}: has nobody in any of its {len(frames)} frames")
        (count,) = counts
        if count not in BY_COUNT:
            raise SourceError(
                f"{path}: has people of {count} key points; BODY_25 (25) and COCO (18) are read"
            )
        model = BY_COUNT[count]
        names = JointNames(MODELS[model])
        track = runner_of(frames, count)[:, names.columns]
        skeleton = names.skeleton(f"openpose-{model}", str(path))
        return KeypointTrack(times_ns(path, [n for n, _ in files], per_second), track, skeleton)


def _listed(counts: set[int]) -> str:
    return " and ".join(str(count) for count in sorted(counts))


def _number(file: Path) -> int:
    """The frame's: the last digits in the name."""
    digits = re.findall("[0-9]+", file.stem)
    if not digits:
        raise SourceError(f"{file}: has no number in its name, so its place is unknown; rename it")
    return int(digits[-1])


def _people(file: Path) -> list[Person]:
    values = read_json(file)
    people = values.get("people") if isinstance(values, dict) else None
    if not isinstance(people, list):
        raise SourceError(f'{file}: has no list "people"; a folder of OpenPose\'s JSON is needed')
    return [_person(person, file) for person in people]


def _person(person: object, file: Path) -> Person:
    flat = person.get("pose_keypoints_2d") if isinstance(person, dict) else None
    array = number_array(flat, file, "pose_keypoints_2d")
    if array.ndim != 1 or array.size % 3:
        raise SourceError(
            f"{file}: pose_keypoints_2d must be x, y, score of each key point in turn"
        )
    return array.reshape(-1, 3)
