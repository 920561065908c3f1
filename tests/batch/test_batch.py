"""`hipdrive batch` from sources to tables."""

from __future__ import annotations

import csv
import fcntl
import os
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

import hipdrive
from hipdrive.cli import main
from hipdrive.cli.exit_codes import DONE, FAILED, WRONG_USE
from support.batches import CADENCE_SPM, quick_config, runner_files, session_folders, table
from support.browser import serious_faults
from support.mounted_disk import mounted

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.usefixtures("data_dir")
STRANGE = "<b>&'\n\x1b[31m.npz"
"""A name that a page, a terminal and a table must not obey."""


def batch(folder: Path, *sources: str, out: str = "out") -> int:
    config = ["--config", str(quick_config(folder)), "--workers", "2"]
    return main(["batch", *sources, "--out", str(folder / out), *config])


def test_tables_have_a_row_for_each_recording_and_each_stride(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = runner_files(tmp_path, 2)
    lines = [f"{name},2.5" for name in names]
    (tmp_path / "runs.csv").write_text("\n".join(["source,belt_mps", *lines, ""]))
    assert batch(tmp_path, str(tmp_path / "runs.csv")) == DONE
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "2 recordings"
    assert {line.split(": ")[0] for line in said[1:3]} == {"1 of 2", "2 of 2"}
    assert said[3].startswith("2 of 2 recordings measured: sessions.csv, sessions.parquet")

    out = tmp_path / "out"
    rows = table(out / "sessions.csv")
    assert [row["source"] for row in rows] == names
    strides = table(out / "strides.csv")
    for row in rows:
        session = hipdrive.Session.open(out / row["folder"])
        assert session.summary is not None
        assert row["verdict"] == "running"
        # What the runner was made with.
        assert float(row["cadence_spm"]) == pytest.approx(CADENCE_SPM, rel=0.01)
        # Two steps a stride: metres a stride from belt and cadence.
        stride_m = 2.5 * 120 / CADENCE_SPM
        assert float(row["stride_length_m_mean"]) == pytest.approx(stride_m, rel=0.01)
        assert float(row["thigh_ext_deg_mean"]) == session.summary.thigh_ext_deg.mean
        assert float(row["belt_mps"]) == 2.5
        own = [each for each in strides if each["session"] == row["id"]]
        assert [float(each["t_s"]) for each in own] == [each.t_s for each in session.strides]
        assert {each["source"] for each in own} == {row["source"]}


def cell(value: object) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("name", ["sessions", "strides"])
def test_parquet_says_what_csv_says_with_types(tmp_path: Path, name: str) -> None:
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"")
    assert batch(tmp_path, *runner_files(tmp_path, 2, 6.0), str(broken)) == FAILED
    found = pq.read_table(tmp_path / "out" / f"{name}.parquet")
    rows = table(tmp_path / "out" / f"{name}.csv")
    assert [{key: cell(value) for key, value in row.items()} for row in found.to_pylist()] == rows
    angle = {"sessions": "thigh_ext_deg_mean", "strides": "thigh_ext_deg"}[name]
    kinds = {"sessions": {"strides": "int64", "path": "string"}, "strides": {"near": "bool"}}[name]
    for column, kind in {**kinds, angle: "double"}.items():
        assert str(found.schema.field(column).type) == kind
    if name == "strides":
        assert found.schema.field("thigh_ext_deg").metadata[b"unit"] == "°".encode()


def test_one_that_fails_stops_no_other_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    film = tmp_path / "broken.trc"
    film.write_text("no markers")
    (name,) = runner_files(tmp_path, 1, 6.0)
    assert batch(tmp_path, str(film), name) == FAILED
    failed, measured = table(tmp_path / "out" / "sessions.csv")
    assert failed["source"] == str(film)
    assert failed["error"].startswith(f"{film}: ")
    assert failed["folder"] == failed["verdict"] == ""
    assert (measured["error"], measured["verdict"]) == ("", "running")
    said = capsys.readouterr()
    assert f"of 2: {film}: failed: {film}: " in said.out
    assert said.err == "hipdrive: 1 recording failed; the tables say why\n"


def test_what_is_done_is_not_done_again_and_what_failed_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = runner_files(tmp_path, 2, 6.0)
    file = tmp_path / "run2.toml"
    sound = file.read_text()
    file.write_text("seconds = 'long'\n")
    assert batch(tmp_path, *names) == FAILED
    (first,) = session_folders(tmp_path / "out").values()
    before = (first / "session.json").stat()
    file.write_text(sound)
    capsys.readouterr()
    assert batch(tmp_path, *names) == DONE
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "2 recordings, 1 of them measured before"
    assert len(said) == 3
    assert (first / "session.json").stat() == before
    assert len(session_folders(tmp_path / "out")) == 2


def test_a_changed_source_is_measured_again_alone(tmp_path: Path) -> None:
    names = runner_files(tmp_path, 2, 6.0)
    assert batch(tmp_path, *names) == DONE
    ids = {row["source"]: row["id"] for row in table(tmp_path / "out" / "sessions.csv")}
    file = tmp_path / "run1.toml"
    file.write_text(file.read_text().replace("seed = 1", "seed = 7"))
    assert batch(tmp_path, *names) == DONE
    again = {row["source"]: row["id"] for row in table(tmp_path / "out" / "sessions.csv")}
    assert again[names[0]] != ids[names[0]]
    assert again[names[1]] == ids[names[1]]


def test_half_a_session_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    names = runner_files(tmp_path, 2, 6.0)
    assert batch(tmp_path, *names) == DONE
    whole = {row["source"]: row for row in table(tmp_path / "out" / "sessions.csv")}
    folder = tmp_path / "out" / whole[names[0]]["folder"]
    rows = (folder / "strides.csv").read_bytes()
    # On a line's end, where every row that is left is a sound one.
    (folder / "strides.csv").write_bytes(rows[: rows.index(b"\n", len(rows) // 2) + 1])
    assert batch(tmp_path, *names) == DONE
    assert (folder / "strides.csv").read_bytes() == rows
    again = {row["source"]: row for row in table(tmp_path / "out" / "sessions.csv")}
    assert again[names[0]]["strides"] == whole[names[0]]["strides"]
    assert again[names[1]]["id"] == whole[names[1]]["id"]


def test_names_are_text_in_the_index_and_in_the_tables(tmp_path: Path) -> None:
    (name,) = runner_files(tmp_path, 1, 6.0)
    hipdrive.analyze(name, session_dir=tmp_path / "session")
    clips = tmp_path / "clips"
    clips.mkdir()
    (tmp_path / "session" / "poses.npz").rename(clips / STRANGE)
    (clips / f"x{STRANGE}").write_bytes(b"no poses")
    assert batch(tmp_path, str(clips)) == FAILED
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    shown = "&lt;b&gt;&amp;&#x27;??[31m.npz"
    assert page.count(f"{clips}/{shown}</th>") == 1
    assert page.count(f"{clips}/x{shown}</th>") == 1
    assert "<b>" not in page
    assert "\x1b" not in page
    with (tmp_path / "out" / "sessions.csv").open(encoding="utf-8", newline="") as file:
        text = file.read()
    assert "\x1b" not in text
    assert [row["source"] for row in csv.DictReader(text.splitlines())] == [
        f"{clips}/<b>&'??[31m.npz",
        f"{clips}/x<b>&'??[31m.npz",
    ]


def test_the_index_leads_to_sessions_and_to_the_reports_there_are(tmp_path: Path) -> None:
    (name,) = runner_files(tmp_path, 1, 6.0)
    assert batch(tmp_path, name) == DONE
    (folder,) = session_folders(tmp_path / "out").values()
    within = f"sessions/{folder.name}"
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert f'href="{within}/"' in page
    assert "report.html" not in page
    assert main(["batch", name, "--out", str(tmp_path / "out"), "--workers", "1"]) == DONE
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert f'href="{within}/report.html"' in page
    assert (folder / "report.html").is_file()


def refused(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    assert main(["batch", *arguments]) == code
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_bad_sources_are_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "runs.csv").write_text("source,speed\n")
    out = ["--out", str(tmp_path / "out")]
    assert "holds no recordings" in refused(capsys, FAILED, str(tmp_path / "empty"), *out)
    assert "no such file" in refused(capsys, FAILED, str(tmp_path / "gone.mp4"), *out)
    assert "'speed' is unknown" in refused(capsys, WRONG_USE, str(tmp_path / "runs.csv"), *out)
    assert not (tmp_path / "out").exists()


def test_a_folder_of_results_that_cannot_be_one_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (name,) = runner_files(tmp_path, 1, 4.0)
    (tmp_path / "file").touch()
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "index.html").write_text("mine")
    for place, why in (
        ("file", "is a file"),
        ("file/below", "is a file"),
        ("used", "is not empty, and no batch's results are in it"),
    ):
        assert why in refused(capsys, FAILED, name, "--out", str(tmp_path / place))
    assert (tmp_path / "used" / "index.html").read_text() == "mine"


def test_two_batches_in_one_folder_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (name,) = runner_files(tmp_path, 1, 4.0)
    assert batch(tmp_path, name) == DONE
    capsys.readouterr()
    with (tmp_path / "out" / ".hipdrive-batch").open() as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        told = refused(capsys, FAILED, name, "--out", str(tmp_path / "out"))
    assert "another batch is at work there" in told


def test_a_full_disk_ends_the_batch_and_room_lets_it_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = runner_files(tmp_path, 3, 30.0)
    with mounted(tmp_path, "-t", "tmpfs", "-o", "size=160k", "none") as disk:
        config = ["--config", str(quick_config(tmp_path)), "--workers", "1"]
        arguments = [*names, "--out", str(disk / "out"), *config]
        assert main(["batch", *arguments]) == FAILED
        told = capsys.readouterr().err
        assert told.startswith(f"hipdrive: {disk / 'out'}: ")
        assert "No space left on device" in told
        assert "the same command goes on from here" in told
        assert not list((disk / "out").glob("*.csv"))
        os.system(f"mount -o remount,size=50m {disk}")  # noqa: S605  # a folder of this test
        assert main(["batch", *arguments]) == DONE
        assert len(session_folders(disk / "out")) == 3


def test_a_missing_model_is_told_once_and_not_for_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).touch()
    told = refused(capsys, FAILED, str(tmp_path), "--out", str(tmp_path / "out"))
    assert told.count("hipdrive models fetch") == 1


def test_the_index_can_be_used_by_everybody(tmp_path: Path, browser: Browser) -> None:
    broken = tmp_path / "broken.npz"
    broken.write_bytes(b"")
    assert batch(tmp_path, *runner_files(tmp_path, 2, 6.0), str(broken)) == FAILED
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.goto((tmp_path / "out" / "index.html").as_uri())
    assert page.get_by_role("row").count() == 4
    assert "failed" in page.get_by_role("row").nth(3).inner_text()
    # The table may be wider than a phone, the page is not.
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert serious_faults(page) == []
    page.get_by_role("link", name="strides.csv").wait_for()
    page.close()
