"""Another kind of camera: one class, and one line that registers it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hipdrive.camera.kinds import CAMERAS, open_camera
from hipdrive.camera.source import ClosedOnExit
from hipdrive.cli import main
from hipdrive.config import CameraConfig
from hipdrive.errors import ConfigError
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hipdrive.types.frame import Frame

FPS, FRAMES = 30, 60


class DrawnCamera(ClosedOnExit):
    """A camera before which somebody runs who is drawn; it is unplugged after two seconds."""

    frame_count = None

    def __init__(self, config: CameraConfig, stopped: Callable[[], bool]) -> None:
        self.name = f"drawn at {config.fps} fps"
        self.warnings = ["the light flickers"]
        self.closed = False
        self._stopped = stopped
        camera = {"fps": config.fps}
        settings = RenderedSettings.model_validate({"seconds": FRAMES / FPS, "camera": camera})
        self._runner = RenderedRunner(settings)

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._runner:
            if self._stopped():
                return
            yield frame

    def close(self) -> None:
        self.closed = True
        self._runner.close()


def test_a_session_is_run_with_it(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def opens(config: CameraConfig, stopped: Callable[[], bool]) -> DrawnCamera:
        opened.append(DrawnCamera(config, stopped))
        return opened[-1]

    monkeypatch.setitem(CAMERAS, "drawn", opens)
    config, folder = tmp_path / "my.toml", data_dir / "session"
    tables = f"[camera]\nkind = 'drawn'\nfps = {FPS}\n[pose]\nmodel = 'stand-in-rendered-int8'\n"
    config.write_text(tables, encoding="utf-8")
    options = ["--config", str(config), "--session-dir", str(folder)]
    assert main(["run", "--simulate-panel", "--allow-stand-in", *options]) == 0
    summary = json.loads((folder / "session.json").read_text(encoding="utf-8"))
    assert summary["source"] == "drawn at 30 fps"
    assert summary["frames"] == FRAMES
    assert "the light flickers" in summary["warnings"]
    assert [camera.closed for camera in opened] == [True]


def test_a_kind_that_nobody_registered_is_named_with_those_that_are_known() -> None:
    with pytest.raises(ConfigError, match=r"camera\.kind = 'kinect': .* known: pi"):
        open_camera(CameraConfig(kind="kinect"), lambda: False)
