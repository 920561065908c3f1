"""A rendered runner's TOML file, and what names a source made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FPS = 30
CADENCE_SPM = 170


def key_points_of(folder: Path, seconds: float = 12.0) -> str:
    """The name of a source of true key points: so many seconds of a runner, 30 frames a second."""
    file = folder / "runner.toml"
    file.write_text(f"seconds = {seconds}\n[runner]\ncadence_spm = {CADENCE_SPM}\n")
    return f"keypoints:{file}"
