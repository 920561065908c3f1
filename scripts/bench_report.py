"""How long the report of an hour takes and how large it is, and how long a history of 500 sessions.

The hour is recorded from the key points of a runner; each command is a process of its own. One JSON
line: seconds on the clock, seconds of processor, bytes.
usage: .venv-3.11/bin/python scripts/bench_report.py [--minutes N] [--sessions N]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import hipdrive  # noqa: E402
from hipdrive.report.page import NAME  # noqa: E402
from support.session.history import kept, summary_of  # noqa: E402

FIRST = datetime(2026, 1, 5, 6, tzinfo=UTC)
CADENCE_SPM = 170
DAYS = 4
"""Belt speeds by turns, so that there are as many trends."""


def timed(*arguments: str) -> dict[str, float]:
    """Run a command, and say how long it took."""
    command = [sys.executable, "-m", "hipdrive", *arguments]
    before, began_s = os.times(), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # this very program
    took_s, after = time.monotonic() - began_s, os.times()
    used_s = sum(after[2:4]) - sum(before[2:4])
    return {"s": round(took_s, 2), "cpu_s": round(used_s, 2)}


def report_of(folder: Path, minutes: float) -> dict[str, float]:
    """Record a session, and have its report made."""
    file = folder / "runner.toml"
    runner = f"cadence_spm = {CADENCE_SPM}"
    file.write_text(f"seconds = {60 * minutes}\n[runner]\n{runner}\n", encoding="utf-8")
    session = folder / "session"
    analysis = hipdrive.analyze(f"keypoints:{file}", session_dir=session)
    found = timed("report", str(session))
    found["near_strides"] = sum(stride.near for stride in analysis.strides)
    found["bytes"] = (session / NAME).stat().st_size
    return found


def history_of(folder: Path, count: int) -> dict[str, float]:
    """Write so many sessions, and have them listed."""
    for number in range(count):
        began = FIRST + timedelta(days=number)
        kept(folder / "sessions", summary_of(began, belt_mps=2.0 + number % DAYS))
    return timed("history", "--sessions", str(folder / "sessions"))


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--sessions", type=int, default=500)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = {
            "report": report_of(Path(folder), arguments.minutes),
            "history": history_of(Path(folder), arguments.sessions),
        }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
