from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hipdrive.errors import SourceError
from hipdrive.session.poses import SPOOL_NAME, PosesSpool, RecordedPoses
from support.session.results import META, pose

if TYPE_CHECKING:
    from pathlib import Path

GOOD_META = {"schema": "hipdrive/poses/1", "source": "x", "facing": None, "pose": None}


def good_file(path: Path) -> bytes:
    spool = PosesSpool(path.with_name(".partial"), META)
    for number in range(40):
        spool.add(pose(number))
    spool.pack(path)
    return path.read_bytes()


def arrays(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever somebody may have saved
    parts = {
        "meta": np.frombuffer(json.dumps(GOOD_META).encode(), np.uint8),
        "t_ns": np.array([1, 2], np.int64),
        "points": np.zeros((2, 17, 3), np.int32),
    }
    return {**parts, **changes}


def text(value: object) -> Any:  # noqa: ANN401  # an array of bytes
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        RecordedPoses(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    return message


def test_the_arrays_of_these_tests_are_right_when_nothing_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "poses.npz"
    np.savez(path, **arrays())
    assert [each.t_ns for each in RecordedPoses(path)] == [1, 2]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"not a recording", b"PK\x03\x04", b"\x93NUMPY", b"\x80\x04K\x01.", b"\0" * 1000],
)
def test_a_file_that_is_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "poses.npz"
    path.write_bytes(content)
    assert "is not a recording of key points" in refusal(path)


def test_a_single_array_a_folder_and_nothing_at_all_are_refused(tmp_path: Path) -> None:
    single = tmp_path / "single.npz"
    with single.open("wb") as file:
        np.save(file, np.zeros(3))
    assert "is not a recording" in refusal(single)
    assert "is not a recording" in refusal(tmp_path)
    assert "no such file" in refusal(tmp_path / "nowhere.npz")


def test_a_recording_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "poses.npz"
    whole = good_file(path)
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        assert "is not a recording" in refusal(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_recording_is_read_or_refused_and_nothing_else(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "poses.npz"
    content = bytearray(good_file(path))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        recorded = RecordedPoses(path)
    except SourceError as error:
        assert str(error).startswith(f"{path}: ")  # noqa: PT017  # both ends are right
    else:
        assert len(list(recorded)) == recorded.frame_count


@pytest.mark.parametrize("missing", ["meta", "t_ns", "points"])
def test_a_recording_with_a_part_missing_is_refused(tmp_path: Path, missing: str) -> None:
    path = tmp_path / "poses.npz"
    np.savez(path, **{name: part for name, part in arrays().items() if name != missing})
    assert missing in refusal(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"t_ns": np.array([1, 2], np.int32)},
        {"t_ns": np.array([1, 2], ">i8")},
        {"t_ns": np.array([1.0, 2.0])},
        {"t_ns": np.array([[1], [2]], np.int64)},
        {"t_ns": np.array(1, np.int64)},
        {"t_ns": np.array([1, 2, 3], np.int64)},
        {"points": np.zeros((2, 17, 3), np.int64)},
        {"points": np.zeros((2, 17, 3), np.float32)},
        {"points": np.zeros((2, 51), np.int32)},
        {"points": np.zeros((2, 22, 3), np.int32)},
        {"points": np.zeros((3, 17, 3), np.int32)},
        {"foot": np.zeros((2, 3), np.int64)},
        {"foot": np.zeros((2, 2), np.int32)},
        {"foot": np.zeros((3, 3), np.int32)},
        {"foot": np.array(1, np.int32)},
    ],
)
def test_arrays_of_another_kind_are_refused_with_the_kind_wanted(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    path = tmp_path / "poses.npz"
    np.savez(path, **arrays(**changes))
    assert "must be int" in refusal(path)


def test_an_array_of_objects_is_refused_without_unpickling_it(tmp_path: Path) -> None:
    path = tmp_path / "poses.npz"

    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (path.with_name("sprung").touch, ())

    np.savez(path, **arrays(points=np.array([Trap()], object)))
    refusal(path)
    assert not path.with_name("sprung").exists()


@pytest.mark.parametrize(
    "meta",
    [
        np.array([255, 254], np.uint8),
        np.frombuffer(b"{", np.uint8),
        np.frombuffer(b"[" * 100_000, np.uint8),
        text([]),
        text(None),
        text("hipdrive/poses/1"),
        text({}),
        text({**GOOD_META, "schema": "hipdrive/poses/2"}),
        text({**GOOD_META, "facing": "up"}),
        text({**GOOD_META, "facing": []}),
        text({**GOOD_META, "pose": 3}),
        text({**GOOD_META, "pose": {"model": "m"}}),
        text({**GOOD_META, "pose": {"model": "m", "sha256": "", "runtime": "", "more": 1}}),
        text({key: value for key, value in GOOD_META.items() if key != "source"}),
    ],
)
def test_a_recording_that_says_nonsense_of_itself_is_refused(
    tmp_path: Path,
    meta: Any,  # noqa: ANN401  # an array
) -> None:
    path = tmp_path / "poses.npz"
    np.savez(path, **arrays(meta=meta))
    assert "is not a recording" in refusal(path)


@pytest.mark.parametrize("count", [10**9, 10**15, 2**62])
def test_an_array_that_claims_to_be_enormous_is_refused(tmp_path: Path, count: int) -> None:
    path = tmp_path / "poses.npz"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<i8", "fortran_order": False, "shape": (count,)}
    )
    np.savez(path, **arrays())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["t_ns.npy"] = header.getvalue()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    assert "is not a recording" in refusal(path)


def test_a_small_file_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "poses.npz"
    np.savez_compressed(path, **arrays(points=np.zeros((2, 17, 3 * 100_000), np.int32)))
    monkeypatch.setattr("hipdrive.session.poses.MOST_UNPACKED_BYTES", 40_000_000)

    def unpack(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(np, "load", unpack)
    assert path.stat().st_size < 100_000
    assert "unpacks to 40800" in refusal(path)
    assert "40000000 are a day's" in refusal(path)


def test_an_encrypted_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "poses.npz"
    np.savez(path, **arrays())
    content = bytearray(path.read_bytes())
    # The lowest bit of the flags of every entry, in the central directory and before the entry.
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = content.find(signature)
        while start >= 0:
            content[start + offset] |= 1
            start = content.find(signature, start + 1)
    path.write_bytes(content)
    assert "is not a recording" in refusal(path)


@pytest.mark.parametrize(
    ("times", "index"), [([5, 5], 1), ([5, 6, 4], 2), ([0, 1, 2, -(2**63)], 3), ([9, 8, 7], 1)]
)
def test_poses_out_of_order_are_refused_with_the_index(
    tmp_path: Path, times: list[int], index: int
) -> None:
    path = tmp_path / "poses.npz"
    points = np.zeros((len(times), 17, 3), np.int32)
    np.savez(path, **arrays(t_ns=np.array(times, np.int64), points=points))
    message = refusal(path)
    assert f"out of order: t_ns of pose {index} is {times[index]}" in message
    assert f"not after {times[index - 1]}" in message


def test_times_as_far_apart_as_can_be_are_in_order(tmp_path: Path) -> None:
    path = tmp_path / "poses.npz"
    np.savez(path, **arrays(t_ns=np.array([-(2**63), 2**63 - 1], np.int64)))
    assert [each.t_ns for each in RecordedPoses(path)] == [-(2**63), 2**63 - 1]


def test_a_spool_that_is_noise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / SPOOL_NAME
    path.write_bytes(b"\xff" * 10_000)
    assert "its beginning is damaged" in refusal(path)
