"""Draw people who move as markers on treadmill runners did, and measure hipdrive on them.

usage: .venv-3.11/bin/python scripts/mocap_runners.py FOLDER [--seconds S]

FOLDER holds `<trial>_run.c3d` and `<trial>_static.c3d` of regifukuchi/BMC-RIC-running-biomechanics
(commit 53751c54e18d, CC BY 4.0). Hips, knees and ankles move as theirs; shoulders, arms and head,
which bore no markers, as a drawn runner's. Prints, for each trial, body and facing, the error of
the near peak with the step that steadies the hip by the trunk, and without it.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from marker_motion import MarkerMotion, read_trial

from hipdrive.app import estimator
from hipdrive.config import Config
from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.joints.trunk import Trunk
from hipdrive.rendered.figure import Posture, figure
from hipdrive.rendered.mesh.grid import PELVIS, SUBJECTS
from hipdrive.rendered.pelvis import shoulder_turn
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import Painter
from hipdrive.rendered.stance import Leg
from hipdrive.rendered.truth import Truth
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.rendered.arrays import Array
    from hipdrive.rendered.figure import JointPositions
    from hipdrive.types.pose import Pose

FPS = 30.0
NEAR_S, EDGE_S = 0.15, 2.5
"""A peak belongs to a true one no further away; before the latter the facing is not known."""
NS_PER_S = 1_000_000_000
LEAN, SHOULDERS = np.radians(6.0), np.radians(PELVIS["shoulder_rotation_deg"])
PEOPLE = (SUBJECTS[1], SUBJECTS[4])
"""A man and a woman."""


class MarkerPainter(Painter):
    """Draws a runner whose pelvis and legs move as markers did.

    Args:
        settings: who, where; the height is that of the markers' legs.
        motion: of the markers.
    """

    def __init__(self, settings: RenderedSettings, motion: MarkerMotion) -> None:
        self._truth_of_room = Truth(settings)
        super().__init__(self._truth_of_room)
        self._motion = motion

    def joint_positions(self, t_s: Array) -> JointPositions:
        """The figure's, but for hips and what is below them."""
        near = self._truth_of_room.near_side.value
        far = self._truth_of_room.far_side.value
        joints = self._motion.at(t_s)
        hips = (joints["hip_left"] + joints["hip_right"]) / 2
        phase = self._motion.phase(near, t_s)
        still = Leg(*(np.zeros_like(t_s) for _ in range(3)))
        posture = Posture(
            still, still, np.full_like(t_s, LEAN), hips[:, 2], phase,
            shoulder_turn=shoulder_turn(SHOULDERS, phase),
        )  # fmt: skip
        body = self._truth_of_room.body
        drawn = figure(body, posture, near_is_left=near == "left")
        aside = hips * [1, 1, 0]
        drawn = {name: position + aside for name, position in drawn.items()}
        for end, side in (("near", near), ("far", far)):
            for joint in ("hip", "knee", "ankle", "heel", "ball"):
                drawn[f"{joint}_{end}"] = joints[f"{joint}_{side}"]
        return drawn


def frames(painter: MarkerPainter, seconds: float) -> Iterator[Frame]:
    """The clip."""
    t_s = np.arange(round(seconds * FPS)) / FPS
    image = np.empty((480, 640, 3), np.uint8)
    for time_s, picture in zip(t_s, painter.pictures(t_s, image), strict=True):
        yield Frame(round(float(time_s) * NS_PER_S), picture)


def errors_deg(poses: list[Pose], motion: MarkerMotion, near: str, *, steady: bool) -> Array:
    """Measured minus true, of each near stride that was accepted."""
    step = Trunk.step
    if not steady:
        Trunk.step = lambda _self, _t_ns, joints: joints  # type: ignore[method-assign]
    try:
        engine = GaitEngine()
        strides = [s for pose in poses for s in engine.step(pose).strides if s.near]
    finally:
        Trunk.step = step  # type: ignore[method-assign]
    peaks_s, peaks_deg = motion.peaks(near)
    end_s = poses[-1].t_ns / NS_PER_S
    found = []
    for stride in strides:
        at = int(np.abs(peaks_s - stride.t_ns / NS_PER_S).argmin())
        if stride.accepted and abs(peaks_s[at] - stride.t_ns / NS_PER_S) < NEAR_S:
            found.append(deg_from_bam(stride.thigh_ext_bam) - peaks_deg[at])
    due = int(((peaks_s > EDGE_S) & (peaks_s < end_s - 0.35)).sum())
    print(f"    {'with' if steady else 'without'} the step: {len(found)} strides of {due} or more,",
          f"{np.mean(found):+.1f} ± {np.std(found):.1f}°")  # fmt: skip
    return np.array(found)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=12.0)
    arguments = parser.parse_args()
    config = Config()
    means: dict[bool, list[float]] = {True: [], False: []}
    for run in sorted(arguments.folder.glob("*_run.c3d")):
        motion = read_trial(run)
        for subject in PEOPLE:
            for facing in ("left", "right"):
                who = {**subject.runner, "figure": "mesh", "height_m": motion.height_m}
                settings = RenderedSettings.model_validate(
                    {
                        "seconds": arguments.seconds,
                        "runner": {**who, "facing": facing},
                        "scene": {**subject.scene, "background": "machines"},
                        "camera": {"fps": FPS, "noise": 1.0},
                    }
                )
                estimate, _ = estimator(config.pose, config.data_path(os.environ))
                seen = frames(MarkerPainter(settings, motion), arguments.seconds)
                poses = [estimate(frame) for frame in seen]
                print(f"{run.stem}, {subject.name}, faces {facing}")
                for steady, values in means.items():
                    found = errors_deg(poses, motion, facing, steady=steady)
                    values.append(float(found.mean()))
    for steady, values in means.items():
        words = "with" if steady else "without"
        print(f"{words} the step: clips err by {np.mean(values):+.1f} ± {np.std(values):.1f}°")


if __name__ == "__main__":
    main()
