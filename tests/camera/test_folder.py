from __future__ import annotations

import os
from fractions import Fraction
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from hipdrive.camera.folder import FrameFolder
from hipdrive.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.camera.source import FrameSource

HEADER = "file,t_ns\n"


def picture(path: Path, grey: int = 0, size: tuple[int, int] = (16, 12)) -> Path:
    image = np.full((size[1], size[0], 3), grey, np.uint8)
    assert cv2.imwrite(str(path), image)
    return path


def greys(source: FrameFolder) -> list[int]:
    return [int(frame.image[0, 0, 0]) for frame in source]


def times(source: FrameFolder) -> list[int]:
    return [frame.t_ns for frame in source]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Three frames, each as grey as its number."""
    folder = tmp_path / "run"
    folder.mkdir()
    for number in (1, 2, 3):
        picture(folder / f"{number}.png", number)
    return folder


def table(folder: Path, text: str) -> None:
    (folder / "timestamps.csv").write_text(text)


# Times from the frame rate


@pytest.mark.parametrize(
    ("fps", "times_ns"),
    [
        (50, [0, 20_000_000, 40_000_000]),
        (30, [0, 33_333_333, 66_666_667]),
        (Fraction(30000, 1001), [0, 33_366_667, 66_733_333]),
        (0.5, [0, 2_000_000_000, 4_000_000_000]),
    ],
)
def test_times_from_the_frame_rate(run: Path, fps: float | Fraction, times_ns: list[int]) -> None:
    assert times(FrameFolder(run, fps)) == times_ns


def test_times_do_not_drift(tmp_path: Path) -> None:
    data = picture(tmp_path / "0.png").read_bytes()
    for number in range(1, 300):
        (tmp_path / f"{number}.png").write_bytes(data)
    last_ns = times(FrameFolder(tmp_path, Fraction(30000, 1001)))[-1]
    assert last_ns == 9_976_633_333


def test_the_order_is_that_of_the_numbers(tmp_path: Path) -> None:
    for number in range(8, 12):
        picture(tmp_path / f"frame_{number}.png", number)
    assert greys(FrameFolder(tmp_path, 30)) == [8, 9, 10, 11]


def test_every_second_frame_is_no_gap(tmp_path: Path) -> None:
    for number in (0, 2, 4):
        picture(tmp_path / f"{number}.png", number)
    assert greys(FrameFolder(tmp_path, 15)) == [0, 2, 4]


@pytest.mark.parametrize("numbers", [(1, 2, 4), (1, 3, 4)])
def test_a_gap_would_shift_the_times(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    for number in numbers:
        picture(tmp_path / f"{number}.png")
    with pytest.raises(SourceError, match=r"png: its number follows .*missing.*timestamps.csv"):
        FrameFolder(tmp_path, 30)


def test_a_number_that_is_there_twice(run: Path) -> None:
    picture(run / "02.png")
    with pytest.raises(SourceError, match=r"its number follows 2, .*twice"):
        FrameFolder(run, 30)


def test_an_image_without_a_number(run: Path) -> None:
    picture(run / "cover.png")
    with pytest.raises(SourceError, match=r"cover.png: has no number.*rename it"):
        FrameFolder(run, 30)


@pytest.mark.parametrize("fps", [0, -30, float("nan"), float("inf"), 10_001])
def test_an_impossible_frame_rate(run: Path, fps: float) -> None:
    with pytest.raises(SourceError, match=r"frame rate of .* is not possible; give one above 0"):
        FrameFolder(run, fps)


# Times from the table


def test_order_and_times_are_those_of_the_table(run: Path) -> None:
    table(run, HEADER + "3.png,-5\n1.png,1700000000000000000\n\n2.png,1700000000000000001\n")
    with FrameFolder(run) as source:
        assert greys(source) == [3, 1, 2]
        assert times(source) == [-5, 1_700_000_000_000_000_000, 1_700_000_000_000_000_001]
        assert source.warnings == []


def test_a_table_saved_by_a_spreadsheet(run: Path) -> None:
    (run / "timestamps.csv").write_bytes(b"\xef\xbb\xbffile,t_ns\r\n1.png,1\r\n2.png,2\r\n")
    assert times(FrameFolder(run)) == [1, 2]


def test_images_that_are_not_in_the_table_are_left_out_and_counted(run: Path) -> None:
    table(run, HEADER + "2.png,7\n")
    source = FrameFolder(run)
    assert greys(source) == [2]
    assert source.warnings == ["run: 2 images are not in timestamps.csv and left out"]


def test_neither_table_nor_rate(run: Path) -> None:
    with pytest.raises(
        SourceError, match=r"put a timestamps.csv .*columns file,t_ns.*or give the frame rate"
    ):
        FrameFolder(run)


def test_table_and_rate(run: Path) -> None:
    table(run, HEADER + "1.png,1\n")
    with pytest.raises(SourceError, match=r"has both timestamps.csv and a frame rate; leave out"):
        FrameFolder(run, 30)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", r"line 1: must be exactly file,t_ns"),
        ("t_ns,file\n1,1.png\n", r"line 1: must be exactly file,t_ns"),
        ("file,t_ns,note\n", r"line 1: must be exactly file,t_ns"),
        (HEADER, r"lists no images; write one line"),
        (HEADER + "1.png\n", r"line 2: has 1 values; write two"),
        (HEADER + "1.png,1,2\n", r"line 2: has 3 values; write two"),
        (HEADER + "1.png,1\n2.png,1\n", r"line 3: t_ns 1 is not after 1 .*; list the images in"),
        (HEADER + "1.png,2\n2.png,1\n", r"line 3: t_ns 1 is not after 2 "),
        (HEADER + "1.png,1\n1.png,2\n", r"line 3: 1.png is already in line 2; list each"),
        (HEADER + "1.png,1\n9.png,2\n", r"line 3: there is no png or jpg image 9.png.*; add it"),
        (HEADER + "timestamps.csv,1\n", r"line 2: there is no png or jpg image timestamps.csv"),
        (HEADER + '"1.png,1\n', r"line 2: is not CSV"),
    ],
)
def test_a_wrong_table(run: Path, text: str, words: str) -> None:
    table(run, text)
    with pytest.raises(SourceError, match=r"timestamps.csv[:,] " + words):
        FrameFolder(run)


@pytest.mark.parametrize(
    "t_ns", ["1.0", "1e9", "1_000", " 1", "", "+1", "٣", "0x10", "9223372036854775808", "9" * 5000]
)
def test_a_time_that_is_no_integer(run: Path, t_ns: str) -> None:
    table(run, HEADER + f"1.png,{t_ns}\n")
    with pytest.raises(SourceError, match=r"line 2: t_ns .* is not an integer .*; write whole"):
        FrameFolder(run)


@pytest.mark.parametrize(
    "name", ["../1.png", "/etc/passwd", "sub/1.png", "sub\\1.png", "..", ".", "", "./1.png"]
)
def test_a_name_that_leads_out_of_the_folder(run: Path, name: str) -> None:
    table(run, HEADER + f"{name},1\n")
    with pytest.raises(SourceError, match=r"line 2: .* is not a plain file name; put the images"):
        FrameFolder(run)


def test_a_table_that_is_no_text(run: Path) -> None:
    (run / "timestamps.csv").write_bytes((HEADER + "1.png,1").encode("utf-16"))
    with pytest.raises(SourceError, match="is not UTF-8 text; save it"):
        FrameFolder(run)


# Images


def test_the_picture_is_red_first(run: Path) -> None:
    red = np.zeros((12, 16, 3), np.uint8)
    red[..., 2] = 255  # OpenCV writes blue first
    assert cv2.imwrite(str(run / "1.png"), red)
    image = next(iter(FrameFolder(run, 30))).image
    assert image.dtype == np.uint8
    assert image.shape == (12, 16, 3)
    assert np.all(image == (255, 0, 0))


def test_png_jpg_and_jpeg_in_any_case_are_read_and_the_rest_is_ignored(tmp_path: Path) -> None:
    for name in ("1.png", "2.jpg", "3.JPEG"):
        picture(tmp_path / name, 50)
    (tmp_path / "._2.jpg").write_bytes(b"left behind by a Mac")
    (tmp_path / "notes.txt").touch()
    assert greys(FrameFolder(tmp_path, 30)) == [50, 50, 50]


@pytest.mark.parametrize("name", ["2.png", "2.jpg"])
def test_an_image_that_is_cut_off(run: Path, name: str) -> None:
    picture(run / "1.png", size=(160, 120))
    (run / "2.png").unlink()
    generator = np.random.default_rng(1)
    assert cv2.imwrite(str(run / name), generator.integers(0, 256, (120, 160, 3), np.uint8))
    data = (run / name).read_bytes()
    (run / name).write_bytes(data[: len(data) * 3 // 4])
    frames = iter(FrameFolder(run, 30))
    next(frames)
    with pytest.raises(SourceError, match=rf"{name}: is cut off, or no png .*; remove or replace"):
        next(frames)


@pytest.mark.parametrize(
    "data", [b"", b"text", b"\xff\xd8\xff\xda\xff\xd9", b"\x89PNG\r\n\x1a\n....IEND"]
)
def test_an_image_that_is_none(run: Path, data: bytes) -> None:
    (run / "1.png").write_bytes(data)
    with pytest.raises(SourceError, match=r"1.png: .*remove or replace"):
        next(iter(FrameFolder(run, 30)))


def test_an_image_that_went_away(run: Path) -> None:
    source = FrameFolder(run, 30)
    (run / "1.png").unlink()
    with pytest.raises(SourceError, match=r"1.png: cannot be read \(No such file"):
        next(iter(source))


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_an_image_that_is_no_file_is_neither_waited_for_nor_read_without_end(
    run: Path, kind: str
) -> None:
    image = run / "1.png"
    image.unlink()
    if kind == "pipe":
        os.mkfifo(image)
    else:
        image.symlink_to("/dev/zero")
    with pytest.raises(SourceError, match=r"1.png: cannot be read \(not a regular file\)"):
        list(FrameFolder(run, 30))


def test_images_of_two_sizes(run: Path) -> None:
    picture(run / "2.png", size=(8, 6))
    with pytest.raises(SourceError, match=r"2.png: is 8x6 and the first image is 16x12"):
        list(FrameFolder(run, 30))


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder; name a folder"):
        FrameFolder(tmp_path / "none", 30)


def test_a_file(run: Path) -> None:
    with pytest.raises(SourceError, match=r"1.png: is not a folder; name a folder"):
        FrameFolder(run / "1.png", 30)


def test_a_folder_without_images(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no png or jpg images; name another"):
        FrameFolder(tmp_path, 30)


# The source


def test_what_the_source_says_about_itself(run: Path) -> None:
    opened: FrameSource = FrameFolder(run, 30)
    with opened as source:
        assert source.name == "run"
        assert source.frame_count == 3
        assert source.warnings == []


def test_each_iteration_starts_at_the_beginning(run: Path) -> None:
    source = FrameFolder(run, 30)
    next(iter(source))
    assert greys(source) == greys(source) == [1, 2, 3]
    source.close()
    source.close()
