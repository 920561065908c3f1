"""`hipdrive runner`, and sessions of named runners and of guests, from the command line."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from hipdrive.cli import main
from hipdrive.cli.exit_codes import DONE, FAILED, WRONG_USE
from hipdrive.cli.greeting import greeting
from hipdrive.coach.programme import plan_for
from hipdrive.session.checksums import altered
from hipdrive.session.summary import SessionSummary
from hipdrive.types.programme import CoachMode
from support.runners.results import Store, result

if TYPE_CHECKING:
    from pathlib import Path

SESSION_S = 330.0
MEAN_DEG = 21.0


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a configuration `c.toml` and two runners' files, one of whom runs too short."""
    monkeypatch.chdir(tmp_path)
    runner = f"[runner]\nstride_sd_deg = 0.6\nthigh_ext_deg = {MEAN_DEG}\n[camera]\nfps = 30.0\n"
    (tmp_path / "long.toml").write_text(f"seconds = {SESSION_S}\n{runner}", encoding="utf-8")
    (tmp_path / "short.toml").write_text(f"seconds = 30.0\n{runner}", encoding="utf-8")
    config = f"data_dir = '{tmp_path}/data'\n[treadmill]\nbelt_mps = 3.0\n"
    (tmp_path / "c.toml").write_text(config, encoding="utf-8")
    return tmp_path


def replay(folder: Path, file: str, *arguments: str) -> SessionSummary:
    sessions = folder / "data" / "sessions"
    before = set(sessions.iterdir()) if sessions.exists() else set()
    assert main(["replay", f"keypoints:{file}", "--config", "c.toml", *arguments]) == DONE
    (session,) = set(sessions.iterdir()) - before
    return SessionSummary.read(session / "session.json")


def store(folder: Path) -> Store:
    (folder / "data").mkdir(exist_ok=True)
    return Store(folder / "data")


@pytest.mark.long
def test_two_sessions_of_a_runner(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = replay(folder, "long.toml", "--runner", "anna")
    assert capsys.readouterr().out.startswith("anna is new: a profile is made when")
    assert first.programme is not None
    assert (first.runner, first.programme.session, first.programme.counted) == ("anna", 1, True)
    (baseline,) = first.programme.baselines
    assert first.programme.probe == baseline
    # MoveNet's noise is not in these key points; what the filter takes is.
    assert baseline.mean_deg == pytest.approx(MEAN_DEG, abs=1.5)
    assert baseline.belt_mps == 3.0
    second = replay(folder, "long.toml", "--runner", "anna")
    out = capsys.readouterr().out
    assert out.startswith("anna: session 2 of 8;")
    assert "push the belt away behind you" in out
    assert second.programme is not None
    assert (second.programme.session, second.programme.baselines) == (2, ())
    anna = store(folder).find("anna")
    assert [each.number for each in anna.sessions] == [1, 2]
    assert (len(anna.baselines), len(anna.probes)) == (1, 2)


@pytest.mark.long
def test_a_guest_leaves_nothing(folder: Path) -> None:
    for name in ("", "guest", " Guest "):
        summary = replay(folder, "short.toml", *(["--runner", name] if name else []))
        assert (summary.runner, summary.programme) == (None, None)
    assert not (folder / "data" / "runners.sqlite").exists()


def test_a_session_that_is_too_short_does_not_count_and_says_why(folder: Path) -> None:
    summary = replay(folder, "short.toml", "--runner", "anna")
    assert summary.programme is not None
    assert not summary.programme.counted
    assert summary.programme.not_counted.endswith("s of running, and one that counts has 300")
    assert not (folder / "data" / "runners.sqlite").exists()


@pytest.mark.parametrize("name", ["a" * 10_000, "<b>anna</b>", "an\x1b[31mna", "{{ states }}"])
def test_a_name_that_is_none_is_refused_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    for command in (["replay", "keypoints:", "--runner", name], ["runner", "show", name]):
        with pytest.raises(SystemExit) as refusal:
            main([*command, "--config", "c.toml"])
        assert refusal.value.code == WRONG_USE
        said = capsys.readouterr().err
        assert "the name has" in said
        assert len(said) < 2000
        assert "\x1b" not in said
    assert not (folder / "data").exists()


def test_what_is_shown_of_runners(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(folder).keep(result("[bold]anna", "s-1"))
    store(folder).keep(result("[bold]anna", "s-2"))
    assert main(["runner", "set", "bob", "--height-m", "1.8", "--config", "c.toml"]) == DONE
    assert "bob, who is new: programme, 1.80 m, 0 sessions" in capsys.readouterr().out
    assert main(["runner", "set", "bob", "--mode", "free", "--config", "c.toml"]) == DONE
    assert "bob, who was known: free, 1.80 m" in capsys.readouterr().out
    assert main(["runner", "list", "--config", "c.toml"]) == DONE
    listed = capsys.readouterr().out
    # Brackets are no markup.
    assert "[bold]anna" in listed
    assert listed.index("anna") < listed.index("bob")
    assert main(["runner", "show", "[bold]anna", "--config", "c.toml"]) == DONE
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "[bold]anna: programme, 2 sessions done, height not known"
    # 250,000,000 BAM of 2^32 are 20.95 degrees, 262,000,000 are 1.01 more.
    assert "baseline 21.0° ± 1.0° at 2.78 m/s, 1 % (168 strides, 2026-03-01)" in shown[1]
    assert shown[-1].endswith("+1.0° from the first baseline")


def test_an_export_has_everything(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(folder).keep(result("anna", "s-1"))
    store(folder).change("anna", height_m=1.72)
    assert main(["runner", "export", "anna", "--config", "c.toml"]) == DONE
    values = json.loads(capsys.readouterr().out)
    mean = {"incline_percent": 1.0, "session_number": 1, "started_utc": "2026-03-01T18:05:00+00:00"}
    (baseline,), (probe,) = values.pop("baselines"), values.pop("probes")
    assert baseline | mean == baseline
    assert (baseline["belt_mps"], baseline["strides"]) == (2.78, 168)
    assert baseline["thigh_ext_deg"] == pytest.approx(250_000_000 * 360 / 2**32, abs=1e-6)
    assert probe["strides"] == 171
    assert values == {
        "schema": "hipdrive/runner/1",
        "name": "anna",
        "height_m": 1.72,
        "mode": "programme",
        "sessions_done": 1,
        "sessions": [
            {
                "number": 1,
                "session": "s-1",
                "started_utc": "2026-03-01T18:05:00+00:00",
                "running_s": 1200.0,
            }
        ],
        "session_folders": [],
    }
    assert main(["runner", "export", "anna", "anna.json", "--config", "c.toml"]) == DONE
    assert json.loads((folder / "anna.json").read_text("utf-8"))["name"] == "anna"
    assert (folder / "anna.json").stat().st_mode & 0o777 == 0o600


def test_whoever_is_forgotten_is_in_no_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "Annegret-Z"
    before = replay(folder, "short.toml", "--runner", name)
    store(folder).keep(result(name, before.id))
    assert name in (folder / "data" / "sessions" / before.id / "report.html").read_text("utf-8")
    assert main(["runner", "forget", name, "--config", "c.toml"]) == DONE
    said = capsys.readouterr().out
    assert f"{name} is forgotten: 1 sessions, 1 baselines, 1 retention probes" in said
    assert "taken out of 1 session folders, whose figures stay" in said
    files = [file for file in (folder / "data").rglob("*") if file.is_file()]
    assert [file for file in files if name.encode() in file.read_bytes()] == []
    after = SessionSummary.read(folder / "data" / "sessions" / before.id / "session.json")
    assert (after.runner, after.thigh_ext_deg) == (None, before.thigh_ext_deg)
    assert not altered(folder / "data" / "sessions" / before.id), "it is whole as it is now"
    assert main(["runner", "forget", name, "--config", "c.toml"]) == FAILED


def test_nobody_of_that_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for action in ("show", "export", "forget"):
        assert main(["runner", action, "anna", "--config", "c.toml"]) == FAILED
        assert "there is no profile of 'anna'; hipdrive runner list" in capsys.readouterr().err
    assert main(["runner", "list", "--config", "c.toml"]) == DONE
    assert "nobody is known" in capsys.readouterr().out
    assert not (folder / "data").exists()
    assert main(["runner", "set", "guest", "--config", "c.toml"]) == WRONG_USE


@pytest.mark.parametrize("height", ["0.4", "2.6", "nan", "tall"])
def test_a_height_that_is_none_is_refused(folder: Path, height: str) -> None:
    with pytest.raises(SystemExit):
        main(["runner", "set", "anna", "--height-m", height, "--config", "c.toml"])
    assert not (folder / "data").exists()


def test_a_store_of_a_newer_hipdrive_stops_no_session(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store(folder).keep(result("anna", "s-1"))
    with closing(sqlite3.connect(store(folder).path)) as db:
        db.execute("PRAGMA user_version = 7")
    summary = replay(folder, "short.toml", "--runner", "anna")
    assert any("written by a newer hipdrive" in warning for warning in summary.warnings)
    assert main(["runner", "list", "--config", "c.toml"]) == FAILED
    assert "written by a newer hipdrive" in capsys.readouterr().err


def test_what_a_runner_is_told_before_a_session() -> None:
    first = greeting("anna", plan_for(CoachMode.PROGRAMME, 0), ["Anna", "bob"], "en")
    assert first[0].endswith("; Anna, who is known, is somebody else")
    assert first[-1] == "Say it to yourself before you start: push the belt away behind you."
    kept = greeting("anna", plan_for(CoachMode.PROGRAMME, 8), ["anna"], "en")
    assert kept[0].startswith("anna: session 9, to keep what was learnt; the first two minutes")
    free = greeting("anna", plan_for(CoachMode.FREE, 8), ["anna"], "en")
    assert free == ["anna: session 9, with feedback all the time"]
