"""A card through years of daily use: how full it is, how long tidying and listing take.

A session is recorded from key points with MoveNet's noise; every day has one like it, of its size,
and `[keep]` is applied with its defaults. One JSON line.
usage: .venv-3.11/bin/python scripts/year_of_sessions.py [--days N] [--a-day N] [--minutes N]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from hipdrive import app  # noqa: E402
from hipdrive.config import Config, KeepConfig  # noqa: E402
from hipdrive.session.pose_source import PoseList  # noqa: E402
from hipdrive.session.request import SessionRequest  # noqa: E402
from hipdrive.session.retention import LARGE, tidy  # noqa: E402
from hipdrive.session.sinks import open_recorder  # noqa: E402
from hipdrive.session.summary import SessionSummary  # noqa: E402
from hipdrive.web.review import listed  # noqa: E402
from support.walker import Walker, frame_times  # noqa: E402

MB = 1e6
FPS = 60
NOISE_PX = 2.0
SAMPLE_MINUTES = 5
BEGIN = datetime(2026, 1, 1, 6, tzinfo=UTC)
TOLD = (90, 180, 365, 730)


def sample(folder: Path) -> dict[str, int]:
    """Record a few minutes; bytes by file."""
    os.environ["XDG_DATA_HOME"] = str(folder)
    poses = Walker().poses(frame_times(FPS, 60 * SAMPLE_MINUTES), noise_px=NOISE_PX)
    session = folder / "sample"
    request = SessionRequest(Config(), None, session, BEGIN, "0a1b2c", threading.Event())
    with ExitStack() as stack:
        app.playback(request, PoseList(poses), (open_recorder,), stack).run()
    return {file.name: file.stat().st_size for file in session.iterdir()}


def years(sizes: dict[str, int], folder: Path, days: int, a_day: int, minutes: int) -> None:
    """Go through the days and print."""
    sessions, used, tidied_s = folder / "sessions", {}, 0.0
    for day in range(days):
        for number in range(a_day):
            started = BEGIN + timedelta(days=day, hours=number)
            into = sessions / f"{started:%Y%m%dT%H%M%SZ}-0a1b2c"
            into.mkdir(parents=True)
            for name, size in sizes.items():
                with (into / name).open("wb") as file:
                    file.truncate(size * minutes // SAMPLE_MINUTES)
            shutil.copy(folder / "sample" / "session.json", into)
        began_s = time.perf_counter()
        tidy(sessions, KeepConfig())
        tidied_s = max(tidied_s, time.perf_counter() - began_s)
        if day + 1 in {*TOLD, days}:
            used[day + 1] = sum(file.stat().st_size for file in sessions.glob("*/*"))
    began_s = time.perf_counter()
    listed(sessions)
    page_s = time.perf_counter() - began_s
    summaries = [SessionSummary.read(file) for file in sessions.glob("*/session.json")]
    all_s = time.perf_counter() - began_s - page_s
    large = sum(sizes[name] for name in LARGE)
    print(
        json.dumps(
            {
                "minutes_a_session": minutes,
                "sessions_a_day": a_day,
                "session_mb": round(sum(sizes.values()) * minutes / SAMPLE_MINUTES / MB, 2),
                "of_which_key_points_mb": round(large * minutes / SAMPLE_MINUTES / MB, 2),
                "used_mb_after_days": {day: round(size / MB) for day, size in used.items()},
                "sessions_kept": len(summaries),
                "tidy_ms_most": round(tidied_s * 1000),
                "page_lists_50_ms": round(page_s * 1000),
                "all_summaries_ms": round(all_s * 1000),
            }
        )
    )


def main() -> None:
    """Read the arguments and simulate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--a-day", type=int, default=1)
    parser.add_argument("--minutes", type=int, default=45)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = sample(folder)
        years(sizes, folder, arguments.days, arguments.a_day, arguments.minutes)


if __name__ == "__main__":
    main()
