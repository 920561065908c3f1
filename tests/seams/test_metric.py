"""Another metric: one declaration, and one line that registers it.

The metric here needs a joint that COCO-17 does not have: where the skeleton has it, it is measured,
and elsewhere it is None.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from hipdrive.cli import main
from hipdrive.errors import MetricError
from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.metrics import catalogue
from hipdrive.gait.metrics.metric import Metric, Unit
from hipdrive.hub.messages.session_messages import stride_message
from hipdrive.session.poses import PosesMeta, PosesSpool
from hipdrive.session.units import rounded
from hipdrive.types.fixed_point import ONE
from hipdrive.types.pose import Keypoint, Pose
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17, Skeleton
from support.walker import Walker, frame_times

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.gait.events.stride_window import StrideWindow
    from hipdrive.types.stride import Stride

BEHIND_PX = 7
"""How far the heels here are behind their ankles, always, so that the answer is known."""
WITH_HEELS = Skeleton("coco-17 with heels", ("right_heel", *COCO_17.joints[::-1], "left_heel"))
POSES = Walker().poses(frame_times(60, 10))


def heel_reach(window: StrideWindow) -> int | None:
    """Mean distance between heel and hip along the running direction, Q16.16 px."""
    heel_x = window.leg.values(window.last_peak_ns, window.peak.t_ns, window.joint_x("heel"))
    return sum(heel_x) // len(heel_x) if heel_x else None


HEEL_X = Metric(
    name="heel_x",
    unit=Unit("px", "px", 1, ONE, 2),
    version=1,
    meaning="Where the heel is along the running direction, mean over the stride.",
    formula="mean of heel_x, x forward",
    key_points=("heel",),
    confidence="measured",
    limits="for this test only",
    measure=heel_reach,
)


@pytest.fixture
def registered() -> Iterator[None]:
    catalogue.register(HEEL_X)
    yield
    catalogue.unregister(HEEL_X.name)


def with_heels(pose: Pose, behind_px: int = BEHIND_PX) -> Pose:
    """A runner who faces right: behind is to the left."""

    def heel(side: Side) -> Keypoint:
        ankle = pose[f"{side}_ankle"]
        return ankle._replace(x=ankle.x - behind_px * ONE)

    points = heel(Side.RIGHT), *pose.keypoints[::-1], heel(Side.LEFT)
    return Pose(pose.t_ns, points, skeleton=WITH_HEELS)


def strides(poses: list[Pose]) -> list[Stride]:
    engine = GaitEngine()
    return [stride for pose in poses for stride in engine.step(pose).strides]


def replayed(poses: list[Pose], folder: Path) -> list[dict[str, str]]:
    """Rows of `strides.csv`."""
    spool = PosesSpool(folder / "spool", PosesMeta("walker", None, None))
    for pose in poses:
        spool.add(pose)
    spool.pack(folder / "poses.npz")
    arguments = ["replay", str(folder / "poses.npz"), "--session-dir", str(folder / "session")]
    assert main(arguments) == 0
    with (folder / "session" / "strides.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("registered")
def test_a_metric_from_outside_is_measured_of_every_accepted_stride() -> None:
    near, nearer = (strides([with_heels(p, px) for p in POSES]) for px in (0, BEHIND_PX))
    usual = strides(POSES)
    assert sum(stride.accepted for stride in usual) > 20
    for stride, further_back, coco in zip(near, nearer, usual, strict=True):
        if coco.accepted:
            *others, heel_x = stride.measures
            assert (*others, None) == coco.measures
            # Low-passed and rounded alike, so what is left is the shift itself.
            assert heel_x is not None
            assert further_back.measures[-1] == pytest.approx(heel_x - BEHIND_PX * ONE, abs=2)
        assert replace(stride, measures=()) == replace(coco, measures=())


@pytest.mark.usefixtures("registered", "data_dir")
def test_it_has_a_column_that_is_empty_where_the_skeleton_lacks_the_joint(tmp_path: Path) -> None:
    found = {}
    for name, poses in {"coco": POSES, "heels": [with_heels(pose) for pose in POSES]}.items():
        (tmp_path / name).mkdir()
        found[name] = replayed(poses, tmp_path / name)
    assert list(found["coco"][0])[-2:] == ["heel_x_px", "guard"]
    assert {row["heel_x_px"] for row in found["coco"]} == {""}
    accepted = [row for row in found["heels"] if row["accepted"] == "1"]
    assert len(accepted) > 20
    assert all(row["heel_x_px"] for row in accepted)
    for coco, heels in zip(found["coco"], found["heels"], strict=True):
        assert coco | {"heel_x_px": ""} == heels | {"heel_x_px": ""}


@pytest.mark.usefixtures("registered")
def test_the_hub_is_told_its_value_and_its_definition() -> None:
    stride = next(s for s in strides([with_heels(p) for p in POSES]) if s.accepted)
    message = stride_message("s", POSES[0].t_ns, stride)
    assert message["heel_x_px"] == rounded(HEEL_X.unit, stride.measures[-1])
    assert cast("dict[str, str]", message["definitions"])["heel_x_px"] == "heel_x/1"


@pytest.mark.usefixtures("data_dir")
def test_without_it_nothing_is_left_of_it(tmp_path: Path) -> None:
    catalogue.register(HEEL_X)
    catalogue.unregister(HEEL_X.name)
    assert "heel_x_px" not in replayed(POSES, tmp_path)[0]


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("name", ["heel_x", "contact_time", "thigh_ext", "cadence"])
def test_a_name_is_given_once(name: str) -> None:
    with pytest.raises(MetricError, match=f"a metric {name} is there already"):
        catalogue.register(replace(HEEL_X, name=name))


def test_a_metric_of_strides_measures_strides() -> None:
    with pytest.raises(MetricError, match="heel_x has no function"):
        catalogue.register(replace(HEEL_X, measure=None))


def test_what_was_not_added_cannot_be_taken_out() -> None:
    with pytest.raises(MetricError, match="no metric contact_time was added"):
        catalogue.unregister("contact_time")
