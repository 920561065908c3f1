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
from pathlib import Path

import numpy as np
from stand_in_card import card, errors
from stand_in_network import convert, network, train
from stand_in_pictures import HELD_OUT_SEED, SEED, pictures

ROOT = Path(__file__).resolve().parents[1]
NAME = "stand-in-rendered-int8"
HELD_OUT = 1200


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
