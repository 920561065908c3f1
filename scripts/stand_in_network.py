"""The stand-in model: its targets, its network, how it is trained and written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from stand_in_pictures import SEED, SIZE, Pictures

from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt


CELLS = 24
STRIDE = SIZE // CELLS
PARTS = 1024
BATCH = 32
REACH_CELLS = 1.5
"""So near a joint, a cell learns the way to it."""
REPORT_EVERY = 200
RATE = 2e-3


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
