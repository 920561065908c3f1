"""Recordings in slow motion, at their true speed: all times are divided by one factor."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from hipdrive.camera.source import ClosedOnExit
from hipdrive.camera.video_container import MOST_SLOW_MOTION
from hipdrive.errors import SourceError
from hipdrive.session.pose_source import PoseSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hipdrive.camera.source import FrameSource
    from hipdrive.health.degraded import DegradedParts
    from hipdrive.session.poses import PosesMeta
    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose


def factor_from(text: str) -> Fraction:
    """How many times slower than life a recording plays, from digits such as 8, 9.6 or 240/30.

    Raises:
        SourceError: it is no such number, or none from 1 to `MOST_SLOW_MOTION`.
    """
    form = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)(?:/(\d{1,6}(?:\.\d{1,6})?))?", text, re.ASCII)
    below = Fraction(form[2] or 1) if form else Fraction(0)
    factor = Fraction(form[1]) / below if form and below else Fraction(0)
    if not 1 <= factor <= MOST_SLOW_MOTION:
        raise SourceError(
            f"slow motion by {text[:30]!r} is not possible; give how many times slower than life "
            f"it plays, 1 to {MOST_SLOW_MOTION}, such as 8 for 240 frames a second played at 30"
        )
    return factor


def at_true_speed(source: FrameSource | PoseSource, factor: Fraction) -> FrameSource | PoseSource:
    """The source as it happened; closing it closes the source.

    Args:
        source: plays that many times slower than life.
        factor: 1 leaves the source as it is.
    """
    if factor == 1:
        return source
    return _Poses(source, factor) if isinstance(source, PoseSource) else _Frames(source, factor)


class _SlowMotion(ClosedOnExit):
    """What both kinds say of themselves."""

    def __init__(self, source: FrameSource | PoseSource, factor: Fraction) -> None:
        self._source = source
        self._factor = factor
        self.name = source.name
        self.frame_count = source.frame_count

    @property
    def warnings(self) -> list[str]:
        """The source's, and that its times are not those of the recording."""
        by = f"{float(self._factor):.4g}"
        return [
            f"taken as slow motion: times divided by {by} (--slow-motion 1 takes them as they are)",
            *self._source.warnings,
        ]

    def begin_session(self, parts: DegradedParts) -> None:
        """A session begins: `warnings` are about it from now on."""
        self._source.begin_session(parts)

    def close(self) -> None:
        """Close the source. Safe to call twice."""
        self._source.close()

    def _ns(self, slow_ns: int) -> int:
        return round(slow_ns / self._factor)


class _Frames(_SlowMotion):
    def __init__(self, source: FrameSource, factor: Fraction) -> None:
        super().__init__(source, factor)
        self._frames = source

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._frames:
            yield replace(frame, t_ns=self._ns(frame.t_ns))


class _Poses(_SlowMotion):
    def __init__(self, source: PoseSource, factor: Fraction) -> None:
        super().__init__(source, factor)
        self._poses = source

    @property
    def meta(self) -> PosesMeta:
        """What is known of the key points."""
        return self._poses.meta

    def __iter__(self) -> Iterator[Pose]:
        for pose in self._poses:
            foot = pose.foot
            if foot is not None:
                foot = foot._replace(elapsed_ns=self._ns(foot.elapsed_ns))
            yield replace(pose, t_ns=self._ns(pose.t_ns), foot=foot)
