"""The table at the end of a session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hipdrive.cli.outcome import show, table
from hipdrive.gait.metrics.catalogue import METRICS
from hipdrive.geometry.camera_summary import CameraSummary
from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.report import summarise
from hipdrive.session.request import Outcome
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import SessionInfo
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.band import Band
from hipdrive.types.coach_status import CoachStatus
from hipdrive.types.side import Side
from support.session.results import MS, S, frame_result, stride
from support.session.summaries import full_summary

if TYPE_CHECKING:
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.stride import Stride

BAND = Band(bam_from_deg(14), bam_from_deg(16), bam_from_deg(21))


def rows_of(*strides: Stride, camera: CameraSummary | None = None) -> dict[str, str]:
    stats = SessionStats()
    for number, one in enumerate(strides):
        result = frame_result(number * S, strides=[one])
        stats.on_frame(replace(result, coach=CoachStatus(band=BAND)))
    info = SessionInfo("id", "clip.mp4", "2026-01-01T06:00:00+00:00", None)
    summary = summarise(info, stats, Side.LEFT, LoopTimeHistogram(), camera=camera)
    columns = table(summary).columns
    names, values = ([str(cell) for cell in column.cells] for column in columns)
    return dict(zip(names, values, strict=True))


def with_contact(one: Stride, contact_ms: int) -> Stride:
    whole = {"contact_time": contact_ms * MS}
    return replace(one, measures=tuple(whole.get(metric.name) for metric in METRICS))


def test_a_chosen_few_are_shown_with_the_count_behind_them() -> None:
    rows = rows_of(*(with_contact(stride(0, 15), ms) for ms in (220, 230, 240)))
    assert rows["contact time"] == "0.230 ± 0.010 s (3 strides, estimated)"
    # The band was there before the second stride.
    assert rows["in the band"] == "100 % of 2 strides"


def test_what_was_not_measured_has_no_row() -> None:
    rows = rows_of(stride(0, 15))
    assert {"contact time", "overstride", "vertical oscillation", "drift"}.isdisjoint(rows)


def test_drift_is_shown_with_its_standard_error() -> None:
    """Three degrees in ten minutes, a stride a second for five minutes, on a straight line."""
    rows = rows_of(*(stride(i * S, 15 + i / 200) for i in range(300)))
    assert rows["drift"] == "+3.0° ± 0.0° in 10 min"


def test_a_camera_that_hangs_straight_has_no_sign() -> None:
    camera = CameraSummary(
        calibrated=False,
        roll_taken_off_deg=0.0,
        strides=20,
        roll_deg=-0.04,
        roll_se_deg=0.4,
        yaw_deg=-0.4,
    )
    rows = rows_of(stride(0, 15), camera=camera)
    assert rows["camera"] == "tilted 0.0° ± 0.4° (not calibrated), turned by about 0°"


def test_hip_knee_and_ankle_stand_together_where_the_model_sees_the_foot() -> None:
    deg = {"ankle_toe_off": 12.0, "knee_flex_toe_off": 14.0}
    whole = {name: bam_from_deg(value) for name, value in deg.items()}
    one = stride(S, 20.0)
    seen = replace(one, measures=tuple(whole.get(metric.name) for metric in METRICS))
    row = rows_of(seen)["leg at its end"]
    assert row == "thigh 20.0°, knee flexed 14.0°, ankle 12.0° (1 stride with a foot, estimated)"
    assert "leg at its end" not in rows_of(one)


def test_without_a_foot_the_ankle_s_row_says_what_it_needs() -> None:
    knee = {"knee_flex_toe_off": bam_from_deg(14.0)}
    seen = replace(stride(S, 20.0), measures=tuple(knee.get(metric.name) for metric in METRICS))
    row = rows_of(seen)["leg at its end"]
    assert row.startswith("thigh 20.0°, knee flexed 14.0° (1 stride, estimated); the ankle needs")
    assert "hipdrive models list" in row


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "the trunk leaned 4.2° further forward, 10.1° in all."),
        ("de", "Der Rumpf war 4,2° weiter nach vorn geneigt, 10,1° insgesamt."),
    ],
)
def test_advice_is_said_in_the_language_of_the_runner(
    language: Language, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show(Outcome(full_summary(), Path("folder")), language)
    assert any(line.endswith(sentence) for line in capsys.readouterr().out.splitlines())
