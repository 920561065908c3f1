"""Files of key points as other programs write them, of the runner whose answers are known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.keypoint_files.openpose import MODELS
from hipdrive.sources import open_source
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Pose
from support.runner_file import key_points_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

PX_PER_M = 200.0
"""A scale of its own; angles do not know of it."""
HIP_WIDTH_M = 0.18
JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
LETTERS = {"L": "left", "R": "right"}
MARKERS = [f"{letter}{joint.capitalize()}" for letter in LETTERS for joint in JOINTS]
WHOLE_BODY = {"heel": "heel", "toe": "big_toe"}
"""What MMPose calls the joints of a foot."""
UNNAMED = {"whole-body-133": 110}
"""Face and hands at the end of a person."""
HIPS = [MARKERS.index(name) for name in ("LHip", "RHip")]
SPINES = ("LASI", "RASI", "LPSI", "RPSI")
FOOT_MARKERS = [f"{letter}{joint}" for letter in LETTERS for joint in ("Heel", "BigToe")]


def poses_of(folder: Path, seconds: float) -> list[Pose]:
    """Facing right, so that the near leg is the right one."""
    with open_source(key_points_of(folder, seconds)) as source:
        return [pose for pose in source if isinstance(pose, Pose)]


def named(pose: Pose) -> dict[str, tuple[float, float, float]]:
    """x, y, score by the names that OpenPose and OpenSim use, and by those of MMPose."""
    found = {}
    for letter, side in LETTERS.items():
        for joint in JOINTS:
            x, y, score = pose[f"{side}_{joint}"]
            values = x / ONE, y / ONE, score / ONE
            found[f"{letter}{joint.capitalize()}"] = found[f"{side}_{joint}"] = values
        for joint, name in (("heel", "Heel"), ("toe", "BigToe")):
            if f"{side}_{joint}" in pose.skeleton:
                x, y, score = pose[f"{side}_{joint}"]
                values = x / ONE, y / ONE, score / ONE
                found[f"{letter}{name}"] = found[f"{side}_{WHOLE_BODY[joint]}"] = values
    return found


def openpose(folder: Path, poses: list[Pose], model: str, *, strangers: bool = False) -> Path:
    """One file a frame; a stranger, larger from the second frame on, is listed first."""
    folder.mkdir()
    for number, pose in enumerate(poses):
        points = named(pose)
        flat = [value for name in MODELS[model] for value in points.get(name, (0.0, 0.0, 0.0))]
        flat += [0.0] * 3 * UNNAMED.get(model, 0)
        people = [{"person_id": [-1], "pose_keypoints_2d": flat}]
        if strangers and number:
            triples = np.array(flat).reshape(-1, 3) * [3.0, 3.0, 1.0] + [900.0, 0.0, 0.0]
            people.insert(0, {"person_id": [-1], "pose_keypoints_2d": triples.ravel().tolist()})
        text = json.dumps({"version": 1.3, "people": people})
        (folder / f"run_{number:012}_keypoints.json").write_text(text)
    return folder


def mmpose(path: Path, poses: list[Pose], *, meta: bool) -> Path:
    frames = [
        {
            "frame_id": number + 1,
            "instances": [
                {
                    "keypoints": [[p.x / ONE, p.y / ONE] for p in pose.keypoints],
                    "keypoint_scores": [p.score / ONE for p in pose.keypoints],
                }
            ],
        }
        for number, pose in enumerate(poses)
    ]
    names = {str(n): joint for n, joint in enumerate(poses[0].skeleton.joints)}
    whole = {"meta_info": {"keypoint_id2name": names}, "instance_info": frames}
    path.write_text(json.dumps(whole if meta else frames))
    return path


def in_space(poses: list[Pose], markers: Sequence[str] = MARKERS) -> Array:
    """[frames, markers, 3] in m as OpenSim has it: forward, up, to the right."""
    places = np.zeros((len(poses), len(markers), 3))
    for frame, pose in enumerate(poses):
        points = named(pose)
        for number, name in enumerate(markers):
            x, y, _ = points[name]
            across = HIP_WIDTH_M / 2 if name.startswith("R") else -HIP_WIDTH_M / 2
            places[frame, number] = x / PX_PER_M, 3 - y / PX_PER_M, across
    return places


def trc(path: Path, t_s: list[float], places: Array, unit: str, names: Sequence[str]) -> Path:
    cells = [
        "\t".join("" if np.isnan(value) else f"{value:.6f}" for value in row.ravel())
        for row in places
    ]
    rows = [f"{n}\t{t:.9f}\t{row}" for n, (t, row) in enumerate(zip(t_s, cells, strict=True), 1)]
    header = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate",
        f"30\t30\t{len(rows)}\t{len(names)}\t{unit}\t30",
        "Frame#\tTime\t" + "\t\t\t".join(names),
        "\t\t" + "\t".join(f"{axis}{n}" for n in range(1, len(names) + 1) for axis in "XYZ"),
        "",
    ]
    path.write_text("\n".join([*header, *rows]) + "\n")
    return path


def with_spines(places: Array) -> tuple[list[str], Array]:
    """The hips taken away, and the spines put where Harrington's equations give the same hips."""
    left, right = (places[:, place] for place in HIPS)
    apart = np.linalg.norm(right - left, axis=-1, keepdims=True)
    side = (right - left) / apart
    ahead = np.array([1.0, 0, 0]) - side[:, :1] * side
    ahead /= np.linalg.norm(ahead, axis=-1, keepdims=True)
    width, depth = (apart / 2 - 0.0073) / 0.33, 0.12
    middle = (left + right) / 2 + (0.24 * depth + 0.0099) * ahead
    middle += (0.30 * width + 0.0109) * np.cross(side, ahead)
    front = [middle - width / 2 * side, middle + width / 2 * side]
    back = [middle - depth * ahead + across * side for across in (-0.04, 0.04)]
    kept = [place for place in range(len(MARKERS)) if place not in HIPS]
    spines = np.stack([*front, *back], axis=1)
    names = [*(MARKERS[place] for place in kept), *SPINES]
    return names, np.concatenate([places[:, kept], spines], axis=1)
