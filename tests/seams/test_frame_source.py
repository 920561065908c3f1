"""A source of frames from outside: a camera of another kind is one class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
import pytest

import hipdrive
from hipdrive.cli import main
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS, FPS = 3, 20
STAND_IN = "stand-in-rendered-int8"
"""Comes with hipdrive, so that nothing is downloaded; it knows rendered runners only."""


class OtherCamera:
    """A camera that fills the same memory again and again."""

    name = "other camera"
    frame_count = None

    def __init__(self) -> None:
        camera = {"fps": FPS}
        settings = RenderedSettings.model_validate({"seconds": SECONDS, "camera": camera})
        self._pictures = RenderedRunner(settings)
        self.image = np.zeros((480, 640, 3), np.uint8)
        self.sessions = self.closed = 0

    @property
    def warnings(self) -> list[str]:
        return ["the lens is dusty"]

    def __iter__(self) -> Iterator[hipdrive.Frame]:
        for frame in self._pictures:
            self.image[:] = frame.image
            yield hipdrive.Frame(frame.t_ns, self.image)

    def begin_session(self, _parts: object) -> None:
        self.sessions += 1

    def close(self) -> None:
        self.closed += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def test_a_camera_from_outside_is_coached_from_and_its_pictures_can_be_seen() -> None:
    with OtherCamera() as camera:
        source: hipdrive.FrameSource = camera
        seen = 0
        for values in hipdrive.stream(source, model=STAND_IN):
            assert values.frame is not None
            assert values.frame.image is camera.image
            seen += values.runner_seen
        assert camera.closed == 0, "who opens it closes it"
    assert camera.sessions == 1
    assert seen > SECONDS * FPS * 9 // 10


@pytest.mark.usefixtures("data_dir")
def test_run_coaches_before_a_kind_of_camera_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hipdrive.CAMERAS, "other", lambda _config, _should_stop: OtherCamera())
    config, session = tmp_path / "hipdrive.toml", tmp_path / "session"
    config.write_text(f'[camera]\nkind = "other"\n[pose]\nmodel = "{STAND_IN}"\n')
    command = ["run", "--simulate-panel", "--allow-stand-in", "--config", str(config)]
    assert main([*command, "--session-dir", str(session)]) == 0
    summary = hipdrive.Session.open(session).summary
    assert summary is not None
    assert summary.source == "other camera"
    assert summary.frames == SECONDS * FPS


@pytest.mark.usefixtures("data_dir")
def test_an_unknown_kind_of_camera_is_a_matter_of_the_configuration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "hipdrive.toml"
    config.write_text('[camera]\nkind = "webcam"\n')
    assert main(["run", "--simulate-panel", "--config", str(config)]) == 2
    assert "camera.kind = 'webcam'" in capsys.readouterr().err


def test_what_a_camera_warns_of_is_in_the_summary() -> None:
    summary = hipdrive.analyze(OtherCamera(), model=STAND_IN).summary
    assert summary.source == "other camera"
    assert summary.frames == SECONDS * FPS
    assert "the lens is dusty" in summary.warnings
