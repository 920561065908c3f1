"""Two sites on a chain's broker of three nodes: one killed, a site cut off; prints what is left.

Needs Debian's packages mosquitto, nats-server, postgresql and stunnel4, and the environment of the
tests.
usage: .venv-3.11/bin/python scripts/drill_chain.py [--devices N] [--cut-off-s S]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.certificates import Authority  # noqa: E402
from support.gym.chain_drill import ChainDrill  # noqa: E402
from support.postgres import Postgres  # noqa: E402


def main() -> None:
    """Run the drill and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=20, help="of each of the two sites")
    parser.add_argument("--cut-off-s", type=float, default=180.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, Postgres() as database:
        folder = Path(name)
        (folder / "authority").mkdir()
        drill = ChainDrill(folder, database, Authority(folder / "authority"), arguments.devices)
        result = drill.run(arguments.cut_off_s)
    print(json.dumps({**asdict(result), "lost": len(result.lost)}))
    sys.exit(bool(result.lost or result.doubled or not result.rollups_right))


if __name__ == "__main__":
    main()
