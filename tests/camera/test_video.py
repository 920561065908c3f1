"""Times and pictures of a video are those of the file."""

from __future__ import annotations

import struct
import threading
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from hipdrive.camera import video_frames
from hipdrive.camera.video import VideoFile
from hipdrive.camera.video_frames import FrameCounts, timed
from hipdrive.errors import SourceError
from support.camera.video_files import (
    BLUE,
    GREEN,
    MILLISECONDS,
    RED,
    SIZE,
    WHITE,
    colour,
    encode,
    noise,
    patch,
    plain,
    read,
)

if TYPE_CHECKING:
    from hipdrive.camera.source import FrameSource

CLIP = Path(__file__).resolve().parents[3] / "shared" / "clips" / "male_side.mp4"


def test_times_are_those_of_the_file_also_at_a_varying_rate(tmp_path: Path) -> None:
    times_ms = [0, 33, 67, 500, 501, 7000]
    path = encode(tmp_path / "a.mp4", noise(6), times_ms)
    times_ns, images, warnings = read(path)
    assert times_ns == [0, 33_000_000, 67_000_000, 500_000_000, 501_000_000, 7_000_000_000]
    assert len(images) == 6
    assert warnings == []


def test_times_are_rounded_once_to_the_nearest_nanosecond(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", noise(4), [0, 1, 2, 3003], time_base=Fraction(1, 90_000))
    assert read(path)[0] == [0, 11_111, 22_222, 33_366_667]


@pytest.mark.parametrize(
    ("pts", "t_ns"),
    [
        (9_000_000_000_000_001, 100_000_000_000_000_011_111),
        (-9_000_000_000_000_001, -100_000_000_000_000_011_111),
    ],
)
def test_times_beyond_the_precision_of_floats_are_exact(pts: int, t_ns: int) -> None:
    frame = av.VideoFrame(16, 16, "yuv420p")
    frame.pts, frame.time_base = pts, Fraction(1, 90_000)
    assert video_frames.time_ns(frame) == t_ns


def test_frames_in_an_unusable_order_are_left_out_and_counted() -> None:
    frames = []
    for pts in (None, 10, 10, 5, 11, None):
        frame = av.VideoFrame(16, 16, "yuv420p")
        frame.pts, frame.time_base = pts, MILLISECONDS
        frames.append(frame)
    tally = video_frames.FrameCounts()
    assert [t_ns for t_ns, _ in video_frames.timed(iter(frames), tally)] == [10_000_000, 11_000_000]
    untimed, unordered = tally.warnings("a.mp4", 6)
    assert untimed == "a.mp4: 2 frames without a usable time left out"
    assert "a.mp4: 2 frames left out whose time is not after" in unordered


def test_b_frames_come_in_the_order_of_display(tmp_path: Path) -> None:
    path = tmp_path / "b.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"bf": "3", "b-adapt": "0"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for index in range(20):
            frame = av.VideoFrame.from_ndarray(plain((index * 12, 0, 0)))
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    times_ns, images, warnings = read(path)
    assert times_ns == [index * 40_000_000 for index in range(20)]
    reds = [image[..., 0].mean() for image in images]
    assert reds == sorted(reds)
    assert warnings == []


# Pictures


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("a.mp4", "libx264", "yuv420p"),
        ("a.mov", "mpeg4", "yuv420p"),
        ("a.avi", "mjpeg", "yuvj420p"),
        ("a.mkv", "libx264", "yuv444p"),
        ("a.webm", "libvpx", "yuv420p"),
        ("a.ts", "libx264", "yuv420p"),
    ],
)
def test_colours_are_red_first(tmp_path: Path, name: str, codec: str, pix_fmt: str) -> None:
    colours = [RED, GREEN, BLUE, WHITE]
    images = [plain(one) for one in colours]
    path = encode(tmp_path / name, images, codec=codec, pix_fmt=pix_fmt, time_base=Fraction(1, 25))
    seen = read(path)[1]
    assert [colour(image) for image in seen] == colours
    for image, expected in zip(seen, images, strict=True):
        assert image.dtype == np.uint8
        assert image.shape == (48, 64, 3)
        assert np.abs(image.astype(int) - expected).max() <= 8


def test_odd_sizes_are_kept(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", [plain(RED, (35, 33))], pix_fmt="yuv444p")
    (image,) = read(path)[1]
    assert image.shape == (33, 35, 3)
    assert colour(image) == RED


QUARTERS = {(0, 0): RED, (1, 0): GREEN, (0, 1): BLUE, (1, 1): WHITE}
"""The colour at (right, down) of the stored picture."""


@pytest.mark.parametrize("b_c", [True, False])
@pytest.mark.parametrize("first", [1, -1])
@pytest.mark.parametrize("second", [1, -1])
def test_the_picture_stands_upright(tmp_path: Path, first: int, second: int, *, b_c: bool) -> None:
    """All eight ways, after ISO/IEC 14496-12: x' = a x + c y, y' = b x + d y, y downwards."""
    a, b, c, d = (0, first, second, 0) if b_c else (first, 0, 0, second)
    stored = plain(RED)
    for (right, down), one in QUARTERS.items():
        stored[down * 24 : down * 24 + 24, right * 32 : right * 32 + 32] = one
    path = encode(tmp_path / "a.mov", [stored])
    fixed = struct.pack(">9i", a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)
    patch(path, b"tkhd", 40, fixed)
    (image,) = read(path)[1]
    assert image.shape == ((64, 48, 3) if b_c else (48, 64, 3))
    assert image.flags.c_contiguous
    height, width = image.shape[0] // 2, image.shape[1] // 2
    for (x, y), one in QUARTERS.items():
        right = a * x + c * y + (a + c < 0)
        down = b * x + d * y + (b + d < 0)
        rows = slice(down * height, (down + 1) * height)
        columns = slice(right * width, (right + 1) * width)
        assert colour(image[rows, columns]) == one


# The source


def test_what_the_source_says_about_itself(tmp_path: Path) -> None:
    path = encode(tmp_path / "run.mp4", noise(7))
    opened: FrameSource = VideoFile(path)
    with opened as source:
        assert source.name == "run.mp4"
        assert source.frame_count == 7
        assert source.warnings == []


def test_each_iteration_starts_at_the_beginning(tmp_path: Path) -> None:
    with VideoFile(encode(tmp_path / "a.mp4", noise(5))) as source:
        next(iter(source))
        assert [f.t_ns for f in source] == [f.t_ns for f in source]


def test_closing_ends_a_running_iteration(tmp_path: Path) -> None:
    source = VideoFile(encode(tmp_path / "a.mp4", noise(5)))
    frames = iter(source)
    next(frames)
    source.close()
    source.close()
    assert list(frames) == []


def test_it_may_be_closed_while_another_thread_takes_pictures(tmp_path: Path) -> None:
    """FFmpeg itself does not survive that; whoever looks ahead is such a thread."""
    path = tmp_path / "video.mp4"
    encode(path, noise(40))
    for closed_after in range(20):
        video = VideoFile(path)
        seen = threading.Semaphore(0)
        counted: list[int] = []

        def take(
            video: VideoFile = video,
            counted: list[int] = counted,
            seen: threading.Semaphore = seen,
        ) -> None:
            for frame in video:
                counted.append(frame.t_ns)
                seen.release()

        thread = threading.Thread(target=take)
        thread.start()
        for _ in range(closed_after):
            assert seen.acquire(timeout=60)
        video.close()
        thread.join()
        assert closed_after <= len(counted) <= 40


def test_a_file_that_went_away_since(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", noise(2))
    source = VideoFile(path)
    path.unlink()
    with pytest.raises(SourceError, match="no such file"):
        list(source)


@pytest.mark.skipif(not CLIP.exists(), reason="the recorded clip is not part of the project")
def test_a_real_clip() -> None:
    with VideoFile(CLIP) as source:
        assert source.frame_count == 360
        times_ns = []
        for frame in source:
            assert frame.image.shape == (1280, 720, 3)
            times_ns.append(frame.t_ns)
        assert source.warnings == []
    assert times_ns == [round(Fraction(index, 30) * 10**9) for index in range(360)]


@pytest.mark.parametrize("pts", [2**62, -(2**62), 9_223_372_037])
def test_a_time_that_no_clock_of_64_bits_has_is_no_time(pts: int) -> None:
    frames = []
    for each in (9_223_372_036, pts):
        frame = av.VideoFrame(*SIZE, "yuv420p")
        frame.pts, frame.time_base = each, Fraction(1)
        frames.append(frame)
    counts = FrameCounts()
    times_ns = [t_ns for t_ns, _ in timed(iter(frames), counts)]
    assert times_ns == [9_223_372_036_000_000_000]
    assert counts.warnings("a.mp4", 2) == ["a.mp4: 1 frame without a usable time left out"]
