"""Whether the gait engine's results of a recorded session are as before, to the last bit.

usage: PYTHONPATH=device python tests/golden/check.py [EXPECTED]

Needs nothing but Python, so that it runs on any machine. `expected.json` has the results of the
last run of `scripts/golden.py`: it proves that machines and versions agree, and that a change which
should not move a figure moves none. It proves no figure right; the other tests do that.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import platform
import sys
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from hipdrive.gait.engine import GaitEngine
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.calibration import Calibration
from hipdrive.types.pose import Pose, keypoints
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hipdrive.types.gait_update import Sample
    from hipdrive.types.stride import Stride

HERE = Path(__file__).resolve().parent
POSES = HERE / "poses.json.gz"
EXPECTED = HERE / "expected.json"
BLOCK = 64
"""Samples under one digest, a second of them: where bits differ is known to the second."""

PLACE = Calibration(
    roll_bam=bam_from_deg(1), px_per_m=240 << 16, belt_mm_per_s=3000, incline_bam=bam_from_deg(1)
)
CASES: dict[str, Callable[[], GaitEngine]] = {
    "facing found out, 6 Hz": GaitEngine,
    "facing right, 8 Hz": lambda: GaitEngine(Side.RIGHT, 8),
    "calibrated": lambda: GaitEngine(calibration=PLACE),
    "facing left, which is wrong": lambda: GaitEngine(Side.LEFT),
}
"""Engines that the session is shown to."""

Plain: TypeAlias = "int | bool | str | list[Plain] | dict[str, Plain] | None"
"""What JSON can hold, but for floats."""


def plain(value: object) -> Plain:
    """Everything that a value holds, by name, as JSON has it.

    Raises:
        TypeError: something in it, a float for example, may differ from machine to machine.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, tuple):
        names = getattr(value, "_fields", ())
        items = [plain(item) for item in value]
        return dict(zip(names, items, strict=True)) if names else items
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{value!r} is no whole number, and nothing made of them")


def recorded() -> Iterator[Pose]:
    """The session's poses: a line each, its time and 51 numbers."""
    with gzip.open(POSES, "rt", encoding="ascii") as lines:
        for line in lines:
            t_ns, *values = json.loads(line)
            yield Pose(t_ns, keypoints(zip(*[iter(values)] * 3, strict=True)))


def engine_output(engine: GaitEngine, poses: Iterable[Pose]) -> dict[str, Plain]:
    """An engine's results: number of samples and a digest of each block, every stride in full."""
    samples: list[Sample] = []
    strides: list[Stride] = []
    for pose in poses:
        update = engine.step(pose)
        samples += update.samples
        strides += update.strides
    blocks = (samples[first : first + BLOCK] for first in range(0, len(samples), BLOCK))
    return {
        "samples": len(samples),
        "blocks": [digest(plain(tuple(block))) for block in blocks],
        "strides": [plain(stride) for stride in strides],
    }


def digest(value: Plain) -> str:
    """Half of the SHA-256 of the value written as JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def differences(found: Plain, expected: Plain, place: str) -> Iterator[str]:
    """Each place where the two are not the same, in words."""
    if isinstance(found, dict) and isinstance(expected, dict):
        for name in sorted({*found, *expected}):
            if name in found and name in expected:
                yield from differences(found[name], expected[name], f"{place}.{name}")
            else:
                yield f"{place}.{name} is {'new' if name in found else 'gone'}"
    elif isinstance(found, list) and isinstance(expected, list):
        if len(found) != len(expected):
            yield f"{place} has {len(found)} entries, not {len(expected)}"
        for i, (a, b) in enumerate(zip(found, expected, strict=False)):
            yield from differences(a, b, f"{place}[{i}]")
    elif (type(found), found) != (type(expected), expected):
        yield f"{place} is {found!r}, not {expected!r}"


def everything() -> dict[str, Plain]:
    """The results of each of `CASES`."""
    poses = tuple(recorded())
    return {name: engine_output(make(), poses) for name, make in CASES.items()}


def main() -> int:
    """Print where the engine differs; 1 if it does anywhere."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else EXPECTED
    found = everything()
    wrong = list(differences(found, json.loads(path.read_text("utf-8")), "golden"))
    where = f"{platform.machine()}, Python {platform.python_version()}"
    for line in wrong[:20]:
        print(line)  # noqa: T201 - a program's answer
    if wrong:
        print(f"{len(wrong)} differences from {path.name} on {where}")  # noqa: T201
        print("if the engine was meant to change: scripts/golden.py, and say why it did")  # noqa: T201
        return 1
    print(f"the same bits on {where}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
