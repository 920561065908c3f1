"""What cannot be replayed is refused in one clear line, and leaves no half truth behind."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from conftest import MODEL_FILE
from hipdrive.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def error_message(capfd: pytest.CaptureFixture[str]) -> str:
    return capfd.readouterr().err


@pytest.mark.usefixtures("data_dir")
def test_a_missing_file_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path / "nothing.mp4")]) == 1
    assert "nothing.mp4" in (message := error_message(capfd))
    assert message.count("\n") == 1


@pytest.mark.usefixtures("data_dir")
def test_a_file_that_is_no_video_is_named(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "letter.mp4"
    text.write_text("Dear runner,\n" * 100)
    assert main(["replay", str(text)]) == 1
    assert "letter.mp4" in (message := error_message(capfd))
    assert "video" in message


@pytest.mark.long
@pytest.mark.usefixtures("store_with_model")
def test_a_truncated_video_is_replayed_as_far_as_it_goes(
    clip: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.mp4"
    whole = with_its_index_first(clip, tmp_path / "whole.mp4").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    assert main(["replay", str(cut), "--session-dir", str(tmp_path / "session")]) == 0
    summary = json.loads((tmp_path / "session" / "session.json").read_text())
    assert 60 < summary["frames"] < 300
    assert summary["strides"] > 3
    assert any("of 360 frames could be read" in warning for warning in summary["warnings"])
    assert "of 360 frames could be read" in capfd.readouterr().out.replace("\n", " ")


@pytest.mark.usefixtures("data_dir")
def test_a_video_cut_off_before_its_index_is_refused(
    make_video: Callable[[int], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    video = make_video(30)
    whole = video.read_bytes()
    assert whole.find(b"mdat") < whole.find(b"moov"), "this one has its index at the end"
    video.write_bytes(whole[: len(whole) // 2])
    assert main(["replay", str(video)]) == 1
    assert "cut off before its index was written" in error_message(capfd)


def with_its_index_first(video: Path, copy: Path) -> Path:
    """The same pictures in a file that can be read from its beginning."""
    with (
        av.open(str(video)) as source,
        av.open(str(copy), "w", options={"movflags": "faststart"}) as target,
    ):
        stream = source.streams.video[0]
        mapped = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is not None:
                packet.stream = mapped
                target.mux(packet)
    return copy


@pytest.mark.usefixtures("store_with_model")
def test_a_video_without_a_person_ends_with_exit_code_3(
    make_video: Callable[[int], Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    session = tmp_path / "session"
    assert main(["replay", str(make_video(45)), "--session-dir", str(session)]) == 3
    assert "no runner seen" in error_message(capfd)
    summary = json.loads((session / "session.json").read_text())
    assert summary["strides"] == 0
    assert summary["frames_without_runner"] == summary["frames"] == 45
    assert summary["cadence_spm"] is None
    assert summary["thigh_ext_deg"]["mean"] is None
    assert (session / "strides.csv").read_text().count("\n") == 1


@pytest.mark.usefixtures("data_dir")
def test_frames_out_of_order_are_refused_with_the_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "frames"
    folder.mkdir()
    rows = ["file,t_ns"]
    for index, t_ns in enumerate((0, 40_000_000, 20_000_000)):
        name = f"{index}.png"
        cv2.imwrite(str(folder / name), np.zeros((48, 64, 3), np.uint8))
        rows.append(f"{name},{t_ns}")
    (folder / "timestamps.csv").write_text("\n".join(rows) + "\n")
    assert main(["replay", str(folder)]) == 1
    message = error_message(capfd)
    assert "timestamps.csv" in message
    assert "4" in message, "the header is line 1, so the third frame is on line 4"


@pytest.mark.usefixtures("data_dir")
def test_a_model_that_is_not_movenet_is_refused(
    data_dir: Path, make_video: Callable[[int], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    models = data_dir / "models"
    models.mkdir(parents=True)
    (models / MODEL_FILE).write_bytes(os.urandom(2_894_840))
    assert main(["replay", str(make_video(3))]) == 1
    message = error_message(capfd)
    assert "SHA-256" in message
    assert "hipdrive models fetch" in message
    assert not (data_dir / "sessions").exists()


@pytest.mark.usefixtures("data_dir")
def test_without_a_model_it_says_how_to_get_one(
    make_video: Callable[[int], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(make_video(3))]) == 1
    assert "hipdrive models fetch" in error_message(capfd)


@pytest.mark.usefixtures("data_dir")
def test_five_mistakes_in_the_configuration_are_named_at_once(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "wrong.toml"
    config.write_text(
        "[camera]\nfps = 500\n[gait]\nfacing = 'up'\nfilter_hzz = 6\n"
        "[coach]\nraise_deg = 'a lot'\n[cues.buzzer]\npin = 99\n"
    )
    assert main(["replay", "any.mp4", "--config", str(config)]) == 2
    message = error_message(capfd)
    assert "5 problems" in message
    for line in (
        "camera.fps = 500: must be a whole number from 15 to 120",
        "gait.facing = 'up': allowed: 'auto', 'left' or 'right'",
        "gait.filter_hzz: unknown key; did you mean filter_hz?",
        "coach.raise_deg = 'a lot': must be a number from 0 to 3",
        "cues.buzzer.pin = 99: must be a whole number from 2 to 27",
    ):
        assert line in message


@pytest.mark.usefixtures("data_dir")
def test_a_session_folder_in_use_is_refused(
    tmp_path: Path, make_video: Callable[[int], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "session.json").write_text("{}")
    assert main(["replay", str(make_video(3)), "--session-dir", str(tmp_path / "old")]) == 1
    error_message(capfd)
    assert (tmp_path / "old" / "session.json").read_text() == "{}"
