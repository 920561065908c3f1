"""The scripts in `examples/`, each run as a reader would."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import REPOSITORY
from support.runner_file import key_points_of

if TYPE_CHECKING:
    from pathlib import Path


def printed(script: str, *arguments: str) -> list[str]:
    command = [sys.executable, str(REPOSITORY / "examples" / script), *arguments]
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY / "device"), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_example_is_run_here() -> None:
    scripts = {path.name for path in (REPOSITORY / "examples").glob("*.py")}
    assert scripts == {"analyze_recording.py", "stream_live_values.py", "own_sink.py"}


def test_analyze_recording_prints_the_strides_and_their_mean(tmp_path: Path) -> None:
    *strides, last = printed("analyze_recording.py", key_points_of(tmp_path))
    assert len(strides) > 10
    assert last.startswith(f"{len(strides)} strides, thigh extension 2")


def test_stream_live_values_prints_strides_and_cues_and_stops(tmp_path: Path) -> None:
    lines = printed("stream_live_values.py", key_points_of(tmp_path), "5")
    assert any(line.endswith("°") for line in lines)
    assert any(line.endswith("led_baseline") for line in lines)
    assert all(float(line.split()[0]) <= 5 for line in lines)


def test_own_sink_prints_its_counts(tmp_path: Path) -> None:
    source = key_points_of(tmp_path)
    lines = printed("own_sink.py", source)
    assert lines[0] == f"{source}: running"
    assert int(lines[1].split()[0]) > 20
    assert lines[1].endswith("accepted")
