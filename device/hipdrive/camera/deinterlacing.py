"""Interlaced frames: two half pictures, taken one after the other, become two pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import VideoFrame
    from av.filter import Graph
    from av.video.stream import VideoStream

FILTER = "bwdif"
"""FFmpeg's; it fills in the missing lines from the fields before and after."""
OPTIONS = "mode=send_field:parity={}:deint=interlaced"
"""A picture for each field, at its own time; frames that are not interlaced pass as they are."""
PARITY = {2: "tff", 3: "bff", 4: "bff", 5: "tff"}
"""Which field is shown first, by FFmpeg's `AVFieldOrder`. A frame has a flag of its own, which says
bottom first for H.264 whatever the stream is: the fields of each frame would swap their times."""


class Deinterlacer:
    """Makes two frames of each interlaced one, from the first such frame on.

    A leg at the ankle's speed is in two places in the two fields of a frame, up to a tenth of a
    shank apart; the fields taken apart are right, and there are twice as many.

    Args:
        stream: what the frames come from.
    """

    def __init__(self, stream: VideoStream) -> None:
        self._stream = stream
        self._graph: Graph | None = None
        self._kind: tuple[int, int, str] | None = None

    def __call__(self, frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
        """The frames, progressive."""
        for frame in frames:
            kind = (frame.width, frame.height, frame.format.name)
            if self._graph is not None and kind != self._kind:
                yield from self._rest()
            if self._graph is None and frame.interlaced_frame:
                self._graph, self._kind = self._filter(frame), kind
            if self._graph is None:
                yield frame
                continue
            self._graph.push(frame)
            yield from _ready(self._graph)
        if self._graph is not None:
            yield from self._rest()

    def _rest(self) -> Iterator[VideoFrame]:
        """What the filter still holds; it is done with then."""
        graph, self._graph = self._graph, None
        if graph is not None:
            graph.push(None)
            yield from _ready(graph)

    def _filter(self, frame: VideoFrame) -> Graph:
        from av.filter import Graph

        graph = Graph()
        # With threads the pictures would be the same, and the loop's cores busy.
        graph.threads = 1
        source = graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=frame.time_base,
        )
        # Known once a frame was decoded.
        parity = PARITY.get(self._stream.codec_context.field_order, "auto")
        fields, sink = graph.add(FILTER, OPTIONS.format(parity)), graph.add("buffersink")
        source.link_to(fields)
        fields.link_to(sink)
        graph.configure()
        return graph


def _ready(graph: Graph) -> Iterator[VideoFrame]:
    """The frames that can be had now."""
    from av.error import BlockingIOError as NotYet
    from av.error import EOFError as NoMore

    while True:
        try:
            frame = graph.vpull()
        except (NotYet, NoMore):
            return
        yield frame
