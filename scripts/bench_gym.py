"""Plays many devices against mosquitto, one collector and PostgreSQL on this machine; prints JSON.

Age is from the time that a message says it was written to the commit of its transaction. Needs
Debian's packages mosquitto and postgresql, and the environment of the tests.
usage: .venv-3.11/bin/python scripts/bench_gym.py [--devices N] [--seconds S]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.gym.server import CollectorProcess, gym_broker, gym_config  # noqa: E402
from support.mosquitto import RUN_BY_A_BENCH  # noqa: E402
from support.postgres import Postgres  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
TABLES = ("stride", "cue", "summary", "cue_count", "health")
MEASURED_LIKE_A_SERVER = {"fsync": "on", "track_commit_timestamp": "on"}
"""The second is what the ages are read from."""


def processes(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(below for child in children for below in processes(int(child)))]


def cpu_s(pid: int) -> float:
    """Processor time of a process and of those below it that have ended, s."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def most_mb(pid: int) -> float:
    """The most memory that a process has had, MB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    return 0.0


def ages(database: Postgres) -> dict[str, list[float]]:
    """Rows of each table, and their age at the commit: median, 95th percentile, most, s."""
    found = {}
    for table in TABLES:
        ((count, percentiles),) = database.rows(
            "SELECT count(*), percentile_disc(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (ORDER BY"  # noqa: S608
            f" extract(epoch FROM pg_xact_commit_timestamp(xmin) - written)) FROM {table}"
        )
        found[table] = [count, *(round(float(age), 3) for age in percentiles or [])]
    return found


def main() -> None:
    """Run the bench and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Postgres(MEASURED_LIKE_A_SERVER) as database:
        folder = Path(name)
        broker = gym_broker(folder, RUN_BY_A_BENCH)
        with broker, CollectorProcess(folder, gym_config(folder, broker, database), "one") as one:
            options = ["--devices", str(asked.devices), "--seconds", str(asked.seconds)]
            config = ["--config", str(folder / "gym-server.toml")]
            simulated = subprocess.Popen(  # noqa: S603  # this program
                [sys.executable, "-m", "hipdrive", "simulate", *config, *options],
                stdout=subprocess.PIPE,
                text=True,
            )
            pids = {"mosquitto": broker.pid, "collector": one.pid, "simulator": simulated.pid}
            while simulated.poll() is None:
                used = {name: cpu_s(pid) for name, pid in pids.items()}
                used["postgres"] = sum(map(cpu_s, processes(database.pid)))
                memory = {name: most_mb(pid) for name, pid in pids.items()}
                time.sleep(1.0)
            said = "" if simulated.stdout is None else simulated.stdout.read()
            collected = one.stop()
        figures = {
            "devices": asked.devices,
            "seconds": asked.seconds,
            "cpu_s": {name: round(value, 1) for name, value in used.items()},
            "memory_mb": {name: round(value, 1) for name, value in memory.items()},
            "rows and age_s p50 p95 max": ages(database),
            "sent": said.splitlines(),
            "collected": collected.strip(),
        }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
