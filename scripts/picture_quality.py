"""From how dark and how blurred a picture on MoveNet's figures suffer: what *Align* warns of.

Clips of people and a drawn one are made darker, with a camera's noise left in, and less sharp; the
drawn one is exposed for longer too, so that its legs smear. Of each it prints what *Align* measures
(mean luminance, and how fine its detail is) beside what becomes of the figures.
usage: .venv-3.11/bin/python scripts/picture_quality.py [CLIP ...] [--frames N] [--out FILE.json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

import hipdrive
from hipdrive.camera.source import ClosedOnExit
from hipdrive.camera.video import VideoFile
from hipdrive.rendered.settings import RenderedSettings
from hipdrive.rendered.source import RenderedRunner
from hipdrive.types.fixed_point import ONE
from hipdrive.web.alignment import DETAIL_HEIGHT_PX, quality_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.camera.source import FrameSource
    from hipdrive.types.frame import Frame, RgbImage

LIGHTS = (0.5, 0.3, 0.2)
"""Factors of the values of a picture."""
NOISE_SD = 2.0
"""Of 255, of each value: what a camera adds, in light or without."""
BLURS_PX = (0.5, 0.75, 1.0)
"""SDs of a Gaussian, in pixels of a picture 240 px high."""
EXPOSURES_MS = (12.0, 24.0)
MESH = {
    "seconds": 5.0,
    "seed": 3,
    "runner": {"figure": "mesh", "thigh_ext_deg": 21.0},
    "treadmill": {"speed_mps": 3.0},
    "camera": {"fps": 30.0, "noise": 1.0},
}


@dataclass(frozen=True)
class Change:
    """What is done to every picture."""

    name: str = "as it is"
    light: float = 1.0
    blur_px: float = 0.0
    exposure_ms: float = 2.0

    def picture(self, image: RgbImage, chance: np.random.Generator) -> RgbImage:
        """The picture after it."""
        seen = image
        if self.blur_px:
            sd = self.blur_px * image.shape[0] / DETAIL_HEIGHT_PX
            seen = cv2.GaussianBlur(seen, (0, 0), sd).astype(np.uint8)
        if self.light != 1:
            noise = chance.normal(0, NOISE_SD, seen.shape)
            seen = np.clip(np.rint(seen * self.light + noise), 0, 255).astype(np.uint8)
        return seen


CHANGES = (
    Change(),
    *(Change(f"light {light}", light=light) for light in LIGHTS),
    *(Change(f"blur {blur} px", blur_px=blur) for blur in BLURS_PX),
)
LONGER = tuple(Change(f"exposed for {ms:g} ms", exposure_ms=ms) for ms in EXPOSURES_MS)


class Changed(ClosedOnExit):
    """The first frames of a source, each changed."""

    def __init__(self, source: FrameSource, change: Change, frames: int) -> None:
        self._source = source
        self._change = change
        self.name, self.warnings = source.name, source.warnings
        self.frame_count = frames
        self.luminance: list[float] = []
        self.fineness: list[float] = []

    def __iter__(self) -> Iterator[Frame]:
        chance = np.random.default_rng(19)
        for frame in islice(self._source, self.frame_count):
            image = self._change.picture(frame.image, chance)
            quality = quality_of(image)
            self.luminance.append(quality.luminance)
            self.fineness.append(quality.fineness)
            yield replace(frame, image=image)

    def close(self) -> None:
        """Close what the frames are from."""
        self._source.close()


def opened(clip: str, change: Change) -> FrameSource:
    """A clip, or the drawn runner exposed as long as asked."""
    if clip != "mesh":
        return VideoFile(Path(clip))
    camera = {**MESH["camera"], "exposure_ms": change.exposure_ms}  # type: ignore[dict-item]
    return RenderedRunner(RenderedSettings.model_validate({**MESH, "camera": camera}))


def measured(clip: str, change: Change, frames: int) -> dict[str, Any]:
    """What becomes of the figures."""
    scores = []
    with Changed(opened(clip, change), change, frames) as source:
        strides = []
        for values in hipdrive.stream(source):
            scores.append(values.pose.body_score / ONE)
            strides += [stride for stride in values.strides if stride.near]
    accepted = [stride.thigh_ext_deg for stride in strides if stride.accepted]
    return {
        "luminance": round(statistics.median(source.luminance), 1),
        "fineness": round(statistics.median(source.fineness), 3),
        "score": round(statistics.fmean(scores), 3),
        "strides": len(strides),
        "rejected": len(strides) - len(accepted),
        "mean_deg": round(statistics.fmean(accepted), 2) if accepted else None,
        "sd_deg": round(statistics.stdev(accepted), 2) if len(accepted) > 1 else None,
    }


def main() -> int:
    """Command line; what stands in the file already is not measured again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("clips", nargs="*", default=["mesh"], metavar="CLIP")
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--out", type=Path, help="keeps the figures, and has those of a run before")
    arguments = parser.parse_args()
    out: Path | None = arguments.out
    known = json.loads(out.read_text()) if out is not None and out.exists() else {}
    for clip in arguments.clips:
        for change in (*CHANGES, *(LONGER if clip == "mesh" else ())):
            name = f"{Path(clip).stem}, {change.name}"
            if name not in known:
                known[name] = measured(clip, change, arguments.frames)
                if out is not None:
                    out.write_text(json.dumps(known, indent=1))
            print(f"{name:32s} {known[name]}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
