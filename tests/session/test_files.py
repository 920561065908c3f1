from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.gait.metrics.catalogue import METRICS
from hipdrive.private_file import make_private_folder
from hipdrive.session import summary as summary_module
from hipdrive.session.files import MOST_FRAMES_WAITING, SO_FAR_NAME, TABLES, SessionFiles
from hipdrive.session.json_file import write_json
from hipdrive.session.poses import SPOOL_NAME, RecordedPoses
from hipdrive.session.summary import SessionSummary
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.stride import Rejection
from support.session.results import META, MS, T0_NS, S, frame_result, pose, sample, stride, table
from support.session.summaries import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from hipdrive.types.frame_result import FrameResult


def write(folder: Path, results: Iterable[FrameResult]) -> None:
    files = SessionFiles(folder, META)
    for each in results:
        files.write(each)
    files.finish(SUMMARY)


def frames_of(folder: Path, *results: FrameResult) -> list[tuple[float, str, str]]:
    """Time and angles of each row of frames.csv."""
    write(folder, results)
    return [
        (float(row["t_s"]), row["near_thigh_ext_deg"], row["far_thigh_ext_deg"])
        for row in table(folder / "frames.csv")
    ]


def test_the_folder_holds_these_files_and_no_others(tmp_path: Path) -> None:
    write(tmp_path, [frame_result(0)])
    names = {"strides.csv", "frames.csv", "cues.csv", "poses.npz", "session.json", "SHA256SUMS"}
    assert {file.name for file in tmp_path.iterdir()} == names


def test_a_session_without_a_frame_has_tables_with_headers(tmp_path: Path) -> None:
    write(tmp_path, [])
    headers = {
        "strides.csv": {
            "t_s",
            "leg",
            "thigh_ext_deg",
            "hip_ext_deg",
            "stride_time_s",
            "accepted",
            "reason",
        },
        "frames.csv": {"t_s", "near_thigh_ext_deg", "far_thigh_ext_deg", "score"},
        "cues.csv": {"t_s", "kind"},
    }
    for name, header in headers.items():
        (line,) = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        assert header <= set(line.split(","))
    assert list(RecordedPoses(tmp_path / "poses.npz")) == []


def test_every_file_is_its_owners_alone_whatever_the_umask(tmp_path: Path) -> None:
    for umask in (0, 0o022, 0o777):
        before = os.umask(umask)
        try:
            folder = tmp_path / f"{umask:o}" / "sessions" / "one"
            make_private_folder(folder)
            write(folder, [frame_result(0)])
        finally:
            os.umask(before)
        assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
        made = (folder, folder.parent, folder.parents[1])
        assert {each.stat().st_mode & 0o777 for each in made} == {0o700}


def test_a_summary_so_far_is_gone_when_there_is_one(tmp_path: Path) -> None:
    files = SessionFiles(tmp_path, META)
    files.write_so_far(SUMMARY)
    assert SessionSummary.read(tmp_path / SO_FAR_NAME) == SUMMARY
    files.finish(SUMMARY)
    assert not (tmp_path / SO_FAR_NAME).exists()


def test_a_stride_has_its_row(tmp_path: Path) -> None:
    strides = [
        stride(1500 * MS, 12.5, -3.25, time_ns=712 * MS),
        stride(1600 * MS, -7, 8, near=False, rejection=Rejection.SEGMENT_LENGTH),
    ]
    write(tmp_path, [frame_result(0), frame_result(1700 * MS, strides=strides)])
    near, far = table(tmp_path / "strides.csv")
    assert float(near["t_s"]) == 1.5
    assert (near["leg"], near["near"], near["accepted"], near["reason"]) == ("left", "1", "1", "")
    assert (float(near["thigh_ext_deg"]), float(near["hip_ext_deg"])) == (12.5, -3.25)
    assert float(near["stride_time_s"]) == 0.712
    assert float(far["t_s"]) == 1.6
    assert (far["leg"], far["near"], far["accepted"]) == ("right", "0", "0")
    assert far["reason"] == "segment_length"


def test_a_stride_s_row_has_its_events_and_metrics(tmp_path: Path) -> None:
    whole = {"contact_time": 231_449_600, "knee_flex_swing": 1 << 30, "stride_length": 5 << 15}
    full = replace(
        stride(1500 * MS),
        foot_strike_ns=T0_NS + 1200 * MS,
        toe_off_ns=T0_NS + 1431 * MS,
        measures=tuple(whole.get(metric.name) for metric in METRICS),
    )
    rejected = replace(full, rejection=Rejection.GAP)
    write(tmp_path, [frame_result(0), frame_result(1700 * MS, strides=[full, rejected])])
    row, useless = table(tmp_path / "strides.csv")
    assert (row["foot_strike_s"], row["toe_off_s"]) == ("1.2000", "1.4310")
    # A quarter of a turn, and 2.5 in Q16.16.
    assert row["contact_time_s"] == "0.2314"
    assert row["knee_flex_swing_deg"] == "90.000"
    assert row["stride_length_m"] == "2.5000"
    assert row["trunk_lean_deg"] == ""
    assert {useless[metric.column] for metric in METRICS} == {""}


def test_a_cue_has_its_row_with_the_angle_it_rests_on(tmp_path: Path) -> None:
    cues = [
        Cue(T0_NS + 2 * S, CueKind.LED_BELOW, bam_from_deg(9.5)),
        Cue(T0_NS + 2 * S, CueKind.LED_OFF),
    ]
    write(tmp_path, [frame_result(0), frame_result(2 * S, cues=cues)])
    below, off = table(tmp_path / "cues.csv")
    assert (float(below["t_s"]), below["kind"]) == (2, "led_below")
    assert float(below["thigh_ext_deg"]) == 9.5
    assert (off["kind"], off["thigh_ext_deg"]) == ("led_off", "")


def test_a_frame_has_its_score_and_whether_somebody_is_there(tmp_path: Path) -> None:
    write(tmp_path, [frame_result(0, score=ONE * 3 // 4), frame_result(1, score=ONE // 4)])
    there, nobody = table(tmp_path / "frames.csv")
    assert (float(there["score"]), there["runner_seen"]) == (0.75, "1")
    assert (float(nobody["score"]), nobody["runner_seen"]) == (0.25, "0")


def test_the_angles_of_a_frame_are_those_of_its_own_time(tmp_path: Path) -> None:
    samples = [sample(0, 10, -10), sample(100 * MS, 20, -30)]
    # A quarter, half and three quarters of the way from 10 to 20 and from -10 to -30 degrees.
    rows = frames_of(
        tmp_path,
        frame_result(0, samples=samples[:1]),
        frame_result(25 * MS),
        frame_result(50 * MS),
        frame_result(75 * MS),
        frame_result(100 * MS),
        frame_result(130 * MS, samples=samples[1:]),
    )
    assert rows[1:5] == [
        (0.025, "12.500", "-15.000"),
        (0.05, "15.000", "-20.000"),
        (0.075, "17.500", "-25.000"),
        (0.1, "20.000", "-30.000"),
    ]


def test_frames_before_the_first_and_after_the_last_sample_have_no_angles(tmp_path: Path) -> None:
    rows = frames_of(
        tmp_path,
        frame_result(0),
        frame_result(50 * MS, samples=[sample(20 * MS, 10, 10), sample(60 * MS, 20, 20)]),
        frame_result(100 * MS),
    )
    assert rows == [(0, "", ""), (0.05, "17.500", "17.500"), (0.1, "", "")]


def test_where_nothing_was_measured_no_angles_are_made_up(tmp_path: Path) -> None:
    # The runner is gone from 0.1 s to 0.9 s. The engine bridges at most a quarter of a second.
    rows = frames_of(
        tmp_path,
        frame_result(0, samples=[sample(0, 10, 10)]),
        frame_result(100 * MS, samples=[sample(100 * MS, 20, 20)]),
        *[frame_result(after_ms * MS, score=0) for after_ms in range(200, 900, 100)],
        frame_result(900 * MS, samples=[sample(900 * MS, 30, 30)]),
        frame_result(1000 * MS, samples=[sample(1000 * MS, 40, 40)]),
    )
    assert [near for _, near, _ in rows[1:]] == ["20.000", *[""] * 8, "40.000"]


def test_a_gap_that_the_engine_bridges_is_bridged_here_too(tmp_path: Path) -> None:
    rows = frames_of(
        tmp_path,
        frame_result(0, samples=[sample(0, 10, 10)]),
        frame_result(125 * MS, score=0),
        frame_result(250 * MS, samples=[sample(250 * MS, 20, 20)]),
    )
    assert rows[1] == (0.125, "15.000", "15.000")


def test_rows_of_frames_are_complete_and_in_order_however_long_the_wait(tmp_path: Path) -> None:
    count = 2 * MOST_FRAMES_WAITING
    results = [frame_result(number * MS) for number in range(count)]
    last = frame_result(
        count * MS, samples=[sample((count - 10) * MS, 1, 1), sample(count * MS, 2, 2)]
    )
    rows = frames_of(tmp_path, *results, last)
    assert [t_s for t_s, _, _ in rows] == [number / 1000 for number in range(count + 1)]
    assert [near != "" for _, near, _ in rows] == [False] * (count - 9) + [True] * 10


def test_the_poses_of_the_session_can_be_replayed(tmp_path: Path) -> None:
    write(tmp_path, [frame_result(0), frame_result(5, score=3)])
    recorded = RecordedPoses(tmp_path / "poses.npz")
    assert list(recorded) == [pose(0), pose(5, 3)]
    assert recorded.meta == META


@pytest.mark.parametrize("ended", [False, True])
def test_what_a_summary_counts_is_on_the_disk_before_it_and_all_of_it_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, ended: bool
) -> None:
    """A power cut right after the summary takes neither strides nor key points from under it."""
    synced: dict[int, int] = {}
    sync, write_last = os.fsync, write_json

    def note(handle: int) -> None:
        found = os.fstat(handle)
        synced[found.st_ino] = found.st_size
        sync(handle)

    def check(path: Path, values: dict[str, Any]) -> None:
        for name in (*TABLES, SPOOL_NAME):
            found = (tmp_path / name).stat()
            assert synced[found.st_ino] == found.st_size, name
        write_last(path, values)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(summary_module, "write_json", check)
    files = SessionFiles(tmp_path, META)
    files.write(frame_result(0, strides=[stride()]))
    if not ended:
        files.write_so_far(SUMMARY)
        files.abandon()
        return
    files.finish(SUMMARY)
    assert len(table(tmp_path / "frames.csv")) == 1
    names = ("session.json", "frames.csv", "poses.npz")
    assert {(tmp_path / name).stat().st_ino for name in names} <= set(synced)
    assert tmp_path.stat().st_ino in synced


def test_a_json_file_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "session.json"
    write_json(path, {"strides": 1})

    def breaks(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", breaks)
        with pytest.raises(OSError, match="No space left"):
            write_json(path, {"strides": 2})
    assert json.loads(path.read_text(encoding="utf-8")) == {"strides": 1}
    write_json(path, {"strides": 3})
    assert json.loads(path.read_text(encoding="utf-8")) == {"strides": 3}


def test_a_number_that_json_does_not_know_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "session.json", {"mean": float("nan")})
    assert not (tmp_path / "session.json").exists()
