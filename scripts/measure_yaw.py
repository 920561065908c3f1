"""Measure how wrong a model's key points get the yaw: of rendered runners, and of a clip mirrored.

usage: .venv/bin/python scripts/measure_yaw.py [--model NAME] [--runners N] [--clip VIDEO]

Whoever faces left and their mirror image must give the same yaw; by how much they do not is the
model's doing, whatever the camera's yaw was.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path
from statistics import mean, pstdev
from typing import TYPE_CHECKING

import numpy as np
from measure_noise import drawn

from hipdrive.app import estimator
from hipdrive.camera.video import VideoFile
from hipdrive.config import Config, PoseConfig
from hipdrive.gait.engine import GaitEngine
from hipdrive.geometry.camera_estimator import CameraEstimator
from hipdrive.rendered.source import RenderedRunner
from hipdrive.types.angle import deg_from_bam

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hipdrive.geometry.camera_estimate import CameraEstimate
    from hipdrive.types.frame import Frame


def camera_estimate(frames: Iterable[Frame], model: str) -> CameraEstimate | None:
    """What the model's key points tell of the camera, nothing taken off; None: too few strides."""
    config = Config(pose=PoseConfig(model=model))
    estimate, _ = estimator(config.pose, config.data_path(os.environ))
    engine, camera = GaitEngine(), CameraEstimator()
    for frame in frames:
        pose = estimate(frame)
        camera.step(pose, engine.step(pose))
    return camera.estimate()


def mirrored(frame: Frame) -> Frame:
    """The same seen in a mirror."""
    return replace(frame, image=np.ascontiguousarray(frame.image[:, ::-1]))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", default="movenet-lightning-int8")
    parser.add_argument("--runners", type=int, default=24)
    parser.add_argument("--clip", type=Path)
    arguments = parser.parse_args()
    seen: dict[str, list[float]] = {"left": [], "right": []}
    for number in range(arguments.runners):
        found = camera_estimate(RenderedRunner(drawn(number, 30.0)), arguments.model)
        if found is not None:
            seen[found.facing].append(deg_from_bam(found.yaw_bam))
    for facing, yaw_deg in seen.items():
        print(f"facing {facing}: {mean(yaw_deg):+.2f} SD {pstdev(yaw_deg):.2f} of {len(yaw_deg)}")
    if arguments.clip:
        plain = camera_estimate(VideoFile(arguments.clip), arguments.model)
        turned = (mirrored(frame) for frame in VideoFile(arguments.clip))
        mirror = camera_estimate(turned, arguments.model)
        for found in (plain, mirror):
            if found is None:
                print("the clip: too few strides")
            else:
                print(f"the clip, facing {found.facing}: {deg_from_bam(found.yaw_bam):+.2f}")


if __name__ == "__main__":
    main()
