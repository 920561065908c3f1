"""A pose program of others, frame by frame, for `scripts/bench.py` to time in turn with its own.

Runs in the environment of that program, which need not be hipdrive's. Finds poses in so many frames
for each line on its input, there and back through the video, and answers with the ns a frame took;
decoding is done before.
usage: PYTHON scripts/bench_peer.py tensorflow-example FOLDER MODEL THREADS VIDEO FRAMES
       PYTHON scripts/bench_peer.py mediapipe COMPLEXITY VIDEO FRAMES
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2

if TYPE_CHECKING:
    from collections.abc import Callable

    Estimate = Callable[[Any], object]


def tensorflow_example(folder: str, model: str, threads: str) -> Estimate:
    """`Movenet.detect` of TensorFlow's pose example for the Raspberry Pi, with so many threads."""
    sys.path.insert(0, folder)
    from ml import movenet  # type: ignore[import-not-found]  # lies in that folder

    interpreter = movenet.Interpreter
    movenet.Interpreter = lambda model_path, num_threads: interpreter(  # noqa: ARG005  # it says 4
        model_path=model_path, num_threads=int(threads)
    )
    found: Estimate = movenet.Movenet(model).detect
    return found


def mediapipe(complexity: str) -> Estimate:
    """MediaPipe's `Pose` for videos, as it comes; it chooses its threads itself."""
    from mediapipe.python.solutions.pose import Pose  # type: ignore[import-not-found]  # its own

    found: Estimate = Pose(model_complexity=int(complexity)).process
    return found


PEERS: dict[str, Callable[..., Estimate]] = {
    "tensorflow-example": tensorflow_example,
    "mediapipe": mediapipe,
}


def frames(video: str, count: int) -> list[Any]:
    """The first pictures of a video, RGB."""
    opened, found = cv2.VideoCapture(video), []
    while len(found) < count:
        ok, image = opened.read()
        if not ok:
            break
        found.append(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))
    if not found:
        sys.exit(f"{Path(video).name}: no picture can be read")
    return found


def main() -> None:
    """Answer line by line."""
    peer, *how, video, count = sys.argv[1:]
    estimate = PEERS[peer](*how)
    pictures = frames(video, int(count))
    both_ways = itertools.cycle([*pictures, *pictures[-2:0:-1]])
    for line in sys.stdin:
        block = list(itertools.islice(both_ways, int(line)))
        began_ns = time.perf_counter_ns()
        for image in block:
            estimate(image)
        print((time.perf_counter_ns() - began_ns) / len(block), flush=True)


if __name__ == "__main__":
    main()
