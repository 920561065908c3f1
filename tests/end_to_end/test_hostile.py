"""Names, terminals, rates and configurations that try the edges."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from hipdrive.cli import main
from hipdrive.session.poses import PosesMeta, PosesSpool
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("data_dir")


def recording(path: Path, seconds: float = 15.0, speed: float = 1.0) -> Path:
    """Key points of a runner made of geometry, played at some speed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    spool = PosesSpool(path.parent / "spool", PosesMeta("walker", None, None))
    for pose in Walker().poses(frame_times(30, seconds)):
        spool.add(replace(pose, t_ns=round(pose.t_ns / speed)))
    spool.pack(path)
    return path


@pytest.mark.parametrize("name", ["[/]", "[red]x[/red]", "two words", "é\x1b[2J", "new\nline"])
def test_names_are_shown_as_they_are(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    poses = recording(tmp_path / "in" / f"{name}.npz")
    session = tmp_path / name
    assert main(["replay", str(poses), "--session-dir", str(session)]) == 0
    printed = capfd.readouterr().out
    assert "\x1b[2J" not in printed.split("session folder")[0]
    shown = "".join(c if c.isprintable() else "?" for c in poses.name)
    assert shown in printed


def test_a_terminal_without_the_degree_sign_gets_its_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    poses = recording(tmp_path / "poses.npz")
    assert main(["replay", str(poses), "--session-dir", str(tmp_path / "s")]) == 0
    sys.stdout.flush()
    assert b"steps/min" in raw.getvalue()


def test_output_that_nobody_takes_is_one_line_and_not_a_trace(tmp_path: Path) -> None:
    poses = recording(tmp_path / "poses.npz")
    command = [sys.executable, "-m", "hipdrive", "replay", str(poses), "--session-dir"]
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123  # a device
        answer = subprocess.run(
            [*command, str(tmp_path / "s")],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "device")},
        )
    assert "Traceback" not in answer.stderr
    assert (tmp_path / "s" / "session.json").is_file()


def test_a_pipe_is_no_video(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main(["replay", str(tmp_path / "pipe")]) == 1
    assert "is not a file" in capfd.readouterr().err


@pytest.mark.parametrize(
    "rate", ["0", "-30", "nan", "1e-300", "1e99999999", "1/0", "", "9" * 400, "1001"]
)
def test_a_rate_that_is_none_is_refused(rate: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["replay", "frames", f"--fps={rate}"])
    assert leaving.value.code == 2
    assert "is no rate" in capfd.readouterr().err


def test_a_rate_for_a_recording_that_has_times_is_refused(
    tmp_path: Path, make_video: Callable[[int], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    for source in (make_video(3), recording(tmp_path / "poses.npz", 1.0)):
        assert main(["replay", str(source), "--fps", "60"]) == 1
        assert "leave --fps out" in capfd.readouterr().err


def test_a_configuration_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    config = tmp_path / "notepad.toml"
    config.write_bytes(b"\xef\xbb\xbf[coach]\r\nraise_deg = 1.5\r\n")
    poses = recording(tmp_path / "poses.npz")
    arguments = ["--config", str(config), "--session-dir", str(tmp_path / "s")]
    assert main(["replay", str(poses), *arguments]) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('data_dir = "~nobody-of-that-name/x"', "data_dir"),
        ('data_dir = "a\\u0000b"', "data_dir"),
        ('[hub]\npassword_file = "~nobody-of-that-name/x"', "hub.password_file"),
        ("x = " + "[" * 5000, "not valid TOML"),
        ("x = " + "9" * 6000, "not valid TOML"),
    ],
    ids=["unknown user", "NUL", "password", "nesting", "digits"],
)
def test_a_configuration_that_cannot_be_is_one_line(
    tmp_path: Path, text: str, expected: str, capfd: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "c.toml"
    config.write_text(text)
    assert main(["replay", "any", "--config", str(config)]) == 2
    assert expected in capfd.readouterr().err


@pytest.mark.parametrize("speed", [0.25, 2.0], ids=["slow motion", "twice the speed"])
def test_a_recording_at_the_wrong_speed_gives_no_cadence_and_says_so(
    tmp_path: Path, speed: float, capfd: pytest.CaptureFixture[str]
) -> None:
    poses = recording(tmp_path / "poses.npz", 20.0, speed)
    assert main(["replay", str(poses), "--session-dir", str(tmp_path / "s")]) == 3
    assert "not running" in capfd.readouterr().err
    summary = json.loads((tmp_path / "s" / "session.json").read_text())
    assert summary["verdict"] == "not_running"
    assert summary["strides"] == 0
    assert summary["cadence_spm"] is None


def test_a_wrong_facing_is_warned_of(tmp_path: Path) -> None:
    poses = recording(tmp_path / "poses.npz", 30.0)
    session = tmp_path / "s"
    main(["replay", str(poses), "--facing", "left", "--session-dir", str(session)])
    summary = json.loads((session / "session.json").read_text())
    assert summary["rejections"]["facing"] > 20
    assert summary["cadence_spm"] is None
    assert any("--facing" in warning for warning in summary["warnings"])


def test_few_frames_a_second_are_warned_of(tmp_path: Path) -> None:
    spool = PosesSpool(tmp_path / "spool", PosesMeta("walker", None, None))
    for pose in Walker().poses(frame_times(14, 15.0)):
        spool.add(pose)
    spool.pack(tmp_path / "poses.npz")
    main(["replay", str(tmp_path / "poses.npz"), "--session-dir", str(tmp_path / "s")])
    summary = json.loads((tmp_path / "s" / "session.json").read_text())
    assert any("about 14 frames a second" in warning for warning in summary["warnings"])


@pytest.mark.long
def test_what_a_power_cut_leaves_can_be_replayed(tmp_path: Path) -> None:
    session = tmp_path / "session"
    poses = recording(tmp_path / "poses.npz", 600.0)
    command = [sys.executable, "-m", "hipdrive", "replay", "--realtime", str(poses)]
    with subprocess.Popen(
        [*command, "--session-dir", str(session)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "device")},
        stderr=subprocess.DEVNULL,
    ) as process:
        strides = session / "strides.csv"
        # Until strides are on the disk: the header and six of either leg.
        while not strides.exists() or strides.read_bytes().count(b"\n") < 7:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    assert not (session / "session.json").exists()
    assert main(["replay", str(session), "--session-dir", str(tmp_path / "saved")]) == 0
    summary = json.loads((tmp_path / "saved" / "session.json").read_text())
    assert summary["strides"] >= 1
    assert any("was cut off" in warning for warning in summary["warnings"])
