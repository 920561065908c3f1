"""Videos as people have them: other pixels, other ways to store frames, other ways to time them."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import cv2
import numpy as np
import pytest

from hipdrive.camera.video import VideoFile
from hipdrive.errors import SourceError
from support.camera.video_files import SIZE, encode, noise, patch, plain, read

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.types.frame import RgbImage

STEP_PX = 4
"""How far the bar goes from one field to the next."""


def bar(step: int) -> RgbImage:
    """A bright bar, 16 px wide, somewhere in a dark picture of 320 x 64."""
    image = np.full((64, 320, 3), 20, np.uint8)
    image[:, STEP_PX * step : STEP_PX * step + 16] = 230
    return image


def middle(image: RgbImage) -> float:
    """Where the bar's middle is, px."""
    light = image[8:-8, :, 1].mean(axis=0) > 125
    return float(np.flatnonzero(light).mean())


def interlaced(path: Path, pairs: list[tuple[RgbImage, RgbImage]], *, top_first: bool) -> Path:
    """Frames of two fields each, 25 frames a second, flagged as such."""
    first = 0 if top_first else 1
    with av.open(str(path), "w") as container:
        order = "tff=1" if top_first else "bff=1"
        stream = container.add_stream(
            "libx264", rate=25, options={"x264-params": order, "crf": "8"}
        )
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = pairs[0][0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for index, (early, late) in enumerate(pairs):
            woven = early.copy()
            woven[1 - first :: 2] = late[1 - first :: 2]
            frame = av.VideoFrame.from_ndarray(woven)
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def in_avi(path: Path, count: int) -> Path:
    """Frames that get brighter, stored with three B-frames between two others."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"bf": "3", "b-adapt": "0"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for index in range(count):
            frame = av.VideoFrame.from_ndarray(plain((index * 240 // count,) * 3))
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize("aspect", [Fraction(4, 3), Fraction(64, 45), Fraction(1, 2), Fraction(1)])
def test_a_circle_is_round_whatever_the_pixels(tmp_path: Path, aspect: Fraction) -> None:
    scene = np.zeros((240, 320, 3), np.uint8)
    cv2.circle(scene, (160, 120), 80, (255, 255, 255), -1)
    stored_size = (round(320 / aspect / 2) * 2, 240)
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = stored_size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.sample_aspect_ratio = aspect
        frame = av.VideoFrame.from_ndarray(cv2.resize(scene, stored_size).astype(np.uint8))
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    (image,) = read(path)[1]
    rows, columns = np.nonzero(image[..., 1] > 127)
    assert np.ptp(columns) / np.ptp(rows) == pytest.approx(1, abs=0.02)
    assert image.shape[0] >= stored_size[1]
    assert image.shape[1] >= stored_size[0]
    assert image.flags.c_contiguous


def test_wide_pixels_are_wide_along_the_stored_rows_also_in_a_turned_picture(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.mov"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(plain((9, 9, 9)))))
        container.mux(stream.encode())
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    patch(path, b"tkhd", 40, quarter)
    (image,) = read(path)[1]
    assert image.shape == (128, 48, 3)


def test_pixels_that_no_camera_has_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(plain((9, 9, 9)))))
        container.mux(stream.encode())
    patch(path, b"pasp", 0, struct.pack(">2I", 200, 1))
    with pytest.raises(SourceError, match=r"pixels are 200:1 wide.*setsar=1"):
        VideoFile(path)


@pytest.mark.parametrize("top_first", [True, False])
def test_each_field_is_a_picture_of_its_own_time(tmp_path: Path, *, top_first: bool) -> None:
    pairs = [(bar(2 * n), bar(2 * n + 1)) for n in range(24)]
    times_ns, images, warnings = read(interlaced(tmp_path / "a.mp4", pairs, top_first=top_first))
    assert times_ns == [index * 20_000_000 for index in range(48)]
    assert warnings == []
    for step, image in enumerate(images):
        # A comb of two places would be half a step or more off.
        assert middle(image) == pytest.approx(STEP_PX * step + 7.5, abs=1), step


def test_frames_that_are_not_interlaced_stay_as_they_are(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp4", noise(6))
    with av.open(str(path)) as container:
        stored = [frame.to_ndarray() for frame in container.decode(video=0)]
    for image, planes in zip(read(path)[1], stored, strict=True):
        assert np.array_equal(image, cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420))


def test_b_frames_in_avi_come_all_and_at_their_times(tmp_path: Path) -> None:
    times_ns, images, warnings = read(in_avi(tmp_path / "a.avi", 40))
    assert warnings == []
    assert np.diff(times_ns).tolist() == [40_000_000] * 39
    levels = [float(image.mean()) for image in images]
    assert levels == sorted(levels)


def test_the_delays_of_a_gif_are_its_times(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    times_cs = [0, 2, 3, 13, 14, 20]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("gif", rate=100)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIZE
        stream.pix_fmt = "rgb8"
        stream.codec_context.time_base = Fraction(1, 100)
        for index, time in enumerate(times_cs):
            grey = av.VideoFrame.from_ndarray(plain((index * 40,) * 3)).reformat(format="rgb8")
            grey.pts, grey.time_base = time, Fraction(1, 100)
            container.mux(stream.encode(grey))
        container.mux(stream.encode())
    times_ns, images, warnings = read(path)
    assert times_ns == [time * 10_000_000 for time in times_cs]
    assert warnings == []
    levels = [float(image.mean()) for image in images]
    assert levels == sorted(levels)
    assert levels[-1] > 150
