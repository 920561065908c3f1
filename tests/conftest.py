"""What several folders use: the real model and the real clip, where they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# Properties are checked without a clock: a slow machine is no failure.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")


def pytest_addoption(parser: pytest.Parser) -> None:
    meaning = "of the long tests only every Nth, from the Kth on: others are made elsewhere"
    parser.addoption("--share", default="1/1", metavar="K/N", help=meaning)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    first, every = map(int, config.getoption("--share").split("/"))
    long = [item for item in items if item.get_closest_marker("long")]
    elsewhere = {id(item) for index, item in enumerate(long) if index % every != first - 1}
    config.hook.pytest_deselected(items=[item for item in items if id(item) in elsewhere])
    items[:] = [item for item in items if id(item) not in elsewhere]


REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
MODEL_FILE = "movenet_singlepose_lightning_int8.tflite"


if (SHARED / "models").is_dir():
    os.environ.setdefault("HIPDRIVE_MODELS", str(SHARED / "models"))
MODELS = os.environ.get("HIPDRIVE_MODELS")


@pytest.fixture(scope="session")
def model_file() -> Path:
    """MoveNet's file."""
    path = Path(MODELS) / MODEL_FILE if MODELS else None
    if path is None or not path.is_file():
        pytest.skip(f"{MODEL_FILE} is neither in $HIPDRIVE_MODELS nor in ../shared/models")
    return path


@pytest.fixture(scope="session")
def clip() -> Path:
    path = SHARED / "clips" / "male_side.mp4"
    if not path.is_file():
        pytest.skip("the clip male_side.mp4 is not in ../shared/clips")
    return path


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder and no configuration but the defaults."""
    for variable in ("HIPDRIVE_CONFIG", "STATE_DIRECTORY", "HIPDRIVE_MODELS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "hipdrive"


@pytest.fixture
def store_with_model(data_dir: Path, model_file: Path) -> Path:
    """The data folder with MoveNet in its store."""
    models = data_dir / "models"
    models.mkdir(parents=True)
    (models / MODEL_FILE).symlink_to(model_file)
    return data_dir


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; one for all, because playwright is started once in a process."""
    from support.browser import chromium

    yield from chromium()
