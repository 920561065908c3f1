from __future__ import annotations

import errno
import http.client
import io
import os
from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import ModelError
from hipdrive.pose import store as models
from hipdrive.pose.store import fetch
from support.pose.small_model import SPEC, WEIGHTS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A folder that has the model."""
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / SPEC.file).write_bytes(WEIGHTS)
    return folder


def full(_handle: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_fills_up_while_copying_is_told_and_leaves_nothing(
    tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match=r"store.*No space left on device"):
        fetch(SPEC, tmp_path / "store", weights, {})
    assert list((tmp_path / "store").iterdir()) == []


@pytest.mark.parametrize(
    "broken",
    [
        http.client.IncompleteRead(WEIGHTS[:100], len(WEIGHTS)),
        http.client.BadStatusLine("nonsense"),
        TimeoutError("the read operation timed out"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_server_that_stops_half_way_is_told_with_the_way_around_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Exception
) -> None:
    class FailingAnswer(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise broken
            return super().read(min(size or 1, 100))

    monkeypatch.setattr(models, "CHECKOUT", tmp_path / "nowhere" / "checkout")
    monkeypatch.setattr("urllib.request.urlopen", lambda _url, timeout: FailingAnswer(WEIGHTS))  # noqa: ARG005  # its name
    with pytest.raises(ModelError, match=r"small cannot be downloaded from .*--from FOLDER"):
        fetch(SPEC, tmp_path / "store", None, {})
    assert list((tmp_path / "store").iterdir()) == []


def test_the_file_is_there_for_every_user_of_the_machine(tmp_path: Path, weights: Path) -> None:
    fetch(SPEC, tmp_path / "store", weights, {})
    assert (tmp_path / "store" / SPEC.file).stat().st_mode & 0o777 == 0o644
