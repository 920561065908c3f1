"""From the packets of a video to whole frames in the order of display, each with its time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from hipdrive.camera.deinterlacing import Deinterlacer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import VideoFrame
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

WITHOUT_DISPLAY_TIMES = ("avi",)
"""Formats that say in which order frames are stored, not when they are shown."""


class FrameCounts:
    """What became of the frames of one iteration."""

    def __init__(self) -> None:
        self.read = 0
        self.damaged = 0
        self.used = 0
        self.untimed = 0
        self.unordered = 0
        self.cut_off = False

    def warnings(self, name: str, total: int | None) -> list[str]:
        """The warnings; `total` is what declared in the file."""
        found = []
        if self.damaged or self.cut_off:
            place = "is cut off" if self.cut_off else "is damaged"
            of_how_many = total or f"at least {self.read + self.damaged}"
            found.append(
                f"{name} {place}: {self.read} of {of_how_many} frames could be read; "
                "copy it again from where it was recorded"
            )
        if self.untimed:
            found.append(f"{name}: {_how_many(self.untimed)} without a usable time left out")
        if self.unordered:
            found.append(
                f"{name}: {_how_many(self.unordered)} left out whose time is not after that of the "
                "frame before"
            )
        return found


def _how_many(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"


def decoded(
    container: InputContainer, stream: VideoStream, counts: FrameCounts
) -> Iterator[VideoFrame]:
    """Every whole frame in the order of display; damage is counted and stepped over."""
    return _with_times(container, Deinterlacer(stream)(_whole(container, stream, counts)))


def _whole(
    container: InputContainer, stream: VideoStream, counts: FrameCounts
) -> Iterator[VideoFrame]:
    import av

    end = Fraction(0)
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except av.FFmpegError:
            counts.cut_off = True
            return
        end = max(end, _end_of(packet))
        yield from _decoded_packet(packet, counts)
    declared, slack = _declared_end(container, stream)
    counts.cut_off = end + slack < declared


def _decoded_packet(packet: Packet[VideoStream], counts: FrameCounts) -> Iterator[VideoFrame]:
    import av

    try:
        # Part of a frame would decode into a picture whose rest is made up.
        frames = [] if packet.is_corrupt else packet.decode()
    except av.FFmpegError:
        counts.damaged += 1
        return
    counts.damaged += packet.is_corrupt
    for frame in frames:
        if frame.is_corrupt:
            counts.damaged += 1
        else:
            counts.read += 1
            yield frame


def _end_of(packet: Packet[VideoStream]) -> Fraction:
    """The time in s at which the packet's frame stops being shown."""
    if packet.pts is None or packet.is_corrupt:
        return Fraction(0)
    return (packet.pts + (packet.duration or 0)) * packet.time_base


def _with_times(container: InputContainer, frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    """The frames, with times also where the format has none.

    AVI numbers its frames in the order in which they are stored and knows no other. The decoder
    hands them out in the order of display, one for each that it takes in, so those numbers are the
    times, a few frames late; with B-frames its guess of the time of display is not.
    """
    latest: int | None = None
    for frame in frames:
        if container.format.name in WITHOUT_DISPLAY_TIMES:
            # The last frames come out when nothing is taken in any more.
            behind = None if latest is None else latest + (frame.duration or 1)
            frame.pts = latest = frame.dts if frame.dts is not None else behind
        yield frame


def _declared_end(container: InputContainer, stream: VideoStream) -> tuple[Fraction, Fraction]:
    """When the file says that it ends, and how much earlier a whole file may end; both in s."""
    if stream.duration is not None and stream.time_base is not None:
        # Some formats count the time of a frame or two that is not there.
        return ((stream.start_time or 0) + stream.duration) * stream.time_base, Fraction(1, 4)
    # This one counts the sound, too, which may go on for a little longer than the picture.
    return Fraction(container.duration or 0, 1_000_000), Fraction(1)


def timed(frames: Iterator[VideoFrame], counts: FrameCounts) -> Iterator[tuple[int, VideoFrame]]:
    """The frames whose time is after that of the frame before, each with its time in ns."""
    latest_ns: int | None = None
    for frame in frames:
        t_ns = time_ns(frame)
        # A file may claim any time; what comes after counts in 64 bits.
        if t_ns is None or abs(t_ns) >= 1 << 63:
            counts.untimed += 1
        elif latest_ns is not None and t_ns <= latest_ns:
            counts.unordered += 1
        else:
            counts.used += 1
            latest_ns = t_ns
            yield t_ns, frame


def time_ns(frame: VideoFrame) -> int | None:
    """When the frame is shown; None when the file does not say."""
    if frame.pts is None or frame.time_base is None:
        return None
    return round(frame.pts * frame.time_base * 1_000_000_000)
