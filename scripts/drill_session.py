"""Power cuts around the end of a session: is what was kept whole, and no message id used twice?

A device with camera and clock of `tests/support/simulated_belt.py` and everything else as it is
(record, housekeeping, profiles, outbox, Debian's mosquitto) is killed with all its processes at a
random change of a file or moment, loses what was not on the disk, and is started again: it must
run a session to its end and complete the one that was cut. One JSON line.
usage: .venv-3.11/bin/python scripts/drill_session.py [--cuts N] [--seed N] [--folder DIR]
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

from support.session.end_drill import drill, moments_by_chance  # noqa: E402


def main() -> None:
    """Read the arguments and drill."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("/var/tmp"))  # noqa: S108  # on a disk
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)  # noqa: S311  # when to cut is no secret
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        figures = drill(Path(folder), moments_by_chance(arguments.cuts, chance), chance)
    print(json.dumps({"seed": arguments.seed} | figures))


if __name__ == "__main__":
    main()
