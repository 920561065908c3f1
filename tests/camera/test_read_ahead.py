from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.camera.read_ahead import DEPTH, ReadAhead
from hipdrive.camera.source import ClosedOnExit
from hipdrive.errors import SourceError
from hipdrive.types.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator


class Numbered(ClosedOnExit):
    """Frames whose every pixel is their number, all in the same memory, as sources may do."""

    name = "numbered"
    frame_count = 40
    warnings: list[str] = []  # noqa: RUF012  # as the protocol has it

    def __init__(self, fails_at: int | None = None) -> None:
        self.made = 0
        self.closed = False
        self.enough = threading.Event()
        self._fails_at = fails_at

    def __iter__(self) -> Iterator[Frame]:
        image = np.zeros((4, 6, 3), np.uint8)
        for number in range(self.frame_count):
            if number == self._fails_at:
                raise SourceError("torn")
            image[:] = number
            self.made += 1
            if self.made == DEPTH + 1:
                self.enough.set()
            yield Frame(number, image)

    def close(self) -> None:
        self.closed = True


def test_every_frame_comes_once_in_order_and_stays_as_it_was() -> None:
    with ReadAhead(Numbered()) as ahead:
        seen = [(frame.t_ns, int(frame.image.min()), int(frame.image.max())) for frame in ahead]
    assert seen == [(number, number, number) for number in range(40)]


def test_frames_are_made_before_they_are_asked_for_but_only_a_few() -> None:
    source = Numbered()
    with ReadAhead(source) as ahead:
        frames = iter(ahead)
        first = next(frames)
        assert source.enough.wait(60)
        # What is looked at is not drawn over meanwhile.
        assert (first.image == 0).all()
        assert source.made <= DEPTH + 3


def test_an_error_reaches_whoever_iterates() -> None:
    with ReadAhead(Numbered(fails_at=3)) as ahead:
        frames = iter(ahead)
        assert [next(frames).t_ns for _ in range(3)] == [0, 1, 2]
        with pytest.raises(SourceError, match="torn"):
            next(frames)


def test_closing_in_the_middle_ends_the_thread_and_closes_the_source() -> None:
    source = Numbered()
    ahead = ReadAhead(source)
    next(iter(ahead))
    ahead.close()
    ahead.close()
    assert source.closed
    assert "ahead" not in {thread.name for thread in threading.enumerate()}


def test_it_tells_what_the_source_tells() -> None:
    with ReadAhead(Numbered()) as ahead:
        assert (ahead.name, ahead.frame_count, ahead.warnings) == ("numbered", 40, [])
