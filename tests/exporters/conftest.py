"""A recorded session of a runner of whom all is known, with a scale."""

from __future__ import annotations

import json
import math
import shutil
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.rendered.settings import RenderedSettings
from support.runner_file import key_points_of

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.rendered.settings import ViewSettings

SECONDS = 20


def px_per_m(view: ViewSettings) -> float:
    """Pixels for a metre in the middle of the treadmill: what a pinhole of that angle sees."""
    return view.height_px / 2 / (view.distance_m * math.tan(math.radians(view.lens_deg / 2)))


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("exports")
    hipdrive.analyze(key_points_of(base, SECONDS), session_dir=base / "session")
    path = base / "session" / "session.json"
    values = json.loads(path.read_text())
    camera = {"calibrated": True, "roll_taken_off_deg": 0.0, "strides": 30}
    values["camera"] = camera | {"px_per_m": px_per_m(RenderedSettings().camera)}
    path.write_text(json.dumps(values))
    return base / "session"


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    """The session, to be spoilt."""
    return shutil.copytree(recorded, tmp_path / "session")
