"""`history` and `compare` on the terminal, and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hipdrive.cli import main
from support.session.history import kept, name_of, probed, summary_of

if TYPE_CHECKING:
    from pathlib import Path

FIRST = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    """Three of Anna at 3 m/s, the second with a probe; one at 4 m/s; one that was cut off."""
    folder = tmp_path / "sessions"
    kept(folder, summary_of(FIRST, mean_deg=20.0))
    kept(folder, summary_of(FIRST + timedelta(days=1), mean_deg=20.3, programme=probed(2, 20.4)))
    kept(folder, summary_of(FIRST + timedelta(days=2), mean_deg=25.0, belt_mps=4.0))
    kept(folder, summary_of(FIRST + timedelta(days=3), mean_deg=25.4))
    (folder / name_of(FIRST + timedelta(days=4))).mkdir()
    return folder


def history(sessions: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["history", "--sessions", str(sessions), *options]) == 0
    return capsys.readouterr().out


def test_a_line_a_session_with_its_change(
    sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = history(sessions, capsys).split("\n")
    cut_off, latest, fast, probed, first = lines[1:6]
    assert "goes on, or was cut off" in cut_off
    assert "25.4 ± 2.0°" in latest
    assert "+5.4°*" in latest
    assert "4.00" in fast
    assert "°*" not in fast
    assert "+0.3°" in probed
    assert "+0.3°*" not in probed
    assert "programme, session 2, retention probe 20.4°" in probed
    assert "9.0 to 14.0°" in first
    assert "+" not in first


def test_a_line_a_trend(sessions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred strides of SD 2° and the 2° of another day: 2.394 * sqrt(2 * 0.04 + 4) = 4.84°.

    2.394 is the normal quantile of 5 % shared by three metrics. One session alone is no trend.
    """
    (trend,) = history(sessions, capsys).strip().split("\n\n")[-1].split("\n")
    assert trend == (
        "anna-3, 3.00 m/s, incline 0 %: 3 sessions, 20.0 to 25.4°, change +5.4°* "
        "(4.8° can be detected)"
    )


def test_as_json(sessions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = json.loads(history(sessions, capsys, "--json"))
    assert values["schema"] == "hipdrive/history/1"
    assert [each["mean_deg"] for each in values["sessions"]] == [None, 25.4, 25.0, 20.3, 20.0]
    assert values["sessions"][3]["programme"]["probe"]["mean_deg"] == 20.4
    slow, fast = values["trends"]
    assert [each["change"] for each in slow["sessions"]] == [0.0, 0.3, 5.4]
    assert [each["beyond_chance"] for each in slow["sessions"]] == [False, False, True]
    assert (slow["belt_mps"], fast["belt_mps"]) == (3.0, 4.0)


def test_without_a_session_it_says_where_it_looked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert history(tmp_path, capsys) == f"no session in {tmp_path}\n"
    assert json.loads(history(tmp_path, capsys, "--json"))["sessions"] == []


def test_of_one_runner_alone(sessions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept(sessions, summary_of(FIRST + timedelta(days=9), runner="ben"))
    assert "anna-3" not in history(sessions, capsys, "--runner", "ben")
    assert history(sessions, capsys, "--runner", "anna-3").count("anna-3") == 4 + 1
    assert "no session of eve in" in history(sessions, capsys, "--runner", "eve")


def test_it_looks_where_sessions_are_kept(
    data_dir: Path, sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data_dir.mkdir(parents=True)
    sessions.rename(data_dir / "sessions")
    assert main(["history"]) == 0
    assert "25.4 ± 2.0°" in capsys.readouterr().out


def test_a_name_with_markup_stays_a_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the terminal nor a table's markup is obeyed, and a line stays a line."""
    kept(tmp_path, summary_of(FIRST, runner="[bold]<b>\x1b[31m\nx"))
    out = history(tmp_path, capsys)
    assert "[bold]<b>?[31m?x" in out
    assert len(out.strip().split("\n")) == 2


@pytest.mark.long
def test_a_thousand_sessions_are_a_thousand_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(1000):
        kept(tmp_path, summary_of(FIRST + timedelta(days=day), belt_mps=2.0 + day % 4))
    out = history(tmp_path, capsys)
    assert sum("20.0 ± 2.0°" in line for line in out.split("\n")) == 1000
    assert sum("250 sessions" in line for line in out.split("\n")) == 4


def compared(sessions: Path, first: int, second: int, *options: str) -> int:
    names = (name_of(FIRST + timedelta(days=day)) for day in (first, second))
    return main(["compare", *names, "--sessions", str(sessions), *options])


def test_two_sessions_metric_by_metric(sessions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compared(sessions, 0, 3) == 0
    lines = capsys.readouterr().out.split("\n")
    (angle,) = (line.split() for line in lines if line.startswith("thigh extension,"))
    assert angle[3:] == ["20.0", "25.4", "+5.4*", "4.84", "100,", "100"]
    (time,) = (line.split() for line in lines if line.startswith("stride time"))
    assert time[3:6] == ["0.750", "0.750", "+0.000"]
    # 0.01 s on either side, and 2.5 % * sqrt(2) of 0.75 s from day to day.
    assert time[6] == "0.0636"
    (contact,) = (line.split() for line in lines if line.startswith("contact time"))
    assert contact[6] == ">"


def test_the_earlier_one_is_before_in_either_order(
    sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(sessions, 3, 0) == 0
    assert "+5.4*" in capsys.readouterr().out


def test_as_json_with_the_change_of_each(
    sessions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(sessions, 0, 1, "--json") == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["earlier"]["mean_deg"], values["later"]["mean_deg"]) == (20.0, 20.3)
    assert values["changes"]["thigh_ext"] == {
        "change": 0.3,
        "detectable": pytest.approx(4.836, abs=1e-3),
        "days_known": True,
        "beyond_chance": False,
    }


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        (0, 2, "cannot be compared: the belt went 3.00 and 4.00 m/s; 5 % apart is the most"),
        (0, 4, "there is no session.json in it; is it a finished session?"),
        (0, 5, "there is no such session; hipdrive history lists them"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    sessions: Path, first: int, second: int, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(sessions, first, second) == 1
    assert reason in capsys.readouterr().err


def test_folders_of_any_name_will_do(sessions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the time in them, and not by their names, one is the earlier one."""
    for day, name in ((0, "then"), (3, "now")):
        (sessions / name_of(FIRST + timedelta(days=day))).rename(sessions.parent / name)
    assert main(["compare", str(sessions.parent / "now"), str(sessions.parent / "then")]) == 0
    assert "+5.4*" in capsys.readouterr().out
