"""Train the stand-in model on rendered runners and write it with its card into `models/`.

usage: scripts/train_stand_in [--pictures N] [--epochs N] [--to FOLDER]

The stand-in finds the joints of rendered runners and of nobody else. Its tensors are MoveNet's.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import platform
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hipdrive.errors import SourceError
from hipdrive.pose.crop import BodyPosition, Window, search_windows
from hipdrive.pose.estimator import letterbox
from hipdrive.rendered.keypoints import joint_pixels
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import Painter
from hipdrive.rendered.truth import Truth
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[1]
NAME = "stand-in-rendered-int8"
SIZE, CELLS = 192, 24
STRIDE = SIZE // CELLS
PARTS = 1024
SEED, HELD_OUT_SEED = 20_261_123, 77
HELD_OUT = 1200
PER_RUNNER = 40
"""Pictures of one runner: another way to run takes longer to find than a picture to draw."""
SEARCHING, EMPTY, PASSED_BY = 0.22, 0.08, 0.15
"""Shares of pictures that show more than the tracked crop, and nobody, and of runners with somebody
behind them."""
BATCH = 32
REACH_CELLS = 1.5
"""So near a joint, a cell learns the way to it."""
REPORT_EVERY = 200
RATE = 2e-3


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is learnt from.

    Attributes:
        images: uint8 [n, 192, 192, 3].
        points: float32 [n, 17, 2], y and x in pixels of the picture; NaN where not in it.
        left: bool [n], True where the runner faces left and shows the left leg.
    """

    images: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]
    left: npt.NDArray[np.bool_]


def some_settings(chance: np.random.Generator) -> RenderedSettings:
    """A runner, a room and a camera like none before."""

    def between(low: float, high: float) -> float:
        return float(chance.uniform(low, high))

    def colour(low: int, high: int) -> str:
        return "#" + "".join(f"{value:02x}" for value in chance.integers(low, high, 3))

    skins = ("#f1c9a5", "#e0ac83", "#c68863", "#a1694a", "#7c4a32", "#573322", "#3c2418")
    speed = between(2.2, 4.6)
    peak = between(9, 19) + 4 * (speed - 2.2)
    return RenderedSettings.model_validate(
        {
            "seconds": 12.0,
            "seed": int(chance.integers(1 << 31)),
            "runner": {
                "height_m": between(1.5, 1.98),
                "build": between(0.85, 1.3),
                "facing": str(chance.choice(["left", "right"])),
                "thigh_ext_deg": peak,
                "stride_sd_deg": 1.5,
                "cadence_spm": between(155, 190),
                "overstride_m": between(0.14, 0.26),
                "trunk_lean_deg": between(0, 14),
                "knee_swing_deg": between(85, 125),
                "thigh_swing_deg": between(28, 52),
            },
            "treadmill": {"speed_mps": speed, "incline_percent": between(-2, 8)},
            "camera": {
                "distance_m": between(2.5, 3.8),
                "height_m": between(0.7, 1.3),
                "roll_deg": between(-6, 6),
                "yaw_deg": between(-16, 16),
                "exposure_ms": float(chance.choice([2.0, 2.0, 2.0, 8.0])),
                "noise": between(0, 14),
            },
            "scene": {
                "skin": str(chance.choice(skins)),
                "hair": colour(10, 120),
                "shirt": colour(10, 250),
                "shorts": colour(10, 200),
                "shoes": colour(20, 255),
                "background": str(chance.choice(["gym", "gym", "plain", "window"])),
                "light": between(0.55, 1.3),
                "second_person": bool(chance.random() < PASSED_BY),
            },
        }
    )


def some_pictures(seed: tuple[int, int]) -> Pictures:
    """Pictures of one random runner."""
    chance = np.random.default_rng(seed)
    while True:
        try:
            settings = some_settings(chance)
            truth = Truth(settings)
            break
        except SourceError:
            continue  # nobody can run like that
    camera = settings.camera
    painter = Painter(truth)
    t_s = chance.uniform(0.5, settings.seconds - 0.5, PER_RUNNER)
    pixels = joint_pixels(truth, painter.view, t_s)
    canvas = np.empty((camera.height_px, camera.width_px, 3), np.uint8)
    images = np.empty((PER_RUNNER, SIZE, SIZE, 3), np.uint8)
    points = np.empty((PER_RUNNER, len(COCO_17), 2), np.float32)
    searches = list(search_windows(camera.width_px, camera.height_px))
    for index, picture in enumerate(painter.pictures(t_s, canvas)):
        kind = chance.random()
        if kind < EMPTY:
            painter.empty(t_s[index], canvas)
            window = searches[int(chance.integers(len(searches)))]
        elif kind < EMPTY + SEARCHING:
            window = searches[int(chance.integers(len(searches)))]
        else:
            window = tracked(pixels[index], chance)
        letterbox(picture, window, images[index])
        corner, size = (window.left_px, window.top_px), (window.width_px, window.height_px)
        found = (pixels[index] + 0.5 - corner) * SIZE / size
        outside = ((found < 0) | (found >= SIZE)).any(axis=1) | (kind < EMPTY)
        found[outside] = np.nan
        points[index] = found[:, ::-1]
    return Pictures(images, points, np.full(PER_RUNNER, truth.near_side is Side.LEFT))


def tracked(pixels: npt.NDArray[np.float64], chance: np.random.Generator) -> Window:
    """A window as the tracking crop would have it, a little off."""
    left = {name: index for index, name in enumerate(COCO_17.joints)}
    hips = pixels[[left["left_hip"], left["right_hip"]]].mean(axis=0)
    shoulders = pixels[[left["left_shoulder"], left["right_shoulder"]]].mean(axis=0)
    torso = float(np.hypot(*(hips - shoulders))) * chance.uniform(0.85, 1.2)
    x, y = hips + chance.normal(0, 0.2, 2) * torso
    return BodyPosition(x, y, torso).window()


def pictures(count: int, seed: int) -> Pictures:
    """So many pictures, drawn by all cores."""
    runners = [(seed, number) for number in range(-(-count // PER_RUNNER))]
    with multiprocessing.get_context("spawn").Pool() as pool:
        drawn = pool.map(some_pictures, runners, chunksize=4)
    return Pictures(
        np.concatenate([part.images for part in drawn])[:count],
        np.concatenate([part.points for part in drawn])[:count],
        np.concatenate([part.left for part in drawn])[:count],
    )


def batches(
    data: Pictures, chance: np.random.Generator, epochs: int
) -> Iterator[tuple[npt.NDArray[np.uint8], dict[str, npt.NDArray[np.float32]]]]:
    """Shuffled batches with their targets."""
    for _ in range(epochs):
        order = chance.permutation(len(data.images))
        for first in range(0, len(order) - BATCH + 1, BATCH):
            rows = np.sort(order[first : first + BATCH])
            yield data.images[rows], targets(data.points[rows])


def targets(points: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    """Heat, offset and weight maps of key points.

    Args:
        points: as in `Pictures`.

    Returns:
        `heat` [n, 24, 24, 17], a bump around each joint; `offset` [n, 24, 24, 34], from each
        cell's middle to the joint, in cells, with weights where the joint is near.
    """
    middle = np.arange(CELLS, dtype=np.float32) + 0.5
    cells = points / STRIDE
    dy = cells[:, None, None, :, 0] - middle[None, :, None, None]
    dx = cells[:, None, None, :, 1] - middle[None, None, :, None]
    dy, dx = np.broadcast_arrays(dy, dx)
    heat = np.nan_to_num(np.exp(-(dy**2 + dx**2) / (2 * 0.8**2)))
    close = (np.abs(dy) <= REACH_CELLS) & (np.abs(dx) <= REACH_CELLS)  # NaN is never close
    offset = np.where(close[..., None], np.stack([dy, dx], axis=-1), 0)
    weight = np.repeat(close[..., None], 2, axis=-1)
    flat = (*dy.shape[:3], 2 * len(COCO_17))
    return {
        "heat": heat.astype(np.float32),
        "offset": offset.reshape(flat).astype(np.float32),
        "weight": weight.reshape(flat).astype(np.float32),
    }


def network() -> Any:  # noqa: ANN401  # TensorFlow has no types
    """The trunk: a picture in, heat and offset maps out."""
    from tensorflow.keras import Model, layers

    def convolution(x: Any, channels: int, size: int = 3, stride: int = 1) -> Any:  # noqa: ANN401
        x = layers.Conv2D(channels, size, stride, padding="same", use_bias=False)(x)
        return layers.ReLU(6.0)(layers.BatchNormalization(momentum=0.98)(x))

    picture = layers.Input((SIZE, SIZE, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(picture)
    x = convolution(x, 24, 7, 4)
    at_24 = convolution(convolution(x, 32, stride=2), 32)
    at_12 = convolution(convolution(at_24, 64, stride=2), 64)
    x = convolution(convolution(at_12, 96, stride=2), 96)
    x = layers.UpSampling2D()(convolution(x, 64, 1))
    x = convolution(layers.Add()([x, at_12]), 64)
    x = layers.UpSampling2D()(convolution(x, 32, 1))
    x = convolution(convolution(layers.Add()([x, at_24]), 40), 48)
    heat = layers.Conv2D(len(COCO_17), 1, bias_initializer="zeros", name="heat")(x)
    offset = layers.Conv2D(2 * len(COCO_17), 1, name="offset")(x)
    return Model(picture, [heat, offset])


def train(model: Any, data: Pictures, epochs: int) -> None:  # noqa: ANN401  # as above
    """Fit the maps; prints the loss as it goes."""
    import tensorflow as tf

    steps = len(data.images) // BATCH * epochs
    warm_up = min(300, steps // 10)
    rate = tf.keras.optimizers.schedules.CosineDecay(
        RATE / 20, steps - warm_up, warmup_target=RATE, warmup_steps=warm_up
    )
    optimiser = tf.keras.optimizers.AdamW(rate, weight_decay=1e-4)

    @tf.function
    def step(images: Any, heat: Any, offset: Any, weight: Any) -> Any:  # noqa: ANN401
        with tf.GradientTape() as tape:
            heat_logits, offsets = model(tf.cast(images, tf.float32), training=True)
            found = tf.nn.sigmoid_cross_entropy_with_logits(heat, heat_logits)
            # Most cells are empty: those with a joint in reach count for more.
            heat_loss = tf.reduce_sum(found * (1 + 9 * heat)) / BATCH / len(COCO_17)
            miss = tf.abs(offset - offsets) * weight
            offset_loss = tf.reduce_sum(miss) / tf.maximum(tf.reduce_sum(weight), 1)
            loss = heat_loss + 4 * offset_loss
        gradients = tape.gradient(loss, model.trainable_variables)
        optimiser.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        return heat_loss, offset_loss

    started = time.monotonic()
    seen = []
    for number, (images, maps) in enumerate(batches(data, np.random.default_rng(SEED), epochs)):
        losses = step(images, maps["heat"], maps["offset"], maps["weight"])
        seen.append([float(loss) for loss in losses])
        if number % REPORT_EVERY == REPORT_EVERY - 1:
            heat_loss, offset_loss = np.mean(seen[-REPORT_EVERY:], axis=0)
            minutes = (time.monotonic() - started) / 60
            print(
                f"step {number + 1} of {steps}, {minutes:.1f} min: heat {heat_loss:.3f}, "
                f"offset {offset_loss * STRIDE:.2f} px",
                flush=True,
            )


def with_decoding(model: Any) -> Any:  # noqa: ANN401  # as above
    """The network as MoveNet has it: the best cell of each map and its offset, as fractions."""
    import tensorflow as tf
    from tensorflow.keras import Model, layers

    class Decode(layers.Layer):  # type: ignore[misc]  # as above
        def call(self, maps: Any) -> Any:  # noqa: ANN401
            heat, offset = maps
            heat = tf.transpose(tf.reshape(heat, (CELLS * CELLS, len(COCO_17))))
            best = tf.argmax(heat, axis=1, output_type=tf.int32)
            score = tf.sigmoid(tf.reduce_max(heat, axis=1, keepdims=True))
            offset = tf.reshape(offset, (CELLS * CELLS, len(COCO_17), 2))
            offset = tf.reshape(tf.transpose(offset, (1, 0, 2)), (len(COCO_17) * CELLS * CELLS, 2))
            offset = tf.gather(offset, tf.range(len(COCO_17)) * (CELLS * CELLS) + best)
            # From here in whole parts of a cell: in int8 the sum would lie on a grid of 0.75 px.
            middle = tf.stack([best // CELLS, best % CELLS], axis=1) * PARTS + PARTS // 2
            places = middle + tf.cast(offset * PARTS, tf.int32)
            whole = CELLS * PARTS
            values = tf.concat([places, tf.cast(score * whole, tf.int32)], axis=1)
            values = tf.reshape(values, (1, 1, len(COCO_17), 3))
            # What looks like a variable (no cell has so high a number) keeps this a division.
            divisor = tf.reshape(tf.maximum(best, whole), (1, 1, len(COCO_17), 1))
            return tf.math.divide(tf.cast(values, tf.float32), tf.cast(divisor, tf.float32))

    picture = layers.Input((SIZE, SIZE, 3), batch_size=1, dtype="uint8")
    values = layers.Lambda(lambda x: tf.cast(x, tf.float32))(picture)
    return Model(picture, Decode()(model(values, training=False)))


def convert(model: Any, examples: npt.NDArray[np.uint8]) -> bytes:  # noqa: ANN401  # as above
    """The network as an int8 TFLite file: uint8 in, float32 out."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(with_decoding(model))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[None]] for image in examples)
    # In int8 the fractions would lie on a grid of 0.75 px.
    options = tf.lite.experimental.QuantizationDebugOptions(denylisted_ops=["DIV"])
    debugger = tf.lite.experimental.QuantizationDebugger(
        converter=converter,
        debug_dataset=converter.representative_dataset,
        debug_options=options,
    )
    file: bytes = debugger.get_nondebug_quantized_model()
    return file


def found(path: Path, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """What the model says of each picture: y, x in pixels and score, [n, 17, 3]."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(path), num_threads=1)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    rows = []
    for image in images:
        interpreter.set_tensor(source["index"], image[None])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(sink["index"])[0, 0])
    return np.array(rows) * np.array([SIZE, SIZE, 1], np.float32)


def errors(path: Path, data: Pictures) -> dict[str, dict[str, float]]:
    """How far joints are from the truth in pictures never seen, and the scores."""
    answers = found(path, data.images)
    distance = np.hypot(*np.moveaxis(answers[..., :2] - data.points, -1, 0))
    there = ~np.isnan(data.points[..., 0])
    joints: dict[str, dict[str, float]] = {}
    for joint in ("shoulder", "hip", "knee", "ankle"):
        left, right = (COCO_17.index(f"{side}_{joint}") for side in ("left", "right"))
        for name, column in (
            ("near", np.where(data.left, left, right)),
            ("far", np.where(data.left, right, left)),
        ):
            rows = np.arange(len(column))
            px, score = distance[rows, column], answers[rows, column, 2]
            seen = there[rows, column]
            joints[f"{name} {joint}"] = {
                "median_px": round(float(np.median(px[seen])), 2),
                "p95_px": round(float(np.percentile(px[seen], 95)), 2),
                "score": round(float(score[seen].mean()), 2),
            }
    empty = ~there.any(axis=1)
    joints["nobody there"] = {"score": round(float(answers[empty, 5:, 2].mean()), 2)}
    return joints


def card(made: dict[str, Any]) -> str:
    """The page that goes with the model."""
    rows = "\n".join(
        f"| {name} | {row.get('median_px', '')} | {row.get('p95_px', '')} | {row['score']} |"
        for name, row in made["held_out"].items()
    )
    facts = "\n".join(f"| {name} | {value} |" for name, value in made["facts"].items())
    return CARD.format(facts=facts, rows=rows)


CARD = """# stand-in-rendered-int8

Generated by `scripts/train_stand_in`; do not edit.

A small network that finds the joints of hipdrive's **rendered runners, and of nobody else**. It was
never shown a person. It stands in for MoveNet where that cannot be had, so that demo and tests run
everywhere; its tensors are MoveNet's. `hipdrive run` refuses it.

| | |
|---|---|
{facts}

Held-out rendered runners, distance from the truth in pixels of the 192 x 192 picture:

| joint | median | 95 % | mean score |
|---|---|---|---|
{rows}
"""


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pictures", type=int, default=20_000)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--to", type=Path, default=ROOT / "models")
    arguments = parser.parse_args()

    import tensorflow as tf

    tf.keras.utils.set_random_seed(SEED)
    started = time.monotonic()
    data = pictures(arguments.pictures, SEED)
    model = network()
    train(model, data, arguments.epochs)
    file = convert(model, data.images[:: max(1, len(data.images) // 300)])
    minutes = (time.monotonic() - started) / 60
    path = arguments.to / f"{NAME.replace('-', '_')}.tflite"
    path.write_bytes(file)
    made = {
        "facts": {
            "input": "uint8 [1, 192, 192, 3], RGB",
            "output": "float32 [1, 1, 17, 3]: y, x, score",
            "size": f"{len(file):,} bytes, {model.count_params():,} weights, int8",
            "SHA-256": f"`{hashlib.sha256(file).hexdigest()}`",
            "trained on": f"{arguments.pictures:,} rendered pictures, {arguments.epochs} epochs",
            "seed": f"{SEED}; held-out pictures {HELD_OUT_SEED}",
            "took": f"{minutes:.0f} minutes on {multiprocessing.cpu_count()} cores",
            "made with": f"TensorFlow {tf.__version__}, numpy {np.__version__}, "
            f"Python {platform.python_version()}",
            "licence": "MIT",
        },
        "held_out": errors(path, pictures(HELD_OUT, HELD_OUT_SEED)),
    }
    (arguments.to / f"{NAME.replace('-', '_')}.md").write_text(card(made), encoding="utf-8")
    print(json.dumps(made, indent=2))


if __name__ == "__main__":
    main()
