"""Ten thousand damaged files of each kind, the same every time: read or refused, and nothing else.

A row of a spool has a checksum, so what is read of one must be what was written.
"""

from __future__ import annotations

import random
import shutil
import string
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.config import parse
from hipdrive.errors import CalibrationError, ConfigError, HipdriveError, SourceError
from hipdrive.geometry import calibration_file
from hipdrive.session.interrupted import complete_all
from hipdrive.session.poses import SPOOL_NAME, PosesSpool, RecordedPoses
from support.runner_file import key_points_of
from support.session.results import META, pose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.long
INPUTS = 10_000
LONGEST_LINE = 2_000
"""Of what is said: no message quotes a whole file."""


def damaged(content: bytes, dice: random.Random) -> bytes:
    """The content cut off, overwritten, with flipped bits, doubled or moved."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        kind = dice.randrange(6)
        if kind == 0:
            del data[at:]
        elif kind == 1:
            data[at : at + dice.randint(1, 64)] = dice.choice([b"\0", b"\xff"]) * dice.randint(
                1, 64
            )
        elif kind == 2 and at < len(data):
            data[at] ^= 1 << dice.randrange(8)
        elif kind == 3:
            data[at:at] = dice.randbytes(dice.randint(1, 32))
        elif kind == 4:
            data[at:at] = data[: dice.randint(1, 200)]
        elif at < len(data):
            data[at] = dice.randrange(256)
    return bytes(data)


def fuzz(
    content: bytes, path: Path, read: Callable[[], object], error: type[HipdriveError]
) -> tuple[int, int]:
    """Read so many damaged files; how many were read, and how many refused."""
    counts, longest = [0, 0], 0
    for seed in range(INPUTS):
        path.write_bytes(damaged(content, random.Random(seed)))
        try:
            read()
        except error as refusal:
            longest = max(longest, len(str(refusal)))
            counts[1] += 1
        else:
            counts[0] += 1
    assert sum(counts) == INPUTS
    assert longest < LONGEST_LINE
    return counts[0], counts[1]


def test_spools(tmp_path: Path) -> None:
    path = tmp_path / SPOOL_NAME
    spool = PosesSpool(path, META)
    poses = [pose(number) for number in range(8)]
    for each in poses:
        spool.add(each)
    spool.close()

    def read() -> None:
        found = list(RecordedPoses(path))
        if path.read_bytes().startswith(b"hipdrive/spool/3"):
            assert found == poses[: len(found)]

    well, refused = fuzz(path.read_bytes(), path, read, SourceError)
    assert well > refused > 0


def test_recordings(tmp_path: Path) -> None:
    path = tmp_path / "poses.npz"
    spool = PosesSpool(tmp_path / "spool", META)
    poses = [pose(number) for number in range(8)]
    for each in poses:
        spool.add(each)
    spool.pack(path)

    def read() -> None:
        assert len(list(RecordedPoses(path))) <= len(poses)

    _, refused = fuzz(path.read_bytes(), path, read, SourceError)
    assert refused > INPUTS / 2


def test_calibrations(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    values = {"roll_deg": -2.3, "px_per_m": 240.5, "size_px": [640, 480], "source": "imx708"}
    calibration_file.store(path, values)

    def read() -> None:
        found = calibration_file.read(path)
        assert abs(found.roll_deg) <= calibration_file.MOST_ROLL_DEG

    _, refused = fuzz(path.read_bytes(), path, read, CalibrationError)
    assert refused > INPUTS / 2


def test_configurations() -> None:
    whole = (
        '[camera]\nfps = 60\n[hub]\nhost = "broker"\ncommands = ["mute"]\n[cues.leds]\ngreen = 17\n'
        "[coach]\nraise_deg = 2.0\n[keep]\ndays = 30\n"
    )
    said = []
    for seed in range(INPUTS):
        dice = random.Random(seed)
        text = list(whole)
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(text))
            text[at : at + dice.randint(0, 3)] = dice.choices(
                string.printable, k=dice.randint(0, 4)
            )
        try:
            parse("".join(text), "my.toml")
        except ConfigError as error:
            said.append(str(error))
    assert all(each.startswith("my.toml: ") for each in said)
    assert len(said) > INPUTS / 2


def test_session_folders(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    hipdrive.analyze(key_points_of(tmp_path), session_dir=folder)
    for name, kept in (("strides.csv", 8), ("cues.csv", 8)):
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        (folder / name).write_bytes(b"".join(lines[:kept]))
    whole = hipdrive.Session.open(folder)
    assert whole.warnings == ()

    def read() -> None:
        session = hipdrive.Session.open(folder)
        assert len(session.strides) <= 2 * len(whole.strides)
        assert len("\n".join(session.warnings)) < LONGEST_LINE

    for name in ("strides.csv", "cues.csv"):
        content = (folder / name).read_bytes()
        # The summary takes most of the time, and has its own turn.
        (folder / "session.json").rename(tmp_path / "kept.json")
        fuzz(content, folder / name, read, SourceError)
        (folder / name).write_bytes(content)
        (tmp_path / "kept.json").rename(folder / "session.json")
    content = (folder / "session.json").read_bytes()
    fuzz(content, folder / "session.json", read, SourceError)


def test_sessions_that_were_cut_off(tmp_path: Path) -> None:
    """Fewer, as each is packed: what the next start makes of them can be read."""
    sessions = tmp_path / "sessions"
    (tmp_path / "whole").mkdir()
    spool = PosesSpool(tmp_path / "whole" / SPOOL_NAME, META)
    poses = [pose(number) for number in range(8)]
    for each in poses:
        spool.add(each)
    spool.close()
    content = (tmp_path / "whole" / SPOOL_NAME).read_bytes()
    for seed in range(INPUTS // 20):
        folder = sessions / "one"
        folder.mkdir(parents=True)
        (folder / SPOOL_NAME).write_bytes(damaged(content, random.Random(seed)))
        complete_all(sessions)
        if (folder / "poses.npz").exists():
            list(RecordedPoses(folder / "poses.npz"))
        shutil.rmtree(folder)
