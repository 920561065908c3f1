"""`hipdrive calibrate`, and that sessions use what it stored."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive import app
from hipdrive.cli import main
from hipdrive.geometry.calibration_file import SCHEMA, store
from hipdrive.session.poses import PosesMeta, PosesSpool
from hipdrive.session.summary import PoseInfo
from support.camera.fake_picamera2 import Rig
from support.camera.fake_request import Shot
from support.geometry.rendered_camera import poses_of, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

ROLL_DEG = 5.0


def recorded(folder: Path, seconds: float, **camera: float) -> Path:
    """A recording of true key points."""
    folder.mkdir(exist_ok=True)
    spool = PosesSpool(folder / ".poses.partial", PosesMeta("known", None, None))
    for pose in poses_of(settings(seconds, camera=camera)):
        spool.add(pose)
    spool.pack(folder / "poses.npz")
    return folder / "poses.npz"


def written(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values


def summary_of(folder: Path) -> dict[str, Any]:
    return written(folder / "session.json")


def test_it_shows_and_stores_how_the_camera_hangs(
    tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poses = recorded(tmp_path / "poses", 25, roll_deg=ROLL_DEG)
    assert main(["calibrate", str(poses), "--height-m", "1.75"]) == 0
    values = written(data_dir / "calibration.json")
    assert values["schema"] == "hipdrive/calibration/1"
    assert values["roll_deg"] == pytest.approx(ROLL_DEG, abs=0.7)
    assert values["belt_mps"] == pytest.approx(3.0, rel=0.03)
    assert (values["facing"], values["near_leg"]) == ("right", "right")
    assert values["size_px"] is None
    shown = capsys.readouterr().out
    for words in ("right", f"{values['roll_deg']:+.1f}°", "px/m", "m/s", "0 %", "strides"):
        assert words in shown


@pytest.mark.long
def test_a_replay_takes_the_stored_roll_off(tmp_path: Path, data_dir: Path) -> None:
    level = recorded(tmp_path / "level", 25)
    rolled = recorded(tmp_path / "rolled", 25, roll_deg=ROLL_DEG)
    assert main(["calibrate", str(rolled)]) == 0
    file = str(data_dir / "calibration.json")
    for name, options in (
        ("as it was", [str(level)]),
        ("left on", [str(rolled)]),
        ("taken off", [str(rolled), "--calibration", file]),
    ):
        assert main(["replay", *options, "--session-dir", str(tmp_path / name)]) == 0
    mean = {
        name: summary_of(tmp_path / name)["thigh_ext_deg"]["mean"]
        for name in ("as it was", "left on", "taken off")
    }
    assert mean["left on"] == pytest.approx(mean["as it was"] - ROLL_DEG, abs=0.2)
    assert mean["taken off"] == pytest.approx(mean["as it was"], abs=0.8)
    assert any("hangs" in w for w in summary_of(tmp_path / "left on")["warnings"])
    assert summary_of(tmp_path / "taken off")["warnings"] == []
    assert summary_of(tmp_path / "taken off")["camera"]["calibrated"] is True


def test_too_few_strides_store_nothing_and_say_why(
    tmp_path: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {"roll_deg": 1.0, "px_per_m": None, "size_px": None}
    store(data_dir / "calibration.json", before)
    kept = (data_dir / "calibration.json").read_bytes()
    assert main(["calibrate", str(recorded(tmp_path / "short", 5))]) == 1
    message = capsys.readouterr().err
    assert "10 are needed" in message
    assert "Nothing is stored" in message
    assert (data_dir / "calibration.json").read_bytes() == kept


@pytest.mark.usefixtures("data_dir")
def test_yaw_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    poses = recorded(tmp_path / "poses", 20, yaw_deg=15.0)
    assert main(["calibrate", str(poses), "--out", str(tmp_path / "c.json")]) == 0
    assert "warning: the camera looks about" in capsys.readouterr().out


@pytest.mark.usefixtures("data_dir")
def test_an_incline_from_the_command_line_is_taken_off(tmp_path: Path) -> None:
    poses = recorded(tmp_path / "poses", 20)
    rolls = []
    for percent in ("0", "5"):
        out = tmp_path / f"{percent}.json"
        assert main(["calibrate", str(poses), "--incline-percent", percent, "--out", str(out)]) == 0
        rolls.append(written(out)["roll_deg"])
    # 5 % are 2.86 degrees.
    assert rolls[0] - rolls[1] == pytest.approx(2.86, abs=0.02)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--height-m", "175"], "height_m = 175.0: must be a number from 0 to 2.5"),
        (["--incline-percent", "nan"], "incline_percent = nan: must be a number"),
    ],
)
@pytest.mark.usefixtures("data_dir")
def test_options_that_cannot_be_are_refused(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["calibrate", "rendered:", *options]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.usefixtures("data_dir")
def test_a_named_calibration_that_is_none_stops_the_replay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    poses = recorded(tmp_path / "poses", 5)
    (tmp_path / "c.json").write_text("{", encoding="utf-8")
    options = ["--calibration", str(tmp_path / "c.json"), "--session-dir", str(tmp_path / "s")]
    assert main(["replay", str(poses), *options]) == 1
    assert "is not a calibration" in capsys.readouterr().err
    assert not (tmp_path / "s").exists()


@pytest.mark.long
def test_movenet_finds_the_roll_of_a_drawn_runner_and_it_is_not_stored_as_the_camera_s(
    store_with_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A degree and a half is what a warning leaves room for; docs/accuracy.md has the figures."""
    runner = tmp_path / "anna.toml"
    runner.write_text("seconds = 20\n[camera]\nroll_deg = 4.0\nfps = 30.0\n", encoding="utf-8")
    assert main(["calibrate", f"rendered:{runner}", "--height-m", "1.75"]) == 0
    assert "not stored" in capsys.readouterr().out
    assert not (store_with_model / "calibration.json").exists()
    out = tmp_path / "c.json"
    assert main(["calibrate", f"rendered:{runner}", "--height-m", "1.75", "--out", str(out)]) == 0
    values = written(out)
    assert values["roll_deg"] == pytest.approx(4, abs=1.5)
    assert values["belt_mps"] == pytest.approx(3, rel=0.05)
    assert values["size_px"] == [640, 480]


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> Iterator[Rig]:
    """A Pi whose camera hangs, and a model that knows the runner before it."""
    poses = {pose.t_ns: pose for pose in poses_of(settings(40.0, camera={"roll_deg": ROLL_DEG}))}
    rig = Rig()
    rig.add([Shot(t_ns) for t_ns in poses])
    monkeypatch.setitem(sys.modules, "picamera2", rig.module)

    def see(frame: Frame) -> Pose:
        return poses[frame.t_ns]

    monkeypatch.setattr(app, "estimator", lambda *_: (see, PoseInfo("known", "0", "none")))
    data_dir.mkdir(parents=True)
    yield rig
    rig.end()


def test_before_the_camera_it_ends_by_itself_and_run_uses_what_it_stored(
    rig: Rig, data_dir: Path, tmp_path: Path
) -> None:
    assert main(["calibrate"]) == 0
    assert rig.held == 0
    values = written(data_dir / "calibration.json")
    assert 28 <= values["strides"] <= 30
    assert values["size_px"] == [640, 480]
    assert values["roll_deg"] == pytest.approx(ROLL_DEG, abs=0.7)
    camera = session(tmp_path)["camera"]
    assert camera["calibrated"] is True
    assert camera["roll_taken_off_deg"] == values["roll_deg"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not a calibration"),
        (
            json.dumps({"schema": SCHEMA, "roll_deg": 5, "px_per_m": None, "size_px": [480, 640]}),
            "made with a picture of 480 x 640, and it is 640 x 480 now",
        ),
    ],
)
@pytest.mark.usefixtures("rig")
def test_run_goes_on_without_a_calibration_that_does_not_fit_and_says_so(
    text: str, words: str, data_dir: Path, tmp_path: Path
) -> None:
    (data_dir / "calibration.json").write_text(text, encoding="utf-8")
    summary = session(tmp_path)
    assert summary["camera"]["calibrated"] is False
    assert words in summary["warnings"][0]
    assert summary["warnings"][0].startswith("not calibrated: ")


def session(tmp_path: Path) -> dict[str, Any]:
    """A session that ends when the camera has no more frames."""
    main(["run", "--simulate-panel", "--session-dir", str(tmp_path / "session")])
    return summary_of(tmp_path / "session")
