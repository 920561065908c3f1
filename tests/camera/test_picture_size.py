"""Pictures of sizes that nobody needs are refused before they are decoded."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from hipdrive.camera.folder import FrameFolder
from hipdrive.camera.picture_size import MOST_PIXELS, PNG, check_pixels, declared_size
from hipdrive.camera.video import VideoFile
from hipdrive.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

HUGE = 32_000
JPEG_FLAGS = [[], [cv2.IMWRITE_JPEG_PROGRESSIVE, 1], [cv2.IMWRITE_JPEG_RST_INTERVAL, 2]]


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def black_png(side_px: int, rows: int) -> bytes:
    """A square picture of which so many rows are there."""
    squeeze = zlib.compressobj(1)
    row = bytes(1 + side_px)
    pixels = b"".join([squeeze.compress(row) for _ in range(rows)] + [squeeze.flush()])
    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 0, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def jpeg(width_px: int, height_px: int, flags: list[int]) -> bytes:
    done, data = cv2.imencode(".jpg", np.zeros((height_px, width_px, 3), np.uint8), flags)
    assert done
    return data.tobytes()


def huge_jpeg() -> bytes:
    """A small picture whose header says that it is huge."""
    data = jpeg(40, 30, [])
    said = struct.pack(">HH", 30, 40)
    assert data.count(said) == 1
    return data.replace(said, struct.pack(">HH", HUGE, HUGE))


@pytest.mark.parametrize(
    ("name", "data"), [("1.png", black_png(HUGE, 100)), ("1.jpg", huge_jpeg())]
)
def test_a_huge_image_is_refused_with_the_limit_and_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded"))
    with FrameFolder(tmp_path, 30) as source, pytest.raises(SourceError) as raised:
        next(iter(source))
    assert f"{name}: its pictures are 32000x32000" in str(raised.value)
    assert "50 million pixels" in str(raised.value)


def test_an_image_of_another_kind_behind_the_name_is_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, data = cv2.imencode(".bmp", np.zeros((8, 8, 3), np.uint8))
    assert done
    (tmp_path / "1.png").write_bytes(data.tobytes())
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded"))
    with FrameFolder(tmp_path, 30) as source, pytest.raises(SourceError, match="no png or jpg"):
        next(iter(source))


@pytest.mark.parametrize("flags", JPEG_FLAGS)
@pytest.mark.parametrize(("width_px", "height_px"), [(1, 1), (640, 480), (3000, 7)])
def test_the_size_is_read_where_the_picture_has_it(
    width_px: int, height_px: int, flags: list[int]
) -> None:
    assert declared_size(jpeg(width_px, height_px, flags)) == (width_px, height_px)
    done, png = cv2.imencode(".png", np.zeros((height_px, width_px), np.uint8))
    assert done
    assert declared_size(png.tobytes()) == (width_px, height_px)


def test_a_comment_that_looks_like_a_header_is_stepped_over() -> None:
    data = jpeg(40, 30, [])
    comment = b"\xff\xc0\x00\x11\x08\x7d\x00\x7d\x00"
    told = data[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(comment)) + comment + data[2:]
    assert declared_size(told) == (40, 30)


def test_any_bytes_have_a_size_or_none() -> None:
    rng = np.random.default_rng(1)
    whole = jpeg(40, 30, [])
    for _ in range(10_000):
        data = bytearray(whole)
        for at in rng.integers(2, len(data), 4):
            data[at] = rng.integers(0, 256)
        size = declared_size(bytes(data[: rng.integers(0, len(data))]))
        assert size is None or min(size) >= 0


def test_8k_is_read() -> None:
    check_pixels(7680, 4320, "a.mp4")
    with pytest.raises(SourceError, match=r"a\.mp4: its pictures are 50000x1001"):
        check_pixels(50_000, MOST_PIXELS // 50_000 + 1, "a.mp4")


def film(path: Path, side_px: int, *packets: bytes) -> Path:
    """A film of these PNGs; the file says that they have `side_px`."""
    told_px = 482
    with av.open(str(path), "w") as container:
        stream = container.add_stream("png", rate=30)
        stream.width = stream.height = told_px
        stream.pix_fmt = "rgb24"
        for number, packet in enumerate(packets):
            one = av.Packet(packet)
            one.stream, one.pts, one.dts, one.is_keyframe = stream, number * 512, number * 512, True
            container.mux(one)
    data = path.read_bytes()
    told = struct.pack(">HH", told_px, told_px)
    assert data.count(told) == 1
    path.write_bytes(data.replace(told, struct.pack(">HH", side_px, side_px)))
    return path


def test_a_video_that_says_it_is_huge_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mov", 8_000, black_png(8_000, 8_000))
    with pytest.raises(SourceError, match="8000x8000, and at most 50 million pixels"):
        VideoFile(path)


def test_a_packet_larger_than_the_video_says_is_taken_for_damaged(tmp_path: Path) -> None:
    small = black_png(64, 64)
    path = film(tmp_path / "a.mov", 64, small, small, black_png(8_000, 8_000), small)
    with VideoFile(path) as video:
        shapes = [frame.image.shape for frame in video]
    assert shapes == [(64, 64, 3)] * 3
    assert "a.mov is damaged: 3 of 4 frames could be read" in video.warnings[0]
