"""`calibration.json`: written whole or not at all, read only when it is one."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import hipdrive
from hipdrive.errors import CalibrationError
from hipdrive.geometry.calibration_file import StoredCalibration, read, store

VALUES: dict[str, Any] = {"roll_deg": -2.3, "px_per_m": 240.5, "size_px": [640, 480]}
PROGRAM = """
import os, resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from hipdrive.errors import CalibrationError
from hipdrive.geometry.calibration_file import store

def killed(_file):
    os.kill(os.getpid(), signal.SIGKILL)

values = {"roll_deg": 9.0, "px_per_m": None, "size_px": None}
if sys.argv[2] == "kill":
    os.fsync = killed
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    store(Path("calibration.json"), values)
except CalibrationError as error:
    print(error)
"""
PATIENCE_S = 60.0


def stored(folder: Path, **changes: Any) -> Path:  # noqa: ANN401  # JSON values
    path = folder / "calibration.json"
    store(path, {**VALUES, **changes})
    return path


def test_what_is_stored_is_read(tmp_path: Path) -> None:
    path = stored(tmp_path / "made" / "for it")
    assert read(path) == StoredCalibration(-2.3, 240.5, (640, 480))
    assert read(stored(tmp_path, px_per_m=None, size_px=None)) == StoredCalibration(
        -2.3, None, None
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not a calibration"),
        ('{"schema": "hipdrive/calib', "is not a calibration"),
        ("[1, 2]", "is not a calibration"),
        ("[" * 100_000, "is not a calibration"),
        ("{}", "schema"),
        ('{"schema": "hipdrive/poses/1"}', "hipdrive/poses/1"),
        ('{"schema": "hipdrive/calibration/1"}', "size_px"),
    ],
)
def test_what_is_no_calibration_is_refused_with_what_to_do(
    text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationError, match="run hipdrive calibrate again") as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"roll_deg": "NaN"},
        {"roll_deg": 1e9},
        {"roll_deg": None},
        {"px_per_m": -240},
        {"px_per_m": "1e400"},
        {"size_px": [640]},
        {"size_px": 640},
    ],
)
def test_figures_that_cannot_be_are_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="is not a calibration"):
        read(stored(tmp_path, **changes))


def test_a_digit_that_changed_is_seen_and_a_file_that_people_wrote_is_read(tmp_path: Path) -> None:
    path = stored(tmp_path)
    text = path.read_text(encoding="utf-8").replace("-2.3", "-2.7")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CalibrationError, match="not as it was written; if you changed it, take"):
        read(path)
    by_hand = {**json.loads(text)}
    del by_hand["crc32"]
    path.write_text(json.dumps(by_hand), encoding="utf-8")
    assert read(path).roll_deg == -2.7


def test_a_file_that_is_not_there_is_named_with_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(CalibrationError, match="hipdrive calibrate makes one"):
        read(tmp_path / "calibration.json")
    with pytest.raises(CalibrationError, match="cannot be read"):
        read(tmp_path)


@pytest.mark.parametrize("how", ["kill", "full"])
def test_what_was_stored_survives_a_kill_and_a_full_disk(how: str, tmp_path: Path) -> None:
    path = stored(tmp_path)
    before = path.read_bytes()
    package = str(Path(hipdrive.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, package, how],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == (-signal.SIGKILL if how == "kill" else 0), done.stderr
    if how == "full":
        assert os.strerror(errno.EFBIG) in done.stdout
        assert "what was stored before still holds" in done.stdout
    assert path.read_bytes() == before
    # And the next attempt is not in the way of what the last one left.
    assert read(stored(tmp_path, roll_deg=1.0)).roll_deg == 1.0
    assert json.loads(path.read_text(encoding="utf-8"))["schema"] == "hipdrive/calibration/1"


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN", "1e999", "9" * 400, "9" * 5000])
@pytest.mark.parametrize("key", ["roll_deg", "px_per_m", "size_px"])
def test_a_number_that_no_camera_has_is_refused(key: str, number: str, tmp_path: Path) -> None:
    path = stored(tmp_path)
    whole = json.loads(path.read_text(encoding="utf-8"))
    del whole["crc32"]
    placed = {**whole, key: ["X", 480] if key == "size_px" else "X"}
    path.write_text(json.dumps(placed).replace('"X"', number), encoding="utf-8")
    with pytest.raises(CalibrationError, match="run hipdrive calibrate again") as caught:
        read(path)
    assert len(str(caught.value)) < 300 + len(str(path))


def test_the_service_may_read_what_root_stored_whatever_the_umask(tmp_path: Path) -> None:
    for umask in (0, 0o077, 0o777):
        before = os.umask(umask)
        try:
            path = stored(tmp_path)
        finally:
            os.umask(before)
        assert path.stat().st_mode & 0o777 == 0o644
