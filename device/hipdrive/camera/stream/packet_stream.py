"""Streams that FFmpeg reads, through PyAV: RTSP, and V4L2 devices."""

from __future__ import annotations

import time
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from hipdrive.camera.jpeg import is_whole
from hipdrive.camera.picture import as_shown
from hipdrive.camera.picture_size import MOST_PIXELS, declared_size
from hipdrive.camera.stream.connection import SILENCE_S, StreamPicture
from hipdrive.camera.stream.http_stream import REFUSALS, decoded_or_none
from hipdrive.camera.video_frames import time_ns
from hipdrive.errors import StreamError
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream


CONNECT_S = 4.0
"""How long FFmpeg may take to open a stream, with a look at its first pictures."""
LOOKED_NS = NS_PER_S
"""After so long pictures come as they are taken, whatever their times say."""


class PacketStream:
    """An open stream of packets.

    Args:
        url: what FFmpeg is to open; it may have a password in it, and is not shown.
        container_format: FFmpeg's name of the format; None: found out.
        options: of the format.
        clock_ns: a monotonic clock, ns.

    Raises:
        StreamError: it cannot be opened, or has no pictures.
    """

    def __init__(
        self,
        url: str,
        container_format: str | None,
        options: Mapping[str, str],
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        import av

        self._clock_ns = clock_ns
        self._live = False
        self._began_ns: int | None = None
        self._before: tuple[int, int] | None = None
        try:
            self._container: InputContainer = av.open(
                url,
                format=container_format,
                options=dict(options),
                timeout=(CONNECT_S, SILENCE_S),
            )
        except (av.FFmpegError, OSError, ValueError) as error:
            # Without `from`: the exception quotes the address.
            raise StreamError(_why(error)) from None
        try:
            self._stream = self._video()
        except BaseException:
            self.close()
            raise

    def _video(self) -> VideoStream:
        streams = self._container.streams.video
        if not streams or streams[0].codec_context is None:
            raise StreamError("sends no video that can be decoded")
        stream = streams[0]
        stream.codec_context.options = {"max_pixels": str(MOST_PIXELS), "flags": "low_delay"}
        # Threads that each have a frame of their own would hold so many frames back.
        stream.thread_type = "SLICE"
        return stream

    def pictures(self) -> Iterator[StreamPicture]:
        """As `StreamConnection` has it."""
        import av

        whole = self._stream.codec_context.name == "mjpeg"
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except (av.FFmpegError, OSError) as error:
                raise StreamError(_why(error)) from None
            if packet is None or packet.size == 0:
                raise StreamError("closed the connection")
            now_ns = self._clock_ns()
            yield from self._jpeg(packet, now_ns) if whole else self._decoded(packet, now_ns)

    def interrupt(self) -> None:
        """Nothing: FFmpeg cannot be interrupted, and leaves off by itself after `SILENCE_S`."""

    def close(self) -> None:
        """As `StreamConnection` has it."""
        with suppress(OSError):
            self._container.close()

    def _jpeg(self, packet: Packet[VideoStream], now_ns: int) -> Iterator[StreamPicture]:
        """Pictures that stand alone are decoded when somebody wants to see them."""
        data = bytes(packet)
        damaged = packet.is_corrupt or declared_size(data) is None or not is_whole(data)
        pts_ns = None
        if packet.pts is not None and packet.time_base is not None:
            pts_ns = round(packet.pts * packet.time_base * NS_PER_S)
        yield StreamPicture(
            pts_ns, now_ns, None if damaged else partial(decoded_or_none, data, "camera")
        )

    def _decoded(self, packet: Packet[VideoStream], now_ns: int) -> Iterator[StreamPicture]:
        import av

        try:
            # Part of a frame would decode into a picture whose rest is made up.
            frames = [] if packet.is_corrupt else packet.decode()
        except av.FFmpegError:
            yield StreamPicture(None, now_ns, None)
            return
        aspect = self._stream.sample_aspect_ratio or Fraction(1)
        for frame in frames:
            pts_ns = time_ns(frame)
            if self._was_kept(pts_ns, now_ns):
                continue
            image = None if frame.is_corrupt else partial(as_shown, frame, aspect)
            yield StreamPicture(pts_ns, now_ns, image)

    def _was_kept(self, pts_ns: int | None, now_ns: int) -> bool:
        """Whether a picture comes too late because FFmpeg looked at the stream for a while.

        The first one that took its time to come is not. One without a time may be the first of all.
        """
        if self._live:
            return False
        began, before = self._began_ns, self._before
        if began is None:
            self._began_ns = began = now_ns
        if pts_ns is not None:
            self._before = (pts_ns, now_ns)
            came = before is not None and 2 * (now_ns - before[1]) >= pts_ns - before[0]
            self._live = came
        self._live = self._live or now_ns - began > LOOKED_NS
        return not self._live


def _why(error: Exception) -> str:
    """What is wrong, without the address, which stands in the error's own text."""
    import av

    code = {av.HTTPUnauthorizedError: 401, av.HTTPForbiddenError: 403, av.HTTPNotFoundError: 404}
    for kind, number in code.items():
        if isinstance(error, kind):
            return REFUSALS[number]
    if isinstance(error, av.ExitError | TimeoutError):
        return "does not answer"
    if isinstance(error, av.InvalidDataError):
        return "sends nothing that can be read as video"
    return f"cannot be read ({getattr(error, 'strerror', None) or type(error).__name__})"
