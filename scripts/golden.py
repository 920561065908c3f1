"""Write what the gait engine says of the recorded session in `tests/golden`, after a change of it.

usage: .venv-3.11/bin/python scripts/golden.py [--poses]

--poses: make the session anew too, a rendered runner as MoveNet would see it.
"""

from __future__ import annotations

import gzip
import json
import sys
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "golden"))

from check import EXPECTED, POSES, everything  # it is no package

SESSION = {
    "seconds": 26.0,
    "seed": 20,
    "runner": {"asymmetry_deg": 3.0, "drift": [[0.0, 0.0], [26.0, -4.0]], "away": [[13.0, 14.0]]},
    "camera": {"fps": 30.0, "lost": 0.03, "jitter_ms": 4.0, "roll_deg": 1.0},
}
"""Lost and late frames, legs changed for one another, a second off the treadmill."""


def record() -> None:
    """Write the session's poses, a line each."""
    from hipdrive.rendered.keypoints import KnownPoses
    from hipdrive.rendered.noise import measured
    from hipdrive.rendered.settings import RenderedSettings
    from hipdrive.rendered.truth import Truth

    poses = KnownPoses(Truth(RenderedSettings.model_validate(SESSION)), measured())
    lines = [
        json.dumps([pose.t_ns, *chain(*pose.keypoints)], separators=(",", ":")) for pose in poses
    ]
    packed = gzip.compress("\n".join(lines).encode("ascii"), compresslevel=9, mtime=0)
    POSES.write_bytes(packed)
    print(f"{POSES.name}: {len(lines)} poses, {len(packed)} bytes")


def written(value: object, depth: int = 3) -> str:
    """JSON with a line for each block and each stride, so that a diff can be read."""
    if depth == 0 or not isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, dict):
        entries = [f"{json.dumps(key)}: {written(item, depth - 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(entries) + "\n}"
    return "[\n" + ",\n".join(written(item, depth - 1) for item in value) + "\n]"


def main() -> None:
    """Command line."""
    if "--poses" in sys.argv[1:]:
        record()
    said = everything()
    EXPECTED.write_text(written(said) + "\n", encoding="utf-8")
    for name, case in said.items():
        print(f"{name}: {case['samples']} samples, {len(case['strides'])} strides")


if __name__ == "__main__":
    main()
