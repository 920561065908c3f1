"""How MoveNet, read as it is, errs about a runner: what key points with known answers suffer.

The figures stand in `movenet_noise.toml`, written by `scripts/measure_noise`, in pixels of the
192 x 192 picture that the model sees: for each joint of the near and of the far side a constant
offset, an error that changes from frame to frame, one that lasts (first order autoregressive), the
score; then how often and how long the legs are swapped, and how often the runner is lost.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from hipdrive.types.fixed_point import ONE
from hipdrive.types.side import Side
from hipdrive.types.skeleton import BODY_PAIRS, COCO_17

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.rendered.arrays import Array

MODEL_PX, SIDE_IN_TORSOS = 192, 3.8
"""What the errors were measured in: a square of so many pixels and of so many torsos."""
GRID = 0.004096
"""Coordinates come in these steps, as fractions of the picture."""
JOINTS = ("shoulder", "hip", "knee", "ankle")
SHOULDERS, *LEGS = (COCO_17.indices(pair) for pair in BODY_PAIRS)
HIPS = LEGS[0]


@dataclass(frozen=True, slots=True)
class JointNoise:
    """Errors of one joint, x forwards and y down, pixels of the model's picture.

    Attributes:
        offset_px: constant.
        white_px, lasting_px: SD of the error that is new in each frame, and of the one that lasts.
        lasts_s: after this time a lasting error has decayed to a third.
        score, score_sd: of the key point.
    """

    offset_px: tuple[float, float]
    white_px: tuple[float, float]
    lasting_px: tuple[float, float]
    lasts_s: float
    score: float
    score_sd: float


@dataclass(frozen=True, slots=True)
class Episodes:
    """Something that happens now and then and lasts a while."""

    per_s: float
    mean_s: float


@dataclass(frozen=True, slots=True)
class PoseNoise:
    """The noise of a pose model.

    Attributes:
        near, far: by joint.
        swaps: the legs are swapped.
        lost: no person is found.
    """

    near: dict[str, JointNoise]
    far: dict[str, JointNoise]
    swaps: Episodes
    lost: Episodes

    def scaled(self, factor: float) -> PoseNoise:
        """The same with its random errors so many times as large, and swaps as frequent."""

        def joint(noise: JointNoise) -> JointNoise:
            return JointNoise(
                noise.offset_px,
                _times(noise.white_px, factor),
                _times(noise.lasting_px, factor),
                noise.lasts_s,
                noise.score,
                noise.score_sd,
            )

        return PoseNoise(
            {name: joint(noise) for name, noise in self.near.items()},
            {name: joint(noise) for name, noise in self.far.items()},
            Episodes(self.swaps.per_s * factor, self.swaps.mean_s),
            Episodes(self.lost.per_s * factor, self.lost.mean_s),
        )


def measured() -> PoseNoise:
    """What MoveNet was measured to do."""
    text = (resources.files("hipdrive.rendered") / "movenet_noise.toml").read_text("utf-8")
    values = tomllib.loads(text)

    def side(name: str) -> dict[str, JointNoise]:
        return {joint: _joint(values[name][joint]) for joint in JOINTS}

    swaps, lost = Episodes(**values["swaps"]), Episodes(**values["lost"])
    return PoseNoise(side("near"), side("far"), swaps, lost)


def disturbed(
    pixels: Array, t_s: Array, near: Side, noise: PoseNoise, chance: np.random.Generator
) -> npt.NDArray[np.int64]:
    """The key points that a model with this noise would give for true ones.

    Args:
        pixels: [times, 17, 2], true positions in the camera's picture.
        t_s: when.
        near: the side the camera sees.
        noise: as measured, or scaled.
        chance: where the randomness comes from.

    Returns:
        [times, 17, 3]: x, y, score in Q16.16.
    """
    side_px = SIDE_IN_TORSOS * torso_px(pixels)
    unit = side_px / MODEL_PX
    found = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), 0.5)], axis=2)
    forward = 1.0 if near is Side.RIGHT else -1.0
    for joints, leg_side in ((noise.near, near), (noise.far, near.other)):
        for name, joint in joints.items():
            column = COCO_17.index(f"{leg_side}_{name}")
            error = _errors(joint, t_s, chance) * (forward, 1.0)
            found[:, column, :2] += error * unit
            score = joint.score + joint.score_sd * chance.standard_normal(len(t_s))
            found[:, column, 2] = score.clip(0.05, 0.98)
    swapped = episodes(noise.swaps, t_s, chance)
    for left, right in LEGS:
        left_was = found[swapped, left]
        found[swapped, left] = found[swapped, right]
        found[swapped, right] = left_was
    found[episodes(noise.lost, t_s, chance), :, 2] = 0.1
    step = GRID * side_px
    found[..., :2] = np.rint(found[..., :2] / step) * step
    whole: npt.NDArray[np.int64] = np.rint(found * ONE).astype(np.int64)
    return whole


def episodes(episode: Episodes, t_s: Array, chance: np.random.Generator) -> npt.NDArray[np.bool_]:
    """True at the times that lie within an episode; both gaps and episodes have random lengths."""
    inside = np.zeros(len(t_s), bool)
    if not episode.per_s:
        return inside
    now_s = float(t_s[0]) + chance.exponential(1 / episode.per_s)
    while now_s < t_s[-1]:
        end_s = now_s + chance.exponential(episode.mean_s)
        inside[np.searchsorted(t_s, now_s) : np.searchsorted(t_s, end_s)] = True
        now_s = end_s + chance.exponential(1 / episode.per_s)
    return inside


def _errors(joint: JointNoise, t_s: Array, chance: np.random.Generator) -> Array:
    """[times, 2], x forwards and y down."""
    white = chance.standard_normal((len(t_s), 2)) * joint.white_px
    fresh = chance.standard_normal((len(t_s), 2))
    keeps = np.exp(-np.diff(t_s, prepend=t_s[0] - 1e9) / joint.lasts_s).tolist()
    news = np.sqrt(1 - np.square(keeps)).tolist()
    x = y = 0.0
    lasting = []
    for (new_x, new_y), keep, new in zip(fresh.tolist(), keeps, news, strict=True):
        x, y = keep * x + new * new_x, keep * y + new * new_y
        lasting.append((x, y))
    return white + np.array(lasting) * joint.lasting_px + joint.offset_px


def torso_px(pixels: Array) -> float:
    """Length of the torso in the picture, which the crop is sized by."""
    hips = pixels[:, HIPS].mean(axis=1)
    shoulders = pixels[:, SHOULDERS].mean(axis=1)
    return float(np.median(np.hypot(*(hips - shoulders).T)))


def _times(pair: tuple[float, float], factor: float) -> tuple[float, float]:
    return pair[0] * factor, pair[1] * factor


def _joint(values: dict[str, Any]) -> JointNoise:
    offset_px, white_px, lasting_px = (
        (float(x), float(y))
        for x, y in (values[name] for name in ("offset_px", "white_px", "lasting_px"))
    )
    return JointNoise(
        offset_px, white_px, lasting_px, values["lasts_s"], values["score"], values["score_sd"]
    )
