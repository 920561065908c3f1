"""Measure how MoveNet errs about rendered runners and write the noise model's figures.

usage: .venv/bin/python scripts/measure_noise.py [--runners N]
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hipdrive.app import estimator
from hipdrive.config import Config, PoseConfig
from hipdrive.rendered.keypoints import joint_pixels
from hipdrive.rendered.noise import JOINTS, MODEL_PX, SIDE_IN_TORSOS, torso_px
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner
from hipdrive.rendered.times import all_seconds
from hipdrive.rendered.view import View
from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    import numpy.typing as npt

    Array = npt.NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "device" / "hipdrive" / "rendered" / "movenet_noise.toml"
FPS = 60.0
BLUNDER_PX = 12
"""An error beyond this is no noise."""
APART_PX = 18
"""Ankles this far apart can be told from one another, in pixels of the model's picture."""
LOOKS = (
    {"skin": "#c68863", "shirt": "#2f6fb0", "shorts": "#26262e"},
    {"skin": "#e0ac83", "shirt": "#b03a2f", "shorts": "#4a4a58"},
    {"skin": "#7c4a32", "shirt": "#d8d8d0", "shorts": "#20406a"},
    {"skin": "#573322", "shirt": "#3a8f4a", "shorts": "#26262e"},
)


@dataclass
class Residuals:
    """What was found minus the truth, near and far, by joint; and what happened besides."""

    errors: dict[tuple[str, str], list[Array]] = field(default_factory=dict)
    scores: dict[tuple[str, str], list[Array]] = field(default_factory=dict)
    swapped: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    lost: list[npt.NDArray[np.bool_]] = field(default_factory=list)


def drawn(number: int, fps: float) -> RenderedSettings:
    """One of many runners, no two alike; every other one faces left."""
    speed = (2.6, 3.0, 3.4, 3.8)[number % 4]
    return RenderedSettings.model_validate(
        {
            "seconds": 20.0,
            "seed": number,
            "runner": {
                "facing": ("right", "left")[number % 2],
                "thigh_ext_deg": 12 + 3 * speed,
                "height_m": (1.6, 1.75, 1.9)[number % 3],
            },
            "treadmill": {"speed_mps": speed},
            "camera": {"fps": fps},
            "scene": LOOKS[number // 2 % 4],
        }
    )


def look(number: int, into: Residuals) -> None:
    """Run MoveNet over one runner."""
    settings = drawn(number, FPS)
    config = Config(pose=PoseConfig(decode="stock"))
    estimate, _ = estimator(config.pose, config.data_path(os.environ))
    source = RenderedRunner(settings)
    poses = [estimate(frame) for frame in source]
    found = np.array([pose.keypoints for pose in poses]) / ONE
    true = joint_pixels(source.truth, View.of(settings), all_seconds(source.t_ns))
    unit = SIDE_IN_TORSOS * torso_px(true) / MODEL_PX
    near, far = source.truth.near_side, source.truth.far_side
    columns = {
        (side, joint): COCO_17.index(f"{leg}_{joint}")
        for side, leg in (("near", near), ("far", far))
        for joint in JOINTS
    }
    swapped = changed_places(found, true, columns, unit)
    into.swapped.append(swapped)
    into.lost.append(np.array([not pose.runner_seen for pose in poses]))
    forward = (1, 1) if near == "right" else (-1, 1)
    for key, column in columns.items():
        error = (found[:, column, :2] - true[:, column]) / unit * forward
        error[swapped] = np.nan
        into.errors.setdefault(key, []).append(error)
        into.scores.setdefault(key, []).append(found[:, column, 2])


def changed_places(
    found: Array, true: Array, columns: dict[tuple[str, str], int], unit: float
) -> npt.NDArray[np.bool_]:
    """Frames whose legs are taken for one another, where they can be told apart."""
    kept = crossed = np.zeros(len(found))
    for joint in ("knee", "ankle"):
        near, far = columns["near", joint], columns["far", joint]
        for a, b in ((near, far), (far, near)):
            kept = kept + np.hypot(*(found[:, a, :2] - true[:, a]).T)
            crossed = crossed + np.hypot(*(found[:, a, :2] - true[:, b]).T)
    near, far = columns["near", "ankle"], columns["far", "ankle"]
    apart = np.hypot(*(true[:, near] - true[:, far]).T) > APART_PX * unit
    swapped: npt.NDArray[np.bool_] = apart & (crossed < 0.6 * kept)
    return swapped


def figures(errors: list[Array], scores: list[Array]) -> dict[str, object]:
    """The constants of one joint."""
    offsets = [np.nanmedian(error, axis=0) for error in errors]
    white, lasting, lasts = [], [], []
    for axis in (0, 1):
        covariance = np.mean(
            [autocovariance(e[:, axis] - o[axis]) for e, o in zip(errors, offsets, strict=True)],
            axis=0,
        )
        keeps = float(np.clip(covariance[3] / covariance[1], 0.05, 0.95)) ** 0.5
        lasting_2 = min(covariance[1] / keeps, covariance[0])
        lasting.append(round(float(lasting_2**0.5), 2))
        white.append(round(float(max(covariance[0] - lasting_2, 0) ** 0.5), 2))
        lasts.append(-1 / (FPS * np.log(keeps)))
    every = np.concatenate(scores)
    return {
        "offset_px": [round(float(v), 2) for v in np.median(offsets, axis=0)],
        "white_px": white,
        "lasting_px": lasting,
        "lasts_s": round(float(np.mean(lasts)), 4),
        "score": round(float(every.mean()), 3),
        "score_sd": round(float(every.std()), 3),
    }


def autocovariance(values: Array) -> Array:
    """At lags of 0 to 3 frames."""
    values = np.where(np.abs(values) < BLUNDER_PX, values, np.nan)
    return np.array([np.nanmean(values[lag:] * values[: len(values) - lag]) for lag in range(4)])


def how_often(runs: list[npt.NDArray[np.bool_]]) -> dict[str, float]:
    """How often something begins, and how long it lasts."""
    begins = sum(int(np.sum(run[1:] & ~run[:-1])) + int(run[0]) for run in runs)
    frames, inside = sum(map(len, runs)), sum(int(run.sum()) for run in runs)
    outside_s = (frames - inside) / FPS
    return {
        "per_s": round(begins / outside_s, 4),
        "mean_s": round(inside / begins / FPS, 4) if begins else 0.0,
    }


def table(name: str, values: dict[str, object] | dict[str, float]) -> str:
    """One table of the TOML file."""
    return f"\n[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runners", type=int, default=8)
    runners = parser.parse_args().runners
    residuals = Residuals()
    for number in range(runners):
        look(number, residuals)
    text = (
        "# How MoveNet errs about rendered runners: scripts/measure_noise.py wrote it.\n"
        f"# {runners} runners of 20 s at {FPS:.0f} frames/s; px of 192, x forwards, y down.\n"
    )
    for key, errors in residuals.errors.items():
        text += table(".".join(key), figures(errors, residuals.scores[key]))
    text += table("swaps", how_often(residuals.swapped)) + table("lost", how_often(residuals.lost))
    TARGET.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
