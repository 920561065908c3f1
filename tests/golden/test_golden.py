"""The same bits on every machine; that the figures are right, others prove."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import hipdrive
from golden.check import CASES, EXPECTED, differences, engine_output, plain, recorded
from hipdrive.gait.signal import butterworth
from hipdrive.types.side import Side
from hipdrive.types.skeleton import LEFT_KNEE, RIGHT_KNEE
from hipdrive.types.stride import Rejection, Stride
from support.keypoints import moved

if TYPE_CHECKING:
    from collections.abc import Callable

    from golden.check import Plain
    from hipdrive.types.pose import Pose

POSES = tuple(recorded())
CHECK = EXPECTED.with_name("check.py")
NAME, WRONG = "facing found out, 6 Hz", "facing left, which is wrong"


def checked(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The check as it runs on a machine that has nothing but Python: without site-packages."""
    return subprocess.run(
        [sys.executable, "-B", "-S", str(CHECK), *arguments],
        env={"PYTHONPATH": str(Path(hipdrive.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )


def expected() -> dict[str, Plain]:
    cases: dict[str, Plain] = json.loads(EXPECTED.read_text("utf-8"))
    return cases


def against_expected(poses: tuple[Pose, ...]) -> list[str]:
    return list(differences(engine_output(CASES[NAME](), poses), expected()[NAME], "golden"))


def test_the_engine_says_what_it_said_to_the_last_bit() -> None:
    done = checked()
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("the same bits on")


def test_the_session_shows_both_legs_and_what_is_rejected() -> None:
    cases = expected()
    assert cases.keys() == CASES.keys()
    for case in cases.values():
        assert isinstance(case, dict)
        strides = case["strides"]
        assert isinstance(strides, list)
        assert len(strides) > 50
        for leg in Side:
            assert any(isinstance(s, dict) and s["leg"] == leg for s in strides)
    wrong = cases[WRONG]
    assert isinstance(wrong, dict)
    assert isinstance(wrong["strides"], list)
    assert any(isinstance(s, dict) and s["rejection"] is not None for s in wrong["strides"])


def one_unit_more(case: dict[str, list[dict[str, int]]]) -> None:
    case["strides"][7]["thigh_ext_bam"] += 1


def a_stride_less(case: dict[str, list[object]]) -> None:
    del case["strides"][7]


def another_digest(case: dict[str, list[str]]) -> None:
    case["blocks"][3] = "0" * 32


def a_field_less(case: dict[str, list[dict[str, int]]]) -> None:
    del case["strides"][7]["near"]


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (one_unit_more, "strides[7].thigh_ext_bam is"),
        (a_stride_less, "strides has"),
        (another_digest, "blocks[3] is"),
        (a_field_less, "strides[7].near is new"),
    ],
)
def test_one_wrong_number_fails_and_is_named(
    spoil: Callable[[object], None], place: str, tmp_path: Path
) -> None:
    cases = json.loads(EXPECTED.read_text("utf-8"))
    spoil(cases[NAME])
    spoilt = tmp_path / "expected.json"
    spoilt.write_text(json.dumps(cases), encoding="utf-8")
    done = checked(str(spoilt))
    assert done.returncode == 1
    assert f"golden.{NAME}.{place}" in done.stdout


@pytest.mark.parametrize("knee", [LEFT_KNEE, RIGHT_KNEE])
def test_one_unit_in_one_pose_is_seen(knee: str) -> None:
    """0.00002 pixels, seven seconds in."""
    changed = moved(POSES[200], knee, x=1)
    assert against_expected((*POSES[:200], changed, *POSES[201:]))


def test_one_unit_in_a_coefficient_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = butterworth.COEFFICIENTS[6]
    assert against_expected(POSES) == []
    monkeypatch.setitem(butterworth.COEFFICIENTS, 6, replace(usual, a2=usual.a2 + 1))
    assert against_expected(POSES)


@dataclass(frozen=True)
class Odd:
    inside: tuple[object, ...]


def test_whatever_an_answer_holds_is_compared() -> None:
    held = plain(Odd((1, None, Side.LEFT, (Rejection.GAP, Odd((True,))))))
    assert held == {"inside": [1, None, "left", ["gap", {"inside": [True]}]]}
    assert set(Stride.__slots__) == set(plain(stride()))  # type: ignore[arg-type]


def stride() -> Stride:
    return Stride(
        1, Side.LEFT, near=True, thigh_ext_bam=2, hip_ext_bam=3, stride_time_ns=4, rejection=None
    )


@pytest.mark.parametrize("value", [0.5, Odd((1, 2.0)), {1, 2}, b"bits"])
def test_what_may_differ_from_machine_to_machine_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="whole number"):
        plain(value)
