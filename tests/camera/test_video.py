from __future__ import annotations

import contextlib
import struct
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import cv2
import numpy as np
import pytest
from av.stream import Disposition

from hipdrive.camera import video
from hipdrive.camera.video import VideoFile
from hipdrive.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hipdrive.camera.source import FrameSource
    from hipdrive.types.frame import RgbImage

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
MILLISECONDS = Fraction(1, 1000)
SIZE = (64, 48)
CLIP = Path(__file__).resolve().parents[3] / "shared" / "clips" / "male_side.mp4"


def plain(colour: tuple[int, int, int], size: tuple[int, int] = SIZE) -> RgbImage:
    return np.full((size[1], size[0], 3), colour, np.uint8)


def noise(count: int) -> list[RgbImage]:
    generator = np.random.default_rng(1)
    return [generator.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8) for _ in range(count)]


def encode(
    path: Path,
    images: Sequence[RgbImage],
    pts: Sequence[int] | None = None,
    *,
    time_base: Fraction = MILLISECONDS,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    gop: int = 1,
    index_first: bool = True,
) -> Path:
    """Write a video whose truth is known; 40 ms a frame unless `pts` says otherwise."""
    options = {"movflags": "faststart"} if index_first else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = pix_fmt
        stream.time_base = stream.codec_context.time_base = time_base
        stream.gop_size = gop
        stream.max_b_frames = 0
        for image, time in zip(images, pts or range(0, 40 * len(images), 40), strict=True):
            frame = av.VideoFrame.from_ndarray(image)
            frame.pts, frame.time_base = time, time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def packets(path: Path) -> list[tuple[int, int]]:
    """(offset, length) of each frame in the file."""
    with av.open(str(path)) as container:
        return [(p.pos, p.size) for p in container.demux(video=0) if p.pos is not None and p.size]


def read(path: Path) -> tuple[list[int], list[RgbImage], list[str]]:
    with VideoFile(path) as source:
        frames = [(frame.t_ns, frame.image.copy()) for frame in source]
        return [t for t, _ in frames], [image for _, image in frames], source.warnings


def colour(image: RgbImage) -> tuple[int, int, int]:
    """The nearest corner of the colour cube, of the mean."""
    red, green, blue = (255 * (image[..., channel].mean() > 127) for channel in range(3))
    return int(red), int(green), int(blue)


def patch(path: Path, box: bytes, skip: int, value: bytes) -> None:
    """Overwrite part of an mp4 box; `skip` counts from behind its name."""
    data = bytearray(path.read_bytes())
    start = data.index(box) + len(box) + skip
    data[start : start + len(value)] = value
    path.write_bytes(data)


# Times


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
    assert video._t_ns(frame) == t_ns


def test_frames_in_an_unusable_order_are_left_out_and_counted() -> None:
    frames = []
    for pts in (None, 10, 10, 5, 11, None):
        frame = av.VideoFrame(16, 16, "yuv420p")
        frame.pts, frame.time_base = pts, MILLISECONDS
        frames.append(frame)
    tally = video._FrameCounts()
    assert [f.t_ns for f in video._timed(iter(frames), tally)] == [10_000_000, 11_000_000]
    untimed, unordered = tally.warnings("a.mp4", 6)
    assert untimed == "a.mp4: 2 frames without a time left out"
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


# Damage


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


# What is no video


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none.mp4: no such file; check the name"):
        VideoFile(tmp_path / "none.mp4")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder, not a video; open it as a folder"):
        VideoFile(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(SourceError, match=r"a.mp4: is empty; record or copy"):
        VideoFile(tmp_path / "a.mp4")


@pytest.mark.parametrize("name", ["a.txt", "a.mp4", "a.png"])
def test_text_is_not_played(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("a line of text\n" * 100)
    with pytest.raises(SourceError, match="is not a video; use mp4"):
        VideoFile(tmp_path / name)


def test_a_playlist_is_not_followed(tmp_path: Path) -> None:
    encode(tmp_path / "a.ts", noise(3))
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(SourceError, match="is not a video"):
        VideoFile(playlist)


def test_a_name_is_never_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    encode(tmp_path / "a.mp4", noise(2)).rename("concat:a.mp4")
    assert len(read(Path("concat:a.mp4"))[0]) == 2


@pytest.mark.parametrize("index_first", [False, True])
def test_a_recording_that_was_never_finished(tmp_path: Path, *, index_first: bool) -> None:
    path = encode(tmp_path / "a.mp4", noise(3), index_first=index_first)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(SourceError, match=r"cut off before its index.*record again.*\.mkv"):
        VideoFile(path)


def test_a_raw_stream_has_no_times(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.h264", noise(3))
    with pytest.raises(SourceError, match=r"raw stream.*no times.*rpicam-vid --codec libav"):
        VideoFile(path)


@pytest.mark.parametrize("cover", [False, True])
def test_sound_only(tmp_path: Path, *, cover: bool) -> None:
    path = tmp_path / "a.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        sound: Any = container.add_stream("aac", rate=8000)
        if cover:
            picture = container.add_stream("mjpeg", rate=1)
            assert isinstance(picture, av.VideoStream)
            picture.width, picture.height = SIZE
            picture.pix_fmt = "yuvj420p"
            picture.disposition = Disposition.attached_pic
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.int16), "s16", "mono")
        silence.sample_rate = 8000
        container.mux(sound.encode(silence))
        if cover:
            container.mux(picture.encode(av.VideoFrame.from_ndarray(plain(RED))))
            container.mux(picture.encode())
        container.mux(sound.encode())
    with pytest.raises(SourceError, match="has no video stream, only sound"):
        VideoFile(path)


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
