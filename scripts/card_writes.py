"""What a session writes to the card in an hour, as the kernel counts it.

The key points of a runner go through a whole device at simulated time: record and outbox as they
are, one `fsync` every five simulated seconds. `write_bytes` of /proc/self/io counts what goes to
the disk in pages; what the file system adds for its journal is not in it. The folder must lie on a
disk, not in memory. One JSON line.
usage: .venv-3.11/bin/python scripts/card_writes.py [--minutes N] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hipdrive import app  # noqa: E402
from hipdrive.config import CameraConfig, Config, HubConfig  # noqa: E402
from hipdrive.session import sinks  # noqa: E402
from support.mosquitto import Broker  # noqa: E402
from support.patient_belt import PatientBelt  # noqa: E402
from support.simulated_belt import FPS, NS  # noqa: E402

MB = 1e6


def written() -> int:
    """Bytes that this process has sent to a disk."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("write_bytes")).split()[1])


def measure(minutes: float, folder: Path, *, hub: bool, runner: bool) -> float:
    """Megabytes an hour."""
    os.environ["XDG_DATA_HOME"] = str(folder)
    with Broker(folder) as broker:
        seconds = minutes * 60
        host = "127.0.0.1" if hub else ""
        belt = PatientBelt([(0, seconds)] if runner else [], ends_s=seconds)
        sinks.Recorder = belt.open_recorder  # type: ignore[assignment,misc]
        app.estimator = belt.estimator  # type: ignore[assignment]
        config = Config(camera=CameraConfig(fps=FPS), hub=HubConfig(host=host, port=broker.port))
        before = written()
        for _ in belt.run(config):
            pass
        os.sync()
        assert belt.now_ns >= seconds * NS  # noqa: S101  # it was not stopped before
        return round((written() - before) / MB * 60 / minutes, 1)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"))  # noqa: S108  # on a disk
    arguments = parser.parse_args()
    figures = {}
    for name, hub, runner in (
        ("record", False, True),
        ("record_and_hub", True, True),
        ("empty_belt", True, False),
    ):
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            figures[name] = measure(arguments.minutes, Path(folder), hub=hub, runner=runner)
    print(json.dumps({"frames_a_second": FPS, "mb_an_hour": figures}))


if __name__ == "__main__":
    main()
