"""Ten thousand damaged files of each kind, the same every time: read or refused, and nothing else.

A row of a spool has a checksum, so what is read of one must be what was written.
"""

from __future__ import annotations

import logging
import random
import shutil
import string
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.config import parse
from hipdrive.errors import CalibrationError, ConfigError, SourceError
from hipdrive.geometry import calibration_file
from hipdrive.session.checksums import seal
from hipdrive.session.interrupted import complete_all
from hipdrive.session.poses import SPOOL_NAME, PosesSpool, RecordedPoses
from support.fuzzing import INPUTS, LONGEST_LINE, damaged, fast_folder, fuzz
from support.runner_file import key_points_of
from support.session.results import META, pose

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["fast_folder"]

pytestmark = pytest.mark.long


def test_spools(fast_folder: Path) -> None:
    path = fast_folder / SPOOL_NAME
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


def test_recordings(fast_folder: Path) -> None:
    path = fast_folder / "poses.npz"
    spool = PosesSpool(fast_folder / "spool", META)
    poses = [pose(number) for number in range(8)]
    for each in poses:
        spool.add(each)
    spool.pack(path)

    def read() -> None:
        assert len(list(RecordedPoses(path))) <= len(poses)

    _, refused = fuzz(path.read_bytes(), path, read, SourceError)
    assert refused > INPUTS / 2


def test_calibrations(fast_folder: Path) -> None:
    path = fast_folder / "calibration.json"
    values = {"roll_deg": -2.3, "px_per_m": 240.5, "size_px": [640, 480], "source": "imx708"}
    calibration_file.store(path, values)

    whole = calibration_file.read(path)

    def read() -> None:
        found = calibration_file.read(path)
        # Without its checksum it is a file that people wrote.
        assert found == whole or f'"{calibration_file.CHECKSUM}"' not in path.read_text("utf-8")
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


def test_session_folders(fast_folder: Path) -> None:
    folder = fast_folder / "session"
    hipdrive.analyze(key_points_of(fast_folder), session_dir=folder)
    for name, kept in (("strides.csv", 8), ("cues.csv", 8)):
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        (folder / name).write_bytes(b"".join(lines[:kept]))
    seal(folder)
    whole = hipdrive.Session.open(folder)
    assert whole.warnings == ()

    def read() -> None:
        """What differs from what was measured is told."""
        session = hipdrive.Session.open(folder)
        told = "\n".join(session.warnings)
        for name, found, before in (
            ("strides.csv", session.strides, whole.strides),
            ("cues.csv", session.cues, whole.cues),
            ("session.json", session.summary, whole.summary),
        ):
            assert found == before or name in told or not (folder / name).exists()
        assert len(told) < LONGEST_LINE

    for name in ("strides.csv", "cues.csv"):
        content = (folder / name).read_bytes()
        # The summary takes most of the time, and has its own turn.
        (folder / "session.json").rename(fast_folder / "kept.json")
        fuzz(content, folder / name, read, SourceError, INPUTS // 4)
        (folder / name).write_bytes(content)
        (fast_folder / "kept.json").rename(folder / "session.json")
    for name in ("session.json", "SHA256SUMS"):
        content = (folder / name).read_bytes()
        fuzz(content, folder / name, read, SourceError, INPUTS // 4)
        (folder / name).write_bytes(content)


def test_sessions_that_were_cut_off(fast_folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What the next start makes of them can be read, and is what was written."""
    caplog.set_level(logging.CRITICAL)
    sessions = fast_folder / "sessions"
    (fast_folder / "whole").mkdir()
    spool = PosesSpool(fast_folder / "whole" / SPOOL_NAME, META)
    poses = [pose(number) for number in range(8)]
    for each in poses:
        spool.add(each)
    spool.close()
    content = (fast_folder / "whole" / SPOOL_NAME).read_bytes()
    completed = 0
    for seed in range(INPUTS):
        folder = sessions / "one"
        folder.mkdir(parents=True)
        (folder / SPOOL_NAME).write_bytes(damaged(content, random.Random(seed)))
        complete_all(sessions)
        if (folder / "poses.npz").exists():
            completed += 1
            found = list(RecordedPoses(folder / "poses.npz"))
            assert found == poses[: len(found)]
        shutil.rmtree(folder)
    # Many damages are in the first line, without which nothing is known of the rows.
    assert completed > INPUTS / 3
