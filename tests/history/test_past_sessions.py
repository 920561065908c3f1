"""Folders of sessions, some of which are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.config import Config
from hipdrive.config.sections import TreadmillConfig
from hipdrive.history.past_session import past_session, past_sessions
from hipdrive.session.files import SUMMARY_NAME
from support.runner_file import key_points_of
from support.session.history import kept, name_of, probed, summary_of

if TYPE_CHECKING:
    from pathlib import Path

FIRST, DAY = datetime(2026, 1, 5, 6, 0, tzinfo=UTC), timedelta(days=1)


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
        (b"", "is not the summary of a session"),
        (b"\0" * 500, "is not the summary of a session"),
        (b'{"schema": "hipdrive/session/1"', "is not the summary of a session"),
        (b"[]", "no JSON object"),
        (b'{"schema": "hipdrive/session/9"}', "schema is 'hipdrive/session/9'"),
        (b'{"schema": "hipdrive/session/1"}', "is not the summary of a session"),
        (b"[" * 100_000, "is not the summary of a session"),
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


def test_programme_and_probe_are_kept(tmp_path: Path) -> None:
    found = past_session(kept(tmp_path, summary_of(FIRST, programme=probed(3, 20.4))))
    assert found.programme is not None
    assert (found.programme.mode, found.programme.session) == ("programme", 3)
    assert found.programme.probe is not None
    assert found.programme.probe.mean_deg == 20.4
    assert past_session(kept(tmp_path, summary_of(FIRST + DAY, programme=None))).programme is None


def test_a_session_knows_the_belt_it_was_run_on(tmp_path: Path) -> None:
    treadmill = TreadmillConfig(belt_mps=3.0, incline_percent=2.0)
    hipdrive.analyze(
        key_points_of(tmp_path, 12),
        session_dir=tmp_path / "session",
        config=Config(treadmill=treadmill),
    )
    found = past_session(tmp_path / "session")
    assert found.belt_mps == pytest.approx(3.0, abs=0.001)
    assert found.incline_percent == 2.0
    assert found.problem == ""
