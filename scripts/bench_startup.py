"""How long it takes from the start of a process to the first frame that could have had a cue.

usage: .venv/bin/python scripts/bench_startup.py VIDEO   (says `ready` at that frame, for `startup`)
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

RUNS = 7
LIBRARIES = "import av, cv2, numpy, ai_edge_litert.interpreter; print('ready', flush=True)"
"""What the pose stage and the reader of videos are made of."""


def startup(video: Path) -> dict[str, Any]:
    """Of a replay, and of importing its libraries alone, in turn; medians."""
    ours, libraries = [], []
    for _ in range(RUNS):
        libraries.append(ready_ms(["-c", LIBRARIES]))
        ours.append(ready_ms([__file__, str(video)]))
    return {
        "startup_ms": round(statistics.median(ours)),
        "libraries_ms": round(statistics.median(libraries)),
        "startup_over_libraries": round(statistics.median(ours) / statistics.median(libraries), 2),
    }


def ready_ms(arguments: list[str]) -> float:
    """How long a new Python takes until it says that it is ready."""
    began_s = time.perf_counter()
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  # this Python
        assert process.stdout is not None  # noqa: S101  # asked for in the line before
        if process.stdout.readline() != b"ready\n":
            sys.exit("bench: the process ended before its first frame")
        took_ms = 1e3 * (time.perf_counter() - began_s)
        process.stdout.read()
    return took_ms


def first_frame(video: Path) -> None:
    """The way of `hipdrive replay` up to the first result."""
    import tempfile
    import threading
    from contextlib import ExitStack
    from datetime import UTC, datetime

    from hipdrive import app
    from hipdrive.config import Config
    from hipdrive.cues.pin_factory import simulated_pins
    from hipdrive.cues.pins import PinOutputs
    from hipdrive.session.request import SessionRequest
    from hipdrive.session.sinks import SINKS
    from hipdrive.sources import open_source

    config = Config()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        source = stack.enter_context(open_source(str(video)))
        begun = datetime.now(UTC)
        request = SessionRequest(config, None, folder / "s", begun, "bench", threading.Event())
        outputs = PinOutputs(config.cues, simulated_pins())
        runner = app.playback(request, source, SINKS, stack, outputs)  # type: ignore[arg-type]
        results = runner.results()
        next(results)
        print("ready", flush=True)
        results.close()


if __name__ == "__main__":
    first_frame(Path(sys.argv[1]))
