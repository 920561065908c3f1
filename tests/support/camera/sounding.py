"""Videos with sound."""

from __future__ import annotations

import shutil
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import av
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

RATE = 48_000


class SoundPacket(NamedTuple):
    """A packet of sound: when it is heard, in s, and what is in it."""

    t_s: Fraction
    data: bytes


def add_sound(path: Path, codec: str = "aac", seconds: float = 4.0) -> None:
    """Put a rising tone beside the pictures of a video; neither their packets nor times change."""
    silent = path.with_name(f"silent{path.suffix}")
    shutil.move(path, silent)
    with av.open(str(silent)) as source, av.open(str(path), "w") as out:
        pictures = out.add_stream_from_template(source.streams.video[0])
        sound = out.add_stream(codec, rate=RATE)
        assert isinstance(sound, av.AudioStream)
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = pictures
                out.mux(packet)
        for frame in _tone(seconds, sound.codec_context.frame_size or 1024):
            frame.sample_rate = RATE
            out.mux(sound.encode(frame))
        out.mux(sound.encode(None))


def sound_of(path: Path) -> list[SoundPacket]:
    """Every packet of the first sound track."""
    with av.open(str(path)) as container:
        return [
            SoundPacket(packet.pts * packet.time_base, bytes(packet))
            for packet in container.demux(audio=0)
            if packet.size and packet.pts is not None
        ]


def _tone(seconds: float, size: int) -> list[av.AudioFrame]:
    t_s = np.arange(round(seconds * RATE)) / RATE
    wave = (0.2 * np.sin(2 * np.pi * (220 + 40 * t_s) * t_s)).astype(np.float32)
    frames = []
    for first in range(0, len(wave) - size, size):
        part = wave[np.newaxis, first : first + size]
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
        frame.pts, frame.time_base = first, Fraction(1, RATE)
        frames.append(frame)
    return frames
