"""What is damaged is stepped over and counted."""

from __future__ import annotations

import contextlib
import struct
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from hipdrive.camera.video import VideoFile
from hipdrive.errors import SourceError
from support.camera.video_files import (
    encode,
    noise,
    packets,
    patch,
    read,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("codec", ["libx264", "mjpeg"])
def test_a_file_cut_off_within_a_frame_gives_the_frames_before(tmp_path: Path, codec: str) -> None:
    pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    whole = encode(tmp_path / "whole.mov", noise(50), codec=codec, pix_fmt=pix_fmt)
    offset, length = packets(whole)[30]
    cut = tmp_path / "cut.mov"
    cut.write_bytes(whole.read_bytes()[: offset + length // 2])
    times_ns, images, warnings = read(cut)
    assert times_ns == [index * 40_000_000 for index in range(30)]
    for image, expected in zip(images, read(whole)[1], strict=False):
        assert np.array_equal(image, expected)
    (warning,) = warnings
    assert "cut.mov is cut off: 30 of 50 frames could be read; copy it again" in warning


def test_a_file_cut_off_between_two_frames_is_noticed(tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.mp4", noise(50))
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: packets(whole)[30][0]])
    times_ns, _, (warning,) = read(cut)
    assert len(times_ns) == 30
    assert "30 of 50 frames" in warning


def test_a_cut_file_that_does_not_say_how_many_frames_it_has(tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.mkv", noise(100))
    assert VideoFile(whole).frame_count is None
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: packets(whole)[30][0]])
    times_ns, _, (warning,) = read(cut)
    assert times_ns == [index * 40_000_000 for index in range(30)]
    assert "is cut off: 30 of at least 30 frames" in warning


def test_damage_in_the_middle_is_stepped_over_and_counted(tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.mp4", noise(50))
    data = bytearray(whole.read_bytes())
    for index in (10, 11, 49):
        offset, length = packets(whole)[index]
        data[offset : offset + length] = bytes(length)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(data)
    times_ns, images, (warning,) = read(damaged)
    kept = [index for index in range(49) if index not in {10, 11}]
    assert times_ns == [index * 40_000_000 for index in kept]
    originals = read(whole)[1]
    for index, image in zip(kept, images, strict=True):
        assert np.array_equal(image, originals[index])
    assert "damaged.mp4 is damaged: 47 of 50 frames" in warning


def test_what_is_left_of_a_damaged_file_does_not_depend_on_the_number_of_cores(
    tmp_path: Path,
) -> None:
    scene = np.hstack(noise(3))
    images = [np.ascontiguousarray(scene[:, 2 * step : 2 * step + 64]) for step in range(24)]
    whole = encode(tmp_path / "whole.mp4", images, gop=12)
    places = packets(whole)
    damaged = tmp_path / "damaged.mp4"
    generator = np.random.default_rng(1)
    for _ in range(20):
        data = bytearray(whole.read_bytes())
        for index in generator.integers(0, len(places), 2):
            offset, length = places[index]
            many = int(generator.integers(4, length))
            start = offset + int(generator.integers(0, length - many + 1))
            data[start : start + many] = generator.bytes(many)
        damaged.write_bytes(data)
        expected = []
        with av.open(str(damaged)) as container:
            stream = container.streams.video[0]
            stream.thread_count = 1
            for packet in container.demux(stream):
                with contextlib.suppress(av.FFmpegError):
                    expected += [f.to_ndarray() for f in packet.decode() if not f.is_corrupt]
        seen = read(damaged)[1]
        assert len(seen) == len(expected) > 0
        for image, planes in zip(seen, expected, strict=True):
            assert np.array_equal(image, cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420))


def test_a_file_of_damage_only_is_an_error(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", noise(3))
    data = bytearray(path.read_bytes())
    for offset, length in packets(path):
        data[offset : offset + length] = bytes(length)
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"a.mp4: not one frame could be used.*0 of 3 frames"):
        read(path)


def test_a_trimmed_video_is_not_damaged(tmp_path: Path) -> None:
    """Phones trim by telling the player which part to show."""
    path = encode(tmp_path / "a.mp4", noise(60), gop=20)
    movie_ms, start = 800, 1000
    with av.open(str(path)) as container:
        ticks = container.streams.video[0].time_base
        assert ticks is not None
    media_time = int(Fraction(start, 1000) / ticks)
    patch(path, b"elst", 4, struct.pack(">IIi", 1, movie_ms, media_time))
    times_ns, _, warnings = read(path)
    assert len(times_ns) == 20
    assert warnings == []
