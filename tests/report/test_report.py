"""The report of a session: what it says, and what it does with sessions that are none."""

from __future__ import annotations

import html
import json
import re
import shutil
import sys
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive import words
from hipdrive.advice.detectable import StrideMean, detectable_between_days
from hipdrive.cli import main, report
from hipdrive.leg_colours import FAR_ON_WHITE, NEAR_ON_WHITE
from hipdrive.report.charts import guarded
from hipdrive.report.page import NAME, page_of, rendered, write_report
from hipdrive.texts.catalogue import LANGUAGES
from hipdrive.types.cue import CueKind
from support.runner_file import key_points_of

if TYPE_CHECKING:
    from hipdrive.report.page import ReportPage
    from hipdrive.texts.catalogue import Language

HOUR_OF_STRIDES = 5000
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("report")
    hipdrive.analyze(key_points_of(base, 45), session_dir=base / "session")
    return base / "session"


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    """A session of 45 s, to be spoilt."""
    return shutil.copytree(recorded, tmp_path / "session")


def text_of(folder: Path) -> str:
    return rendered(page_of(hipdrive.Session.open(folder)))


class Page(HTMLParser):
    """Elements of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def summary_with(folder: Path, **values: object) -> None:
    path = folder / "session.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_the_command_writes_one_file_that_asks_for_nothing_else(folder: Path) -> None:
    assert main(["report", str(folder)]) == 0
    text = (folder / NAME).read_text()
    for tag, attributes in Page(text).elements:
        assert tag not in {"link", "iframe", "object", "form"}
        for name in ("src", "href", "srcset"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert "url(" not in text
    assert (folder / NAME).stat().st_mode & 0o777 == 0o600


def test_it_says_what_the_summary_says(folder: Path) -> None:
    summary = hipdrive.Session.open(folder).summary
    assert summary is not None
    assert summary.band is not None
    text = text_of(folder)
    assert f"<b>{summary.thigh_ext_deg.mean:.1f}°</b>" in text
    assert f"<b>{summary.strides}</b> strides" in text
    assert f"{summary.band.low_deg:.1f}° to {summary.band.high_deg:.1f}°" in text
    assert text.count("<img") == 3


def test_a_name_with_markup_stays_a_name(folder: Path) -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x>\x1b[31m"
    summary_with(folder, runner=hostile, source=hostile, warnings=[hostile], statement=hostile)
    text = text_of(folder)
    page = Page(text)
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert all((a["src"] or "").startswith("data:") for tag, a in page.elements if tag == "img")
    assert "\x1b" not in text
    assert "&lt;script&gt;" in text


ADVICE = {"id": "try.look_ahead", "fields": {"change": 4.2, "now": 10.1}}


@pytest.mark.parametrize(
    ("language", "said", "why"),
    [
        ("en", "Next time look at a point ahead", "the trunk leans otherwise"),
        ("de", "Sieh beim nächsten Mal auf einen Punkt", "der Rumpf ist anders geneigt"),
    ],
)
def test_advice_and_what_was_withheld_stand_there_in_the_runners_language(
    folder: Path, language: Language, said: str, why: str
) -> None:
    summary_with(folder, advice=[ADVICE], withheld={"trunk_lean": 12})
    assert main(["report", str(folder), "--language", language]) == 0
    text = (folder / NAME).read_text()
    assert f'<html lang="{language}">' in text
    assert said in text
    assert f"<li>12: {why}</li>" in text


def test_in_german_nothing_is_left_in_english(folder: Path) -> None:
    """All that is said anywhere in an English report, warnings aside, is said otherwise."""
    summary_with(folder, advice=[ADVICE], withheld={"trunk_lean": 12})
    path = folder / "strides.csv"
    path.write_text(re.sub(r"(,1,[^,]*,[^,]*,[^,]*),1,,", r"\1,0,gap,", path.read_text(), count=3))
    session = hipdrive.Session.open(folder)
    english, german = (_said(page_of(session, language)) for language in LANGUAGES)
    assert len(english) == len(german) > 80
    assert {one for one in english & german if re.search(r"[A-Za-z]{3}", one)} == set()


def _said(page: ReportPage) -> set[str]:
    """Every piece of text in a report and its charts, but for what is marked as English."""
    text = re.sub(r'(?s)<(p|span)[^>]* lang="en">.*?</\1>', "", rendered(page))
    charts = [page.strides_chart, page.curves_chart, page.distribution_chart]
    pictures = [b64decode(chart.partition(",")[2]).decode() for chart in charts]
    words = re.findall(r'(?:alt|aria-label|title)="([^"]*)"', text)
    for part in (text, *pictures):
        shown = re.sub(r"(?s)<(style|script|metadata)\b.*?</\1>", "", part)
        words += re.findall(r">([^<>]+)<", shown)
    return {word.strip() for word in words if re.search("[A-Za-z]{2}", word)}


def test_numbers_at_the_axes_are_written_as_the_language_does(folder: Path) -> None:
    session = hipdrive.Session.open(folder)
    decimals = {}
    for language in LANGUAGES:
        chart = page_of(session, language).strides_chart
        picture = b64decode(chart.partition(",")[2]).decode()
        decimals[language] = set(re.findall(r">\d+([.,])\d<", picture))
    assert decimals == {"en": {"."}, "de": {","}}


def test_the_legs_have_the_same_colours_in_charts_and_skeletons(folder: Path) -> None:
    page = page_of(hipdrive.Session.open(folder))
    curves = b64decode(page.curves_chart.partition(",")[2]).decode()
    for colour in (NEAR_ON_WHITE, FAR_ON_WHITE):
        assert colour in curves
        assert colour in rendered(page)


def test_strides_at_which_a_guard_was_tripped_are_marked_together(folder: Path) -> None:
    near = [each for each in hipdrive.Session.open(folder).strides if each.near]
    tripped = [None, "bounce", "bounce", None, "trunk_lean"]
    strides = [replace(each, guard=guard) for each, guard in zip(near, tripped, strict=False)]
    assert guarded(strides) == [(1, 2), (4, 4)]


def test_without_a_stride_it_says_so(folder: Path) -> None:
    header = (folder / "strides.csv").read_text().split("\n")[0]
    (folder / "strides.csv").write_text(header + "\n")
    assert "No stride of the near leg could be used." in text_of(folder)


def test_of_one_stride_it_has_a_point(folder: Path) -> None:
    lines = (folder / "strides.csv").read_text().split("\n")
    near = next(line for line in lines[1:] if ",1," in line)
    (folder / "strides.csv").write_text(f"{lines[0]}\n{near}\n")
    assert "Stride by stride" in text_of(folder)


def test_half_written_it_says_what_is_missing(folder: Path) -> None:
    (folder / "session.json").unlink()
    (folder / "poses.npz").write_bytes(b"PK")
    strides = (folder / "strides.csv").read_bytes()
    (folder / "strides.csv").write_bytes(strides[: len(strides) // 2] + bytes(100))
    text = text_of(folder)
    assert "no sound session.json" in text
    assert "no mean stride" in text
    assert "strides.csv is damaged after" in text


def test_of_another_version_it_says_so(folder: Path) -> None:
    summary_with(folder, schema="hipdrive/session/99")
    assert "hipdrive/session/99" in text_of(folder)


def test_a_session_of_an_older_version_without_a_band(folder: Path) -> None:
    values = json.loads((folder / "session.json").read_text())
    del values["band"]
    (folder / "session.json").write_text(json.dumps(values))
    assert "The band:" not in text_of(folder)


def test_what_is_no_session_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 1
    assert "is no session folder" in capsys.readouterr().err


def test_without_the_packages_it_says_which(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert main(["report", str(folder)]) == 1
    assert "hipdrive[report]" in capsys.readouterr().err


def test_rejected_strides_stand_there_with_their_reasons(folder: Path) -> None:
    path = folder / "strides.csv"
    path.write_text(re.sub(r"(,1,[^,]*,[^,]*,[^,]*),1,,", r"\1,0,gap,", path.read_text(), count=3))
    assert "3 strides: frames were missing" in text_of(folder)


def test_every_cue_has_plain_words() -> None:
    assert set(words.CUES) == set(CueKind)


def test_an_hour_stays_small(folder: Path) -> None:
    """`scripts/bench.py` has the time; five thousand strides make the largest chart."""
    header, *lines = (folder / "strides.csv").read_text().strip().split("\n")
    rows = [line.split(",", 1)[1] for line in lines]
    many = [f"{i * 0.35:.4f},{rows[i % len(rows)]}" for i in range(2 * HOUR_OF_STRIDES)]
    (folder / "strides.csv").write_text("\n".join((header, *many, "")))
    write_report(hipdrive.Session.open(folder), folder / NAME)
    assert (folder / NAME).stat().st_size < MOST_BYTES


def test_a_session_that_ends_has_its_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = tmp_path / "s"
    source = key_points_of(tmp_path)
    assert main(["replay", source, "--session-dir", str(session), "--no-publish"]) == 0
    assert f"report: {session / NAME}" in capsys.readouterr().out
    assert (session / NAME).is_file()


def test_unless_it_is_not_wanted(tmp_path: Path) -> None:
    config = tmp_path / "hipdrive.toml"
    config.write_text("[report]\neach_session = false\n")
    arguments = ["--session-dir", str(tmp_path / "s"), "--config", str(config), "--no-publish"]
    assert main(["replay", key_points_of(tmp_path), *arguments]) == 0
    assert not (tmp_path / "s" / NAME).exists()


def test_a_report_that_is_made_in_the_background_holds_no_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "python"
    outputs = "readlink /proc/self/fd/1 /proc/self/fd/2"
    text = f'#!/bin/sh\nexec 3>"$4/outputs"; {outputs} >&3\necho "hipdrive: no room" >&2; exit 1\n'
    program.write_text(text)
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    report._in_another_process(tmp_path, "en")
    assert capfd.readouterr().err == f"hipdrive: {tmp_path}: no report (no room)\n"
    own = {str(Path(f"/proc/self/fd/{number}").readlink()) for number in (1, 2)}
    assert not own & set((tmp_path / "outputs").read_text().splitlines())


def test_what_can_be_detected_is_what_history_and_advice_go_by(folder: Path) -> None:
    """Strides of SD 2° and the 2° of another day; of contact times no day's scatter is known."""
    session = hipdrive.Session.open(folder)
    assert session.summary is not None
    rows = {row.name: row for row in page_of(session).metrics}
    angle = session.summary.metrics["thigh_ext"]
    assert angle.n is not None
    assert angle.mean is not None
    assert angle.sd is not None
    day = StrideMean(angle.n, angle.mean, angle.sd)
    known = detectable_between_days("thigh_ext", day, day)
    assert known is not None
    assert known.least > 2.394 * 2
    assert rows["thigh extension"].detectable == f"{known.least:.2f}"
    assert rows["contact time"].detectable.startswith("> ")


@pytest.mark.parametrize("began", ["yesterday", "0001-01-01T00:00:00+12:00", "<b>\x1b"])
def test_a_time_that_is_none_stays_as_it_is(folder: Path, began: str) -> None:
    summary_with(folder, started_utc=began)
    assert html.escape(began.replace("\x1b", "?")) in text_of(folder)
