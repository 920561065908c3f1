"""Folders of sessions, some of which are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hipdrive.history.past_session import ProgrammeMark, past_session, past_sessions
from hipdrive.session.files import SUMMARY_NAME
from support.session.history import kept, name_of, summary_of

if TYPE_CHECKING:
    from pathlib import Path

FIRST = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


def test_newest_first_and_only_what_is_named_as_a_session(tmp_path: Path) -> None:
    for day in range(3):
        kept(tmp_path, summary_of(FIRST + timedelta(days=day)))
    (tmp_path / "holiday pictures").mkdir()
    (tmp_path / "notes.txt").write_text("buy milk")
    found = past_sessions(tmp_path)
    assert [each.began_utc for each in found] == [FIRST + timedelta(days=d) for d in (2, 1, 0)]
    assert past_sessions(tmp_path, most=2) == found[:2]
    assert past_sessions(tmp_path / "nowhere") == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "goes on, or was cut off"),
        (b"", "damaged, or of another version"),
        (b"\0" * 500, "damaged, or of another version"),
        (b'{"schema": "hipdrive/session/1"', "damaged, or of another version"),
        (b"[]", "no JSON object"),
        (b'{"schema": "hipdrive/session/9"}', "schema is 'hipdrive/session/9'"),
        (b'{"schema": "hipdrive/session/1"}', "damaged, or of another version"),
        (b"[" * 100_000, "damaged, or of another version"),
    ],
)
def test_a_session_that_is_none_has_a_problem_of_one_line(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    folder = tmp_path / name_of(FIRST)
    folder.mkdir()
    if content is not None:
        (folder / SUMMARY_NAME).write_bytes(content)
    (found,) = past_sessions(tmp_path)
    assert problem in found.problem
    assert "\n" not in found.problem
    assert (found.id, found.began_utc, found.mean_deg) == (folder.name, FIRST, None)


def test_a_session_of_an_older_version_has_what_it_knew(tmp_path: Path) -> None:
    folder = kept(tmp_path, summary_of(FIRST))
    path = folder / SUMMARY_NAME
    values = json.loads(path.read_text())
    for key in ("band", "runner", "verdict", "statement", "incline_percent"):
        del values[key]
    path.write_text(json.dumps(values))
    found = past_session(folder)
    assert (found.problem, found.mean_deg) == ("", 20.0)
    assert (found.band, found.runner, found.incline_percent) == (None, None, None)


def test_without_strides_there_are_no_figures(tmp_path: Path) -> None:
    angle = summary_of(FIRST).thigh_ext_deg.without_figures()
    found = past_session(kept(tmp_path, summary_of(FIRST, thigh_ext_deg=angle, strides=0)))
    assert found.problem == "no stride of the near leg could be used"


@pytest.mark.parametrize(
    ("raw", "mark"),
    [
        ({"mode": "programme", "session": 3, "probe": None}, ProgrammeMark("programme", 3, None)),
        (
            {"mode": "maintenance", "session": 9, "probe": {"mean_deg": 21.5, "n": 40}},
            ProgrammeMark("maintenance", 9, 21.5),
        ),
        ({"mode": "programme", "probe": {"n": 3}}, ProgrammeMark("programme", None, None)),
        (None, None),
        ("programme", None),
        ({"mode": 7}, None),
    ],
)
def test_programme_and_probe_are_read_where_they_are(
    tmp_path: Path, raw: object, mark: ProgrammeMark | None
) -> None:
    assert past_session(kept(tmp_path, summary_of(FIRST), programme=raw)).programme == mark
