"""Kills collector, broker and database of a gym while devices publish; prints what is left.

Needs Debian's packages mosquitto and postgresql, and the environment of the tests.
usage: .venv-3.11/bin/python scripts/drill_gym.py [--kills N] [--devices N] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.gym.drill import TARGETS, kill_and_compare  # noqa: E402
from support.postgres import Postgres  # noqa: E402


def main() -> None:
    """Run the drill and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10, help="of each of the three")
    parser.add_argument("--devices", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)  # noqa: S311  # seeded, and no secret
    targets = [*TARGETS] * arguments.kills
    rng.shuffle(targets)
    with tempfile.TemporaryDirectory() as folder, Postgres() as database:
        result = kill_and_compare(Path(folder), database, targets, arguments.devices, rng)
    figures = {
        "kills": result.kills,
        "sent": result.sent,
        "kept": result.kept,
        "lost": len(result.lost),
        "doubled": result.doubled,
        "rollups_right": result.rollups_right,
        "seed": arguments.seed,
    }
    print(json.dumps(figures))
    sys.exit(bool(result.lost or result.doubled or not result.rollups_right))


if __name__ == "__main__":
    main()
