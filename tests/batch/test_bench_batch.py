"""The bench of batches prints what it says it does."""

from __future__ import annotations

import json
import runpy
import sys
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY
from support import films

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.long
@pytest.mark.usefixtures("store_with_model")
def test_the_bench_prints_one_json_line_with_the_ratio(
    tmp_path: Path,
    model_file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    video = films.written(tmp_path / "run.mp4", films.runner(1.0))
    monkeypatch.setenv("HIPDRIVE_MODELS", str(model_file.parent))
    options = ["--recordings", "2", "--rounds", "1"]
    monkeypatch.setattr(sys, "argv", ["bench_batch", str(video), *options])
    runpy.run_path(str(REPOSITORY / "scripts" / "bench_batch.py"), run_name="__main__")
    figures = json.loads(capsys.readouterr().out)
    (one,), (two,) = figures["seconds of 1"], figures["seconds of 2"]
    assert figures["median"] == pytest.approx(one / two, rel=0.02)
