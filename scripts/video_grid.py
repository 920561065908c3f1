"""Measure one rendered runner in every encoding; `scripts/video_grid` sets it up."""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import av

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import hipdrive
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner
from support.camera.encodings import ENCODINGS, Encoding, write

if TYPE_CHECKING:
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame import RgbImage

APART_DEG = 0.5
PLAIN = Encoding("plain: H.264 in MP4, 60 a second", options={"crf": "10"})


def main() -> int:
    """Print a row for each encoding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="movenet-lightning-int8")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--only", nargs="+", default=[""], help="encodings with a word in the name")
    arguments = parser.parse_args()
    plain = measured(PLAIN, arguments)
    print(row(PLAIN, plain, plain))
    apart = 0
    for encoding in ENCODINGS:
        if not any(word in encoding.name for word in arguments.only):
            continue
        if encoding.codec not in av.codecs_available:
            print(f"{encoding.name:32} no encoder {encoding.codec} here")
            continue
        summary = measured(encoding, arguments)
        print(row(encoding, summary, plain), flush=True)
        mean, sound = summary.thigh_ext_deg.mean, plain.thigh_ext_deg.mean
        apart += mean is None or sound is None or abs(mean - sound) > APART_DEG
    return 1 if apart else 0


def measured(encoding: Encoding, arguments: argparse.Namespace) -> SessionSummary:
    """What hipdrive says of the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), runner(encoding.fps, arguments.seconds), encoding)
        return hipdrive.analyze(path, model=arguments.model).summary


@cache
def runner(fps: int, seconds: float) -> list[RgbImage]:
    """Pictures of the same run at another rate."""
    settings = RenderedSettings.model_validate({"seconds": seconds, "camera": {"fps": fps}})
    return [frame.image.copy() for frame in RenderedRunner(settings)]


def row(encoding: Encoding, summary: SessionSummary, plain: SessionSummary) -> str:
    """A line of the table."""
    mean, sound, sd = summary.thigh_ext_deg.mean, plain.thigh_ext_deg.mean, summary.thigh_ext_deg.sd
    if mean is None or sound is None:
        return f"{encoding.name:32} {summary.verdict}: {summary.statement}"
    return (
        f"{encoding.name:32} {mean:5.1f}° {mean - sound:+5.2f}°  SD {sd or 0:.1f}°  "
        f"{summary.cadence_spm:6.1f} spm  {summary.strides} strides, {summary.rejected_strides} "
        f"rejected  {summary.frames} frames  {' '.join(summary.warnings)}"
    )


if __name__ == "__main__":
    sys.exit(main())
