"""Manifests: what their cells say, and every problem at once with its line and column."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from hipdrive.batch.manifest import read_manifest
from hipdrive.batch.recording import RecordingSettings
from hipdrive.errors import ConfigError
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from pathlib import Path


def manifest(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "runs.csv"
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding=encoding)
    return path


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """A folder with files of the names that manifests here have; nobody looks into them."""
    for name in ("a.mp4", "b.mp4", "c d.mp4", "camera.json", "standing.trc"):
        (tmp_path / name).touch()
    return tmp_path


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_manifest(path)
    head, *lines = str(caught.value).split("\n")
    assert head == f"{path}: {len(lines)} problem{'s' * (len(lines) > 1)}"
    return [line.removeprefix("  ") for line in lines]


def test_cells_say_what_is_known_and_empty_ones_nothing(clips: Path) -> None:
    path = manifest(
        clips,
        "source,facing,height_m,belt_mps,incline_percent,slow_motion,fps,calibration,static",
        "a.mp4,left,1.75,3.5,-2,8,30000/1001,camera.json,standing.trc",
        "",
        '"c d.mp4",,,,,,,,',
    )
    assert read_manifest(path) == [
        (
            "a.mp4",
            RecordingSettings(
                facing=Side.LEFT,
                height_m=1.75,
                belt_mps=3.5,
                incline_percent=-2.0,
                slow_motion=Fraction(8),
                fps=Fraction(30000, 1001),
                calibration=clips / "camera.json",
                static=clips / "standing.trc",
            ),
        ),
        ("c d.mp4", RecordingSettings()),
    ]


def test_a_spreadsheet_s_mark_spaces_and_order_do_not_matter(clips: Path) -> None:
    path = manifest(clips, "facing , source", "right, a.mp4", encoding="utf-8-sig")
    assert read_manifest(path) == [("a.mp4", RecordingSettings(facing=Side.RIGHT))]


def test_every_problem_is_told_at_once_with_line_and_column(clips: Path) -> None:
    path = manifest(
        clips,
        "source,facing,height_m,belt_mps,slow_motion",
        "a.mp4,forwards,1.75,3,1",
        'b.mp4,left,"1,80",30,0',
        "gone.mp4,,,nan,",
        ",left,,,",
        "a.mp4,,,,,far,too",
    )
    found = problems(path)
    places = [
        (2, "facing"),
        (3, "height_m"),
        (3, "belt_mps"),
        (3, "slow_motion"),
        (4, "source"),
        (4, "belt_mps"),
        (5, "source"),
        (6, "6"),
        (6, "source"),
    ]
    assert len(found) == len(places)
    for line, column in places:
        assert sum(text.startswith(f"line {line}, column {column}:") for text in found) == 1
    told = "\n".join(found)
    assert "'forwards': must be left or right" in told
    assert "'30': must be a number from 0 to 10" in told
    assert "'gone.mp4': no such file" in told
    assert "line 2 too" in told
    assert "7 cells for 5 columns" in told


def test_unknown_columns_are_named_with_those_that_are_known(clips: Path) -> None:
    (found,) = problems(manifest(clips, "source,speed", "a.mp4,3"))
    assert found.startswith("line 1, column 2: 'speed' is unknown; known: source, facing, height_m")
    assert "belt_mps" in found


def test_a_column_that_is_there_twice_is_told(clips: Path) -> None:
    (found,) = problems(manifest(clips, "source,fps,fps", "a.mp4,3,4"))
    assert found == "line 1, column 3: fps is there twice"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), "is empty"),
        (("source",), "no recordings"),
        (("facing", "left"), "column source: is missing"),
        (("source;facing", "a.mp4;left"), "'source;facing' is unknown"),
        (("source", 'a.mp4,"b'), "is no CSV"),
    ],
)
def test_what_is_no_manifest_is_refused(clips: Path, lines: tuple[str, ...], expected: str) -> None:
    assert expected in "\n".join(problems(manifest(clips, *lines)))


def test_a_line_number_counts_lines_of_the_file_and_not_rows(clips: Path) -> None:
    path = manifest(clips, "source,facing", '"a.mp4","le', 'ft"', "b.mp4,up")
    assert [text.split(":")[0] for text in problems(path)] == [
        "line 2, column facing",
        "line 4, column facing",
    ]


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    path.write_bytes(b"source\n\xff\xfe\n")
    with pytest.raises(ConfigError, match=r"runs\.csv: is not UTF-8 text"):
        read_manifest(path)
