"""One replay of the real clip, which many tests look at, and videos made for the occasion."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from conftest import MODEL_FILE
from hipdrive.cli import main
from support.recorded_session import RecordedSession

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def clip_session(
    clip: Path, model_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> RecordedSession:
    """The clip through `hipdrive replay`, with MoveNet."""
    home = tmp_path_factory.mktemp("clip")
    models = home / "hipdrive" / "models"
    models.mkdir(parents=True)
    (models / MODEL_FILE).symlink_to(model_file)
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(home)
    try:
        assert main(["replay", str(clip), "--session-dir", str(home / "session")]) == 0
    finally:
        if before is None:
            del os.environ["XDG_DATA_HOME"]
        else:
            os.environ["XDG_DATA_HOME"] = before
    return RecordedSession(home / "session")


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[[int], Path]:
    """Makes a video of so many frames in which nobody is: a gradient that drifts."""

    def make(frames: int) -> Path:
        path = tmp_path / "empty.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("mpeg4", rate=30)
            stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
            columns = np.arange(320, dtype=np.uint8)
            for index in range(frames):
                image = np.repeat(np.roll(columns, index)[None, :, None], 240, axis=0)
                frame = av.VideoFrame.from_ndarray(np.repeat(image, 3, axis=2), format="rgb24")
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        return path

    return make
