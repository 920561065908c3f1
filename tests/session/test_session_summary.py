"""The summary as a type: written, read back, and without figures where there was no run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.errors import SessionError
from hipdrive.session.summary import SessionSummary
from hipdrive.session.verdict import Verdict, VerdictKind
from support.session.summaries import CAMERA, INFO, SUMMARY, full_summary

if TYPE_CHECKING:
    from pathlib import Path

NO_RUN = Verdict(VerdictKind.NOT_RUNNING, "not running: a walk")
KEPT = {"definition", "unit", "confidence"}
"""What says how a figure is meant."""


def as_read(summary: SessionSummary) -> dict[str, Any]:
    """The values as somebody reads them who has only the file."""
    values: dict[str, Any] = json.loads(json.dumps(summary.to_json(), allow_nan=False))
    return values


def nulls(values: dict[str, Any]) -> list[str]:
    """Names of all that is null, at any depth."""
    found = [name for name, value in values.items() if value is None]
    for value in values.values():
        if isinstance(value, dict):
            found += nulls(value)
    return found


@pytest.mark.parametrize("summary", [SUMMARY, full_summary()], ids=["empty", "full"])
def test_what_is_written_is_read_back_and_written_the_same(
    summary: SessionSummary, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    summary.write(first)
    read = SessionSummary.read(first)
    assert read == summary
    read.write(second)
    assert first.read_bytes() == second.read_bytes()


def test_the_keys_have_the_order_of_the_schema() -> None:
    assert list(as_read(SUMMARY)) == [
        "schema",
        "id",
        "source",
        "started_utc",
        "facing",
        "near_leg",
        "frames",
        "frames_without_runner",
        "duration_s",
        "strides",
        "rejected_strides",
        "rejections",
        "far_strides",
        "cadence_spm",
        "thigh_ext_deg",
        "hip_ext_deg",
        "metrics",
        "session_metrics",
        "cues",
        "camera",
        "pose",
        "frames_to_cue",
        "cue_latency_ms",
        "loop_ms",
        "warnings",
        "withheld",
        "runner",
        "verdict",
        "statement",
        "band",
        "programme",
        "advice",
        "incline_percent",
    ]


def test_a_run_keeps_its_figures() -> None:
    full = full_summary()
    assert nulls(as_read(full)) == []
    judged = full.judged(Verdict(VerdictKind.RUNNING))
    assert judged == full
    assert (judged.verdict, judged.statement) == (VerdictKind.RUNNING, "")


def test_anything_else_has_no_figures_but_says_what_they_would_mean() -> None:
    full = full_summary()
    judged = full.judged(NO_RUN)
    assert (judged.verdict, judged.statement) == (NO_RUN.kind, NO_RUN.statement)
    assert judged.cadence_spm is None
    assert judged.advice == ()
    before, after = as_read(full), as_read(judged)
    figures = [
        (before["thigh_ext_deg"], after["thigh_ext_deg"]),
        (before["hip_ext_deg"], after["hip_ext_deg"]),
        *((before["metrics"][name], after["metrics"][name]) for name in before["metrics"]),
        *(
            (before["session_metrics"][name], after["session_metrics"][name])
            for name in before["session_metrics"]
        ),
    ]
    for known, withheld in figures:
        assert list(withheld) == list(known)
        assert {name for name in known if withheld[name] is None} == set(known) - KEPT
        assert all(withheld[name] == known[name] for name in known if name in KEPT)


def test_without_figures_the_counts_and_the_machine_stay() -> None:
    full = full_summary()
    judged = full.judged(NO_RUN)
    assert (judged.strides, judged.rejections, judged.far_strides) == (40, {"gap": 4}, 40)
    assert (judged.cues, judged.pose, judged.loop_ms) == (full.cues, INFO.pose, full.loop_ms)
    assert (judged.warnings, judged.runner) == (full.warnings, "anna-3")


def test_of_the_camera_stays_what_was_known_before() -> None:
    camera = as_read(full_summary().judged(NO_RUN))["camera"]
    assert camera == {
        "calibrated": True,
        "roll_taken_off_deg": CAMERA.roll_taken_off_deg,
        "strides": None,
        "roll_deg": None,
        "roll_se_deg": None,
        "yaw_deg": None,
        "px_per_m": None,
        "belt_mps": None,
    }
    assert SUMMARY.judged(NO_RUN).camera is None


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "Expecting value"),
        ("[]", "no JSON object"),
        ('{"schema": "hipdrive/session/9"}', "schema is 'hipdrive/session/9'"),
        ('{"schema": "hipdrive/session/1", "id": "a"}', "source"),
        ("[" * 100_000, "session.json"),
    ],
)
def test_a_file_that_is_none_is_an_error_that_names_it(
    tmp_path: Path, text: str, wrong: str
) -> None:
    path = tmp_path / "session.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SessionError, match=wrong) as raised:
        SessionSummary.read(path)
    assert str(path) in str(raised.value)


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match=r"session\.json: cannot be read \(No such file"):
        SessionSummary.read(tmp_path / "session.json")


def test_a_figure_of_the_wrong_type_is_named(tmp_path: Path) -> None:
    values = as_read(full_summary())
    values["thigh_ext_deg"]["mean"] = "high"
    path = tmp_path / "session.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(SessionError, match=r"thigh_ext_deg\.mean"):
        SessionSummary.read(path)


def test_pydantic_is_not_loaded_before_a_file_is_read() -> None:
    import subprocess
    import sys

    program = "import sys, hipdrive.session.report; sys.exit('pydantic' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
