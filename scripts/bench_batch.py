"""Time `hipdrive batch` with one worker and with two, in turn, in one run; prints JSON.

The whole command is timed, from its start to its tables. A worker is one core: its model has one
thread, and model and loop take turns. Only as true as the machine is quiet: `cores` is processor
time by time, and should be near the number of workers.
usage: .venv-3.11/bin/python scripts/bench_batch.py [VIDEO] [--recordings N] [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLIP = ROOT.parent / "shared" / "clips" / "male_side.mp4"
WORKERS = (1, 2)


def hipdrive(*arguments: str, data: Path) -> None:
    """Run a command with its data in a folder."""
    paths = [str(ROOT / "device"), os.environ.get("PYTHONPATH", "")]
    environment = {"PYTHONPATH": os.pathsep.join(paths), "XDG_DATA_HOME": str(data)}
    command = [sys.executable, "-m", "hipdrive", *arguments]
    subprocess.run(  # noqa: S603  # this program
        command, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL
    )


def processor_s() -> float:
    """Processor time of all processes that this one has started and that have ended, s."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(folder: Path, workers: int) -> tuple[float, float]:
    """One batch from nothing: time, and processor time by time."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    options = ["--config", str(folder / "hipdrive.toml"), "--workers", str(workers)]
    begin_s, used_s = time.perf_counter(), processor_s()
    hipdrive("batch", str(folder / "clips"), "--out", str(out), *options, data=folder)
    took_s = time.perf_counter() - begin_s
    return took_s, (processor_s() - used_s) / took_s


def main() -> None:
    """Run the bench and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("video", type=Path, nargs="?", default=CLIP)
    parser.add_argument("--recordings", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clips").mkdir()
        for number in range(asked.recordings):
            shutil.copy(asked.video, folder / "clips" / f"{number}{asked.video.suffix}")
        (folder / "hipdrive.toml").write_text("[report]\neach_session = false\n", encoding="utf-8")
        hipdrive("models", "fetch", data=folder)
        load = os.getloadavg()[0]
        found: dict[int, list[tuple[float, float]]] = {workers: [] for workers in WORKERS}
        for _ in range(asked.rounds):
            for workers, figures in found.items():
                figures.append(timed(folder, workers))
    ratios = [one[0] / two[0] for one, two in zip(found[1], found[2], strict=True)]
    told = {
        "recordings": asked.recordings,
        "load before": round(load, 2),
        **{
            f"{name} of {workers}": [round(figure[place], 2) for figure in figures]
            for workers, figures in found.items()
            for place, name in enumerate(("seconds", "cores"))
        },
        "times as fast": [round(ratio, 3) for ratio in ratios],
        "median": round(statistics.median(ratios), 3),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
