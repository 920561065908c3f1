"""The predictions of MMPose's inferencer as JSON: one file of a video, or one of each picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipdrive.errors import SourceError
from hipdrive.keypoint_files.joint_names import JointNames
from hipdrive.keypoint_files.json_people import (
    JSON,
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

AGAIN = "write it again"


class MMPoseFile:
    """Reads the list of frames that `MMPoseInferencer` saves, and `meta_info`, `instance_info`."""

    name = "MMPose"

    def recognises(self, path: Path) -> bool:
        """Whether it is a JSON file."""
        return path.is_file() and path.suffix.lower() == JSON

    def read(self, path: Path, fps: Fraction | None) -> KeypointTrack:
        """The runner of the file.

        Raises:
            SourceError: it is something else, or nobody is in it.
        """
        per_second = rate(path, fps)
        values = read_json(path)
        numbers, frames = _frames(values, path)
        return _track(path, numbers, frames, per_second, _told_names(values))


class MMPoseFolder:
    """Reads what `MMPoseInferencer` saves of a folder of pictures: a list of people for each."""

    name = "MMPose, a file for each picture"

    def recognises(self, path: Path) -> bool:
        """Whether it is a folder of JSON files and the first one is a list.

        Raises:
            SourceError: that file is no JSON.
        """
        if not holds_json(path):
            return False
        first = min(file for file in path.iterdir() if file.suffix.lower() == JSON)
        return isinstance(read_json(first), list)

    def read(self, path: Path, fps: Fraction | None) -> KeypointTrack:
        """The runner of the folder.

        Raises:
            SourceError: the first file that cannot be used, or nobody is in any.
        """
        per_second = rate(path, fps)
        files = numbered(path)
        frames = []
        for _, file in files:
            people = read_json(file)
            if not isinstance(people, list):
                raise SourceError(f"{file}: is no list of people, as the first file is; {AGAIN}")
            frames.append([_person(person, file) for person in people])
        return _track(path, [number for number, _ in files], frames, per_second, None)


def _track(
    path: Path,
    numbers: list[int],
    frames: list[list[Person]],
    per_second: Fraction,
    told: dict[str, object] | None,
) -> KeypointTrack:
    counts = {len(person) for people in frames for person in people}
    if len(counts) != 1:
        what = "nobody in any of its frames" if not counts else "people of different models"
        raise SourceError(f"{path}: has {what}; write the predictions of one model")
    (count,) = counts
    names = JointNames(_names(told, count, path))
    track = in_pixels(runner_of(frames, count), path)[:, names.columns]
    skeleton = names.skeleton(f"mmpose-{count}", str(path))
    return KeypointTrack(times_ns(path, numbers, per_second), track, skeleton)


def _frames(values: object, path: Path) -> tuple[list[int], list[list[Person]]]:
    listed = values.get("instance_info") if isinstance(values, dict) else values
    if not isinstance(listed, list) or not all(isinstance(frame, dict) for frame in listed):
        raise SourceError(
            f'{path}: is no list of frames with "instances" as MMPose writes it of a video; '
            "run its inferencer with a video and pred_out_dir"
        )
    numbers, frames = [], []
    for place, frame in enumerate(listed):
        number, people = frame.get("frame_id", place), frame.get("instances")
        if not isinstance(people, list) or not isinstance(number, int):
            raise SourceError(f'{path}: frame {place} has no list "instances"; {AGAIN}')
        numbers.append(number)
        frames.append([_person(person, path) for person in people])
    return numbers, frames


def _person(person: object, path: Path) -> Person:
    values = person if isinstance(person, dict) else {}
    places = number_array(values.get("keypoints"), path, "keypoints")
    scores = number_array(values.get("keypoint_scores"), path, "keypoint_scores")
    if places.ndim != 2 or places.shape[1] != 2 or scores.shape != places.shape[:1]:  # noqa: PLR2004  # rows of x and y
        raise SourceError(
            f'{path}: a person needs "keypoints", x and y each, and as many "keypoint_scores"'
        )
    return np.column_stack([places, scores])


def _told_names(values: object) -> dict[str, object] | None:
    """What the file itself calls the key points, by their numbers."""
    meta = values.get("meta_info") if isinstance(values, dict) else None
    told = meta.get("keypoint_id2name") if isinstance(meta, dict) else None
    return told if isinstance(told, dict) else None


def _names(told: dict[str, object] | None, count: int, path: Path) -> list[str]:
    """In order; a key point without a name of its own has none of ours either."""
    if told is not None:
        return [str(told.get(str(number), "")) for number in range(count)]
    if count not in NAMES_BY_COUNT:
        raise SourceError(
            f"{path}: has people of {count} key points without names; COCO (17), Halpe (26) and "
            "COCO-WholeBody (133) are known"
        )
    return list(NAMES_BY_COUNT[count])
