from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.errors import SourceError
from support.runner_file import FPS, key_points_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    hipdrive.analyze(key_points_of(tmp_path), session_dir=tmp_path / "session")
    return tmp_path / "session"


def test_a_session_comes_back_as_it_was_measured(folder: Path) -> None:
    session, analysis = hipdrive.Session.open(folder), hipdrive.analyze(folder)
    assert len(session.strides) == len(analysis.strides) > 10
    for read, measured in zip(session.strides, analysis.strides, strict=True):
        assert (read.leg, read.near, read.accepted) == (
            measured.leg,
            measured.near,
            measured.accepted,
        )
        assert read.thigh_ext_deg == pytest.approx(measured.thigh_ext_deg, abs=5e-4)
        assert read.toe_off_s == pytest.approx(measured.toe_off_s, abs=5e-5)
        assert read.metrics == pytest.approx(measured.metrics, abs=5e-3)
    assert [(cue.t_s, cue.kind) for cue in session.cues] == [
        (round(cue.t_s, 4), cue.kind) for cue in analysis.cues
    ]
    assert session.summary is not None
    assert session.summary.frames == 12 * FPS
    with session.key_points as key_points:
        assert hipdrive.analyze(key_points).strides == analysis.strides


def test_a_session_that_was_cut_off_has_no_summary_and_no_half_row(folder: Path) -> None:
    strides = folder / "strides.csv"
    whole = strides.read_text().splitlines(keepends=True)
    strides.write_text("".join(whole[:5]) + whole[5][:20])
    (folder / "session.json").unlink()
    session = hipdrive.Session.open(folder)
    assert session.summary is None
    assert len(session.strides) == 4
    assert session.warnings == ("strides.csv is damaged after 4 rows; these are read",)


@pytest.mark.parametrize(
    "rest",
    [b"\0" * 500, b"\xff" * 80, b"soon,left,1\n", b"nan" + b",1" * 7 + b"\n", b"1.0,left,1,1"],
)
def test_a_table_is_read_up_to_where_it_is_damaged(folder: Path, rest: bytes) -> None:
    strides = folder / "strides.csv"
    lines = strides.read_bytes().splitlines(keepends=True)
    strides.write_bytes(b"".join(lines[:7]) + rest)
    session = hipdrive.Session.open(folder)
    assert len(session.strides) == 6
    assert session.warnings == ("strides.csv is damaged after 6 rows; these are read",)


@pytest.mark.parametrize("name", ["strides.csv", "cues.csv", "session.json"])
def test_a_digit_that_changed_is_told(folder: Path, name: str) -> None:
    content = (folder / name).read_bytes()
    *_, last = re.finditer(rb"[0-8]", content)
    other = bytes([last[0][0] + 1])
    (folder / name).write_bytes(content[: last.start()] + other + content[last.end() :])
    warning = f"{name} is not as it was written; its figures may be wrong (SHA256SUMS)"
    assert hipdrive.Session.open(folder).warnings == (warning,)


def test_sums_are_in_the_form_of_coreutils(folder: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=True, capture_output=True
    )
    assert done.stdout == b"strides.csv: OK\ncues.csv: OK\nsession.json: OK\n"


def test_a_session_without_sums_is_read_as_it_is(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()
    assert hipdrive.Session.open(folder).warnings == ()


@pytest.mark.parametrize("content", [b"{", b"\0" * 100, b'{"schema": "hipdrive/session/1"}'])
def test_a_summary_that_is_damaged_leaves_the_strides(folder: Path, content: bytes) -> None:
    (folder / "session.json").write_bytes(content)
    session = hipdrive.Session.open(folder)
    assert session.summary is None
    assert session.strides
    (warning,) = session.warnings
    assert "session.json: is not the summary of a session" in warning


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("strides.csv", "t_s,leg\n", "strides.csv: has other columns"),
        ("strides.csv", None, "is no session folder"),
        ("cues.csv", b"\xff\xfe", "cues.csv: has other columns"),
    ],
)
def test_what_is_no_session_is_a_source_error(
    folder: Path, name: str, content: str | bytes | None, message: str
) -> None:
    file = folder / name
    match content:
        case None:
            file.unlink()
        case bytes():
            file.write_bytes(content)
        case str():
            file.write_text(content)
    with pytest.raises(SourceError, match=message):
        hipdrive.Session.open(folder)
