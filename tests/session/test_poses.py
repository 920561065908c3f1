from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.errors import SkeletonError
from hipdrive.session.poses import SPOOL_NAME, PosesMeta, PosesSpool, RecordedPoses
from hipdrive.types.pose import FootShift, Keypoint, Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17, Skeleton
from support.keypoints import pose_of, values
from support.session.results import META, T0_NS, pose

INT32 = st.integers(-(2**31) + 1, 2**31 - 1)


def pack(folder: Path, poses: list[Pose], meta: PosesMeta = META) -> Path:
    spool = PosesSpool(folder / SPOOL_NAME, meta)
    for each in poses:
        spool.add(each)
    path = folder / "poses.npz"
    spool.pack(path)
    return path


def test_the_spool_goes_once_the_name_of_the_recording_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[bool] = []
    sync, remove = os.fsync, Path.unlink

    def note(handle: int) -> None:
        if os.fstat(handle).st_ino == tmp_path.stat().st_ino:
            named.append((tmp_path / "poses.npz").exists())
        sync(handle)

    def check(path: Path, *, missing_ok: bool = False) -> None:
        assert path.name != SPOOL_NAME or named == [True]
        remove(path, missing_ok=missing_ok)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(Path, "unlink", check)
    assert list(RecordedPoses(pack(tmp_path, [pose(0)]))) == [pose(0)]


@given(
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=12, unique=True).map(sorted),
    st.lists(INT32, min_size=51, max_size=51),
)
def test_what_is_written_is_read_back_bit_for_bit(times: list[int], points: list[int]) -> None:
    poses = [pose_of(t_ns, (*points[i:], *points[:i])) for i, t_ns in enumerate(times)]
    with TemporaryDirectory() as folder:
        recorded = RecordedPoses(pack(Path(folder), poses))
        assert list(recorded) == poses
        assert recorded.frame_count == len(poses)
        assert recorded.meta == META


@given(st.lists(st.none() | st.tuples(st.integers(1, 2**31 - 1), INT32, INT32), max_size=12))
def test_how_far_the_foot_went_is_read_back_bit_for_bit(
    feet: list[tuple[int, int, int] | None],
) -> None:
    poses = [replace(pose(i), foot=foot and FootShift(*foot)) for i, foot in enumerate(feet)]
    with TemporaryDirectory() as folder:
        assert list(RecordedPoses(pack(Path(folder), poses))) == poses


def test_a_recording_may_be_read_twice(tmp_path: Path) -> None:
    with RecordedPoses(pack(tmp_path, [pose(0), pose(1)])) as recorded:
        assert list(recorded) == list(recorded) == [pose(0), pose(1)]
        assert recorded.name == "poses.npz"
        assert recorded.warnings == []


def test_a_pose_that_was_read_is_made_of_plain_integers(tmp_path: Path) -> None:
    (read,) = RecordedPoses(pack(tmp_path, [pose(0)]))
    assert {type(value) for value in (read.t_ns, *values(read))} == {int}


def test_numpy_alone_can_read_a_recording(tmp_path: Path) -> None:
    points = tuple(range(51))
    path = pack(tmp_path, [pose_of(7, points), pose_of(9, points[::-1])])
    with np.load(path, allow_pickle=False) as archive:
        assert sorted(archive.files) == ["flags", "foot", "meta", "points", "t_ns"]
        assert archive["t_ns"].tolist() == [7, 9]
        assert archive["t_ns"].dtype == np.dtype("<i8")
        assert archive["points"].dtype == np.dtype("<i4")
        assert archive["points"].shape == (2, 17, 3)
        assert archive["points"][0, 1].tolist() == [3, 4, 5]
        meta = json.loads(archive["meta"].tobytes())
    assert meta == {
        "schema": "hipdrive/poses/1",
        "source": "clip.mp4",
        "facing": "left",
        "pose": {
            "model": "movenet",
            "sha256": "ab" * 32,
            "runtime": "ai-edge-litert 2.1.6",
            "stand_in": False,
            "decode": "stock",
        },
    }


@pytest.mark.parametrize(
    "meta", [PosesMeta("Läufer.mp4", None, None), PosesMeta("a\nb", Side.RIGHT, META.pose), META]
)
def test_what_a_recording_says_of_itself_is_read_back(tmp_path: Path, meta: PosesMeta) -> None:
    assert RecordedPoses(pack(tmp_path, [], meta)).meta == meta


def test_more_poses_than_are_copied_at_a_time_come_back_in_order(tmp_path: Path) -> None:
    poses = [pose(number) for number in range(10_000)]
    assert [each.t_ns for each in RecordedPoses(pack(tmp_path, poses))] == [
        T0_NS + number for number in range(10_000)
    ]


def test_a_coordinate_that_does_not_fit_becomes_the_nearest_that_does(tmp_path: Path) -> None:
    points = [0] * 51
    points[0], points[1] = 2**40, -(2**40)
    (read,) = RecordedPoses(pack(tmp_path, [pose_of(0, points)]))
    assert read.keypoints[0] == (2**31 - 1, -(2**31) + 1, 0)


def test_equal_recordings_are_equal_files(tmp_path: Path) -> None:
    contents = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        contents.append(pack(tmp_path / name, [pose(0), pose(5)]).read_bytes())
    assert contents[0] == contents[1]


def test_a_recording_is_compressed(tmp_path: Path) -> None:
    # Poses that are all the same: 12 bytes of key point for each of 17, and the time.
    size = pack(tmp_path, [pose(number) for number in range(1000)]).stat().st_size
    assert size < 1000 * (12 * 17 + 8) / 4


def test_the_spool_is_gone_when_the_recording_is_there(tmp_path: Path) -> None:
    pack(tmp_path, [pose(0)])
    assert [file.name for file in tmp_path.iterdir()] == ["poses.npz"]


def cut_off(folder: Path, count: int) -> Path:
    """The spool of a session that did not come to its end."""
    folder.mkdir()
    spool = PosesSpool(folder / SPOOL_NAME, META)
    for number in range(count):
        spool.add(pose(number))
    spool.close()
    spool.close()
    return folder / SPOOL_NAME


def test_the_spool_of_a_session_that_was_cut_off_can_be_read(tmp_path: Path) -> None:
    recorded = RecordedPoses(cut_off(tmp_path / "session-7", 3))
    assert list(recorded) == [pose(0), pose(1), pose(2)]
    assert recorded.frame_count == 3
    assert recorded.meta == META
    assert recorded.warnings == ["session-7 was cut off; these are the 3 frames it had"]


def test_a_pose_that_the_power_cut_halved_is_left_out(tmp_path: Path) -> None:
    path = cut_off(tmp_path / "session-7", 3)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 1])
    assert list(RecordedPoses(path)) == [pose(0), pose(1)]
    path.write_bytes(b"")
    assert list(RecordedPoses(path)) == []


@pytest.mark.parametrize("rest", [b"\0", b"\xff", b"\x5a"])
def test_what_a_power_cut_made_of_the_last_rows_is_left_out_and_said(
    tmp_path: Path, rest: bytes
) -> None:
    path = cut_off(tmp_path / "session-7", 10)
    whole = path.read_bytes()
    row = (len(whole) - len(whole.split(b"\n", 1)[0]) - 1) // 10
    path.write_bytes(whole[: -2 * row - 5] + rest * (2 * row + 5))
    recorded = RecordedPoses(path)
    assert list(recorded) == [pose(number) for number in range(7)]
    (warning,) = recorded.warnings
    assert warning.endswith("these are the 7 frames it had, 3 are damaged")


def test_no_bit_of_a_spool_can_turn_without_its_row_being_left_out(tmp_path: Path) -> None:
    path = cut_off(tmp_path / "session-7", 3)
    whole = path.read_bytes()
    start = whole.index(b"\n") + 1
    row = (len(whole) - start) // 3
    for bit in range(8 * row):
        damaged = bytearray(whole)
        damaged[start + row + bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        assert list(RecordedPoses(path)) == [pose(0)]


def test_what_was_seen_beside_the_runner_is_kept(tmp_path: Path) -> None:
    points = pose(0).keypoints
    poses = [
        Pose(7, points, crowded=True),
        Pose(8, points, cut=True),
        Pose(9, points, crowded=True, cut=True),
        Pose(10, points),
    ]
    assert list(RecordedPoses(pack(tmp_path, poses))) == poses


def test_a_recording_from_elsewhere_needs_no_flags_and_no_foot(tmp_path: Path) -> None:
    poses = [pose_of(7, range(51))]
    needed = {"meta", "t_ns", "points"}
    with np.load(pack(tmp_path, poses)) as archive:
        np.savez(tmp_path / "bare.npz", **{k: v for k, v in archive.items() if k in needed})
    assert list(RecordedPoses(tmp_path / "bare.npz")) == poses


HEEL_AND_TOE = Skeleton(
    "coco-17-feet", ("left_heel", *COCO_17.joints[::-1], "right_heel", "left_toe", "right_toe")
)


def with_feet(number: int) -> Pose:
    points = tuple(Keypoint(number, i, 3 * i) for i in range(len(HEEL_AND_TOE)))
    return Pose(T0_NS + number, points, skeleton=HEEL_AND_TOE)


def test_another_skeleton_is_written_and_read_back(tmp_path: Path) -> None:
    poses = [with_feet(1), with_feet(2)]
    path = pack(tmp_path, poses)
    recorded = RecordedPoses(path)
    assert list(recorded) == poses
    assert recorded.skeleton == HEEL_AND_TOE
    with np.load(path) as archive:
        meta = json.loads(archive["meta"].tobytes())
    assert meta["skeleton"] == {"name": "coco-17-feet", "joints": list(HEEL_AND_TOE.joints)}


def test_another_skeleton_outlives_a_power_cut(tmp_path: Path) -> None:
    spool = PosesSpool(tmp_path / SPOOL_NAME, META)
    spool.add(with_feet(1))
    assert list(RecordedPoses(tmp_path / SPOOL_NAME)) == [with_feet(1)]
    spool.close()


def test_one_recording_has_one_skeleton(tmp_path: Path) -> None:
    spool = PosesSpool(tmp_path / SPOOL_NAME, META)
    spool.add(with_feet(1))
    with pytest.raises(SkeletonError, match="coco-17-feet cannot take a pose of coco-17"):
        spool.add(pose(2))
    spool.close()


@given(st.lists(st.none() | st.integers(0, 2**31 - 1), min_size=1, max_size=12))
def test_the_speed_of_the_belt_is_read_back_bit_for_bit(speeds: list[int | None]) -> None:
    poses = [replace(pose(i), belt_mm_per_s=speed) for i, speed in enumerate(speeds)]
    with TemporaryDirectory() as folder:
        path = pack(Path(folder), poses)
        assert list(RecordedPoses(path)) == poses
        with np.load(path) as archive:
            assert ("belt_mm_per_s" in archive.files) == any(s is not None for s in speeds)


def test_a_spool_of_an_earlier_version_is_still_read(tmp_path: Path) -> None:
    """Rows of COCO-17 from the first byte on: time, 17 times x, y, score, flags, foot."""
    row = [("t_ns", "<i8"), ("points", "<i4", (17, 3)), ("flags", "u1"), ("foot", "<i4", (3,))]
    rows = np.zeros(2, row)
    rows["t_ns"], rows["points"], rows["flags"] = [7, 9], np.arange(51).reshape(17, 3), 1
    (tmp_path / SPOOL_NAME).write_bytes(rows.tobytes())
    expected = [replace(pose_of(t_ns, range(51)), crowded=True) for t_ns in (7, 9)]
    assert list(RecordedPoses(tmp_path / SPOOL_NAME)) == expected


def test_a_spool_of_an_earlier_version_with_zeros_at_its_end_is_read_up_to_there(
    tmp_path: Path,
) -> None:
    """What ext4 leaves of blocks that were allocated and not written when the power went."""
    row = [("t_ns", "<i8"), ("points", "<i4", (17, 3)), ("flags", "u1"), ("foot", "<i4", (3,))]
    rows = np.zeros(5, row)
    rows["t_ns"][:3] = [7, 9, 11]
    (tmp_path / SPOOL_NAME).write_bytes(rows.tobytes())
    recorded = RecordedPoses(tmp_path / SPOOL_NAME)
    assert [each.t_ns for each in recorded] == [7, 9, 11]
    assert recorded.warnings[0].endswith("3 frames it had, 2 are damaged")
