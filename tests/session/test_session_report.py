from __future__ import annotations

import json
from typing import Any

from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.report import summarise
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import PoseInfo, SessionInfo
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.side import Side
from hipdrive.types.stride import Rejection, Stride
from support.session.results import MS, frame_result, stride

SHA256 = "cd7cc22fa946e5d146a7b98d496853e1923e22828d3972d579973f27f91bb105"
INFO = SessionInfo(
    "20260101T060000Z-a1b2c3",
    "clip.mp4",
    "2026-01-01T06:00:00+00:00",
    PoseInfo("movenet-lightning-int8", SHA256, "ai-edge-litert 2.1.6"),
)
KEYS = {
    "schema",
    "id",
    "source",
    "facing",
    "near_leg",
    "frames",
    "frames_without_runner",
    "duration_s",
    "strides",
    "rejected_strides",
    "cadence_spm",
    "thigh_ext_deg",
    "hip_ext_deg",
    "metrics",
    "session_metrics",
    "cues",
    "pose",
    "loop_ms",
}


def summary_of(
    stats: SessionStats, loop_times: LoopTimeHistogram, facing: Side | None = Side.LEFT
) -> dict[str, Any]:
    """The summary as somebody reads it who has only the file."""
    values = summarise(INFO, stats, facing, loop_times, ["a warning"]).to_json()
    text = json.dumps(values, allow_nan=False)
    summary: dict[str, Any] = json.loads(text)
    return summary


def session() -> dict[str, Any]:
    stats, loop_times = SessionStats(), LoopTimeHistogram()
    for number in range(62):
        # 25 frames a second: too few would be a warning of their own.
        stats.on_frame(frame_result(number * 40 * MS, score=0))
    rejected = stride(rejection=Rejection.LOW_SCORE, time_ns=750 * MS)
    strides = [stride(0, 12, 2, time_ns=750 * MS), stride(0, 16, 6, time_ns=750 * MS), rejected]
    cues = [Cue(0, CueKind.LED_BELOW), Cue(0, CueKind.BUZZ)]
    stats.on_frame(frame_result(2500 * MS, strides=strides, cues=cues))
    for lap_ms in range(1, 21):
        loop_times.add(lap_ms * MS + 10_000)
    return summary_of(stats, loop_times)


def test_every_key_is_there_with_a_session_and_without() -> None:
    for summary in (session(), summary_of(SessionStats(), LoopTimeHistogram(), None)):
        assert set(summary) >= KEYS
        for angle in ("thigh_ext_deg", "hip_ext_deg"):
            keys = {"definition", "mean", "sd", "min", "max", "expected_error"}
            assert set(summary[angle]) == keys
        assert set(summary["pose"]) == {"model", "sha256", "runtime", "stand_in", "decode"}
        assert set(summary["loop_ms"]) == {"p50", "p95"}
        assert set(summary["cues"]) == {kind.value for kind in CueKind}


def test_the_figures_are_those_of_the_session() -> None:
    summary = session()
    assert summary["schema"] == "hipdrive/session/1"
    assert (summary["id"], summary["source"]) == (INFO.id, "clip.mp4")
    assert (summary["frames"], summary["frames_without_runner"]) == (63, 62)
    assert summary["duration_s"] == 2.5
    assert (summary["strides"], summary["rejected_strides"]) == (2, 1)
    assert summary["cadence_spm"] == 160
    # Two values two below and two above their mean: sd = sqrt(8).
    thigh = {"definition": "thigh_ext/1", "mean": 14, "sd": 2.828, "min": 12, "max": 16}
    assert summary["thigh_ext_deg"] == {**thigh, "expected_error": None}
    hip = {"definition": "hip_ext/1", "mean": 4, "sd": 2.828, "min": 2, "max": 6}
    assert summary["hip_ext_deg"] == {**hip, "expected_error": None}
    assert summary["cues"]["buzz"] == summary["cues"]["led_below"] == 1
    assert sum(summary["cues"].values()) == 2
    assert summary["pose"]["sha256"] == SHA256
    # Twenty laps of 1 to 20 ms: the tenth and the nineteenth.
    assert summary["loop_ms"] == {"p50": 10.01, "p95": 19.01}
    assert summary["warnings"] == ["a warning"]


def test_the_near_leg_is_the_one_on_the_side_faced() -> None:
    # Who faces image left turns the left side to the camera.
    for side in Side:
        summary = summary_of(SessionStats(), LoopTimeHistogram(), side)
        assert summary["facing"] == summary["near_leg"] == side.value


def test_what_is_not_known_is_null() -> None:
    summary = summary_of(SessionStats(), LoopTimeHistogram(), None)
    nothing = {"mean": None, "sd": None, "min": None, "max": None, "expected_error": None}
    assert summary["thigh_ext_deg"] == {"definition": "thigh_ext/1", **nothing}
    assert summary["hip_ext_deg"] == {"definition": "hip_ext/1", **nothing}
    assert summary["facing"] is summary["near_leg"] is summary["cadence_spm"] is None
    assert summary["loop_ms"] == {"p50": None, "p95": None}
    assert summary["duration_s"] == 0
    assert set(summary["cues"].values()) == {0}


def test_one_stride_has_a_mean_and_no_standard_deviation() -> None:
    stats = SessionStats()
    stats.on_frame(frame_result(0, strides=[stride(0, 12, 2)]))
    thigh = summary_of(stats, LoopTimeHistogram())["thigh_ext_deg"]
    assert (thigh["mean"], thigh["sd"], thigh["min"], thigh["max"]) == (12, None, 12, 12)


def test_poses_made_elsewhere_have_no_model() -> None:
    info = SessionInfo("id", "poses.npz", "2026-01-01T06:00:00+00:00", None)
    assert summarise(info, SessionStats(), None, LoopTimeHistogram()).pose is None


def warnings_of(frames: int, frame_ms: int, strides: list[Stride], facing: Side) -> list[str]:
    stats = SessionStats()
    for number in range(frames):
        stats.on_frame(frame_result(number * frame_ms * MS))
    stats.on_frame(frame_result(frames * frame_ms * MS, strides=strides))
    warnings: list[str] = summary_of(stats, LoopTimeHistogram(), facing)["warnings"]
    return warnings[1:]


def test_too_few_frames_a_second_are_a_warning_where_there_is_something_measured() -> None:
    # 20 frames a second is enough; 1000 / 51 = 19.6 is not.
    assert warnings_of(100, 50, [stride()], Side.LEFT) == []
    (warning,) = warnings_of(100, 51, [stride()], Side.LEFT)
    assert warning.startswith("about 20 frames a second")
    assert warnings_of(100, 51, [], Side.LEFT) == []


def test_strides_against_the_facing_are_a_warning_that_counts_them() -> None:
    against = [stride(rejection=Rejection.FACING)] * 3
    (warning,) = warnings_of(100, 20, against, Side.RIGHT)
    assert warning.startswith("3 strides rejected")
    assert "right" in warning
    (warning,) = warnings_of(100, 20, against[:1], Side.RIGHT)
    assert warning.startswith("1 stride rejected")


def test_rejections_are_counted_by_reason() -> None:
    stats = SessionStats()
    reasons = [Rejection.GAP, Rejection.LOW_SCORE, Rejection.GAP]
    stats.on_frame(frame_result(0, strides=[stride(rejection=reason) for reason in reasons]))
    summary = summary_of(stats, LoopTimeHistogram())
    assert summary["rejections"] == {"gap": 2, "low_score": 1}
    assert summary["rejected_strides"] == 3
