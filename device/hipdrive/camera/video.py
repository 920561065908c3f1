"""Frames of a video file, each with the time that the file gives it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hipdrive.camera.picture import as_shown
from hipdrive.camera.source import ClosedOnExit
from hipdrive.camera.video_container import (
    open_container,
    pixel_aspect,
    stated_slow_motion,
    video_stream,
)
from hipdrive.camera.video_frames import FrameCounts, decoded, timed
from hipdrive.errors import SourceError
from hipdrive.types.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from pathlib import Path

    from av import VideoFrame
    from av.container import InputContainer


class VideoFile(ClosedOnExit):
    """A recorded video.

    Frames carry the presentation timestamps of the file, to the nanosecond, and look as a player
    shows them: upright whichever way the phone was held, with square pixels, each field of an
    interlaced frame as a frame of its own. Each iteration starts at the beginning. What is damaged
    is stepped over and shows up in `warnings`.

    Args:
        path: the file.

    Raises:
        SourceError: there is no such file, or it is no video with times.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: InputContainer | None = None
        self._decoding = threading.Lock()
        with open_container(path) as container:
            stream = video_stream(container, path)
            pixel_aspect(stream, path)
            self._frame_count = stream.frames or None
            self._slow_motion = stated_slow_motion(container, stream)
        self._counts = FrameCounts()

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name

    @property
    def frame_count(self) -> int | None:
        """How many frames the file says it has; None when it does not say."""
        return self._frame_count

    @property
    def slow_motion(self) -> Fraction:
        """How many times slower than life the file plays, as far as it says so; 1 where not."""
        return self._slow_motion

    @property
    def warnings(self) -> list[str]:
        """What was left out of the last iteration so far, one sentence each."""
        return self._counts.warnings(self.name, self._frame_count)

    def __iter__(self) -> Iterator[Frame]:
        """Decode from the beginning.

        Yields:
            Frames with strictly increasing `t_ns`, counted from the origin of the file.

        Raises:
            SourceError: the file went away, or not one frame of it could be used.
        """
        self.close()
        container = self._container = open_container(self._path)
        counts = self._counts = FrameCounts()
        try:
            stream = video_stream(container, self._path)
            aspect = pixel_aspect(stream, self._path)
            pictures = timed(decoded(container, stream, counts), counts)
            while (found := self._next(container, pictures)) is not None:
                t_ns, picture = found
                yield Frame(t_ns, as_shown(picture, aspect))
            if self._container is not container:
                return
        finally:
            container.close()
        if not counts.used:
            raise SourceError(
                f"{self._path}: not one frame could be used; {_reasons(self.warnings)}"
            )

    def _next(
        self, container: InputContainer, pictures: Iterator[tuple[int, VideoFrame]]
    ) -> tuple[int, VideoFrame] | None:
        """The next picture and its time; None after the last, or when the file was closed."""
        with self._decoding:
            return next(pictures, None) if self._container is container else None

    def close(self) -> None:
        """Close the file; a running iteration ends. Safe to call twice, and from any thread."""
        # FFmpeg does not survive a file that is closed while a picture is taken from it.
        with self._decoding:
            if self._container is not None:
                self._container.close()
                self._container = None


def _reasons(warnings: list[str]) -> str:
    return "; ".join(warnings) or "the file has none; record it again"
