"""The sound of a recording, copied packet by packet: nothing is decoded, nothing is lost."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av import Packet
    from av.container import InputContainer, OutputContainer
    from av.stream import Stream


class Sound:
    """Every sound track of a recording, on its way into another file.

    Args:
        source: the recording; read to its end, for its sound alone.
        out: the other file, which has no packet yet.

    Attributes:
        warnings: what could not be copied, one sentence each.
    """

    def __init__(self, source: InputContainer, out: OutputContainer) -> None:
        self.warnings: list[str] = []
        self._out = out
        self._tracks: dict[int, Stream] = {}
        for track in source.streams.audio:
            try:
                self._tracks[track.index] = out.add_stream_from_template(track)
            except ValueError:
                kind = track.codec_context.name
                self.warnings.append(
                    f"sound of the kind {kind} does not go into {out.format.name} and is left out; "
                    "write an .mkv, which takes any"
                )
        self._packets = self._read(source)
        self._next = next(self._packets, None)

    def copy_until(self, t_s: Fraction | None) -> None:
        """Copy what is heard before a time; None: all the rest."""
        while (packet := self._next) is not None:
            if t_s is not None and _time_s(packet) > t_s:
                return
            packet.stream = self._tracks[packet.stream_index]
            self._out.mux(packet)
            self._next = next(self._packets, None)

    def _read(self, source: InputContainer) -> Iterator[Packet[Stream]]:
        import av

        if not self._tracks:
            return
        packets = source.demux([source.streams[index] for index in self._tracks])
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.FFmpegError:
                self.warnings.append("the sound ends where the recording is damaged")
                return
            # The last one of each track is empty and asks a decoder for what it holds.
            if packet.size:
                yield packet


def _time_s(packet: Packet[Stream]) -> Fraction:
    at = packet.dts if packet.dts is not None else packet.pts
    return Fraction(0) if at is None or packet.time_base is None else at * packet.time_base
