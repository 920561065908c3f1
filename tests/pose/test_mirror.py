"""Runners are shown to the model from the side that it sees better."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.pose.bystanders import Box
from hipdrive.pose.crop import Window
from hipdrive.pose.estimator import PoseEstimator
from hipdrive.pose.letterbox import black_out, letterbox
from hipdrive.pose.mirror import MirrorChoice, other_side
from hipdrive.pose.movenet.model import WINDOW
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame import Frame
from hipdrive.types.side import Side
from hipdrive.types.skeleton import COCO_17, COCO_17_FEET, Skeleton
from support.walker import NS, Walker, frame_times

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.pose.crop import WindowShape
    from hipdrive.pose.model import ModelOutputs

sides = pytest.mark.parametrize("faces", Side)
FPS = 30
SIZE = 192


def choice(shown: Side | None = Side.LEFT) -> MirrorChoice:
    return MirrorChoice(shown, COCO_17)


@sides
@pytest.mark.parametrize("shown", Side)
def test_who_faces_the_other_side_is_mirrored_from_the_first_strides_on(
    faces: Side, shown: Side
) -> None:
    told = choice(shown)
    said = []
    for pose in Walker(faces=faces).poses(frame_times(FPS, 3), noise_px=4.0):
        told.add(pose)
        said.append(told.mirrored)
    # Within a step, which is a third of a second, a knee is bent.
    assert set(said[FPS // 3 :]) == {faces is not shown}


@sides
def test_nobody_is_mirrored_for_a_model_that_sees_both_alike(faces: Side) -> None:
    told = choice(None)
    for pose in Walker(faces=faces).poses(frame_times(FPS, 2)):
        told.add(pose)
        assert not told.mirrored


def test_a_runner_who_turns_round_is_seen_so_within_a_stride() -> None:
    told = choice()
    before = list(Walker(faces=Side.LEFT).poses(frame_times(FPS, 4)))
    after = list(Walker(faces=Side.RIGHT).poses(frame_times(FPS, 4)))
    said = []
    for pose in before + [replace(p, t_ns=p.t_ns + 4 * NS) for p in after]:
        told.add(pose)
        said.append(told.mirrored)
    assert not any(said[: 4 * FPS])
    assert all(said[5 * FPS :])


def test_straight_legs_leave_it_as_it_was() -> None:
    told = choice()
    for pose in Walker(faces=Side.RIGHT).poses(frame_times(FPS, 2)):
        told.add(pose)
    straight = Walker(swing_deg=1e-6, second_deg=0, mean_deg=0, knee_least_deg=5, knee_most_deg=5)
    for pose in straight.poses(frame_times(FPS, 2)):
        told.add(replace(pose, t_ns=pose.t_ns + 2 * NS))
        assert told.mirrored


@pytest.mark.parametrize("skeleton", [COCO_17, COCO_17_FEET])
def test_left_and_right_change_places(skeleton: Skeleton) -> None:
    names = [skeleton.joints[i] for i in other_side(skeleton)]
    swap = {"left": "right", "right": "left"}
    for joint, name in zip(skeleton.joints, names, strict=True):
        side, _, rest = joint.partition("_")
        assert name == (f"{swap[side]}_{rest}" if side in swap else joint)


def test_a_joint_without_a_partner_stays_itself() -> None:
    lone = Skeleton("lone", ("nose", "left_hip", "right_hip", "left_toe"))
    assert other_side(lone).tolist() == [0, 2, 1, 3]


@pytest.mark.parametrize(
    "window", [Window(10, 20, 384, 384), Window(-90, -30, 700, 700), Window(118, 15, 361, 420)]
)
def test_the_mirrored_picture_is_the_picture_in_a_mirror(window: Window) -> None:
    image = np.random.default_rng(3).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    plain, mirrored = (np.zeros((SIZE, SIZE, 3), np.uint8) for _ in range(2))
    letterbox(image, window, plain)
    letterbox(image, window, mirrored, mirrored=True)
    # OpenCV's weights are of 32nds of a pixel: a tie may go to either.
    off = np.abs(plain[:, ::-1].astype(int) - mirrored)
    assert np.percentile(off, 99) <= 8
    assert off.mean() < 1


BODY = {
    # The torso is as long a part of the window as the window is made for, so it stays where it is.
    "left_shoulder": (0.51, 0.194),
    "right_shoulder": (0.5, 0.194),
    "left_hip": (0.505, 0.472),
    "right_hip": (0.495, 0.472),
    "left_knee": (0.52, 0.66),
    "right_knee": (0.56, 0.64),
    "left_ankle": (0.51, 0.85),
    "right_ankle": (0.4, 0.68),  # bent backwards: the runner faces right
}


@dataclass
class SideAwareModel:
    """Sees a runner who faces right, at one place of the picture, and turned round in a mirror.

    The picture tells which it is: its left half is bright, and its right one dark.
    """

    picture_shape: tuple[int, int, int] = (SIZE, SIZE, 3)
    skeleton: Skeleton = COCO_17
    runtime: str = "none"
    decode: str = "stock"
    window: WindowShape = WINDOW
    saw_mirrored: list[bool] = field(default_factory=list)
    pictures: list[npt.NDArray[np.uint8]] = field(default_factory=list)

    def fill(self, picture: npt.NDArray[np.uint8]) -> None:
        self.pictures.append(picture.copy())

    def run(self) -> None: ...

    def outputs(self) -> ModelOutputs:
        return (self.pictures[-1],)

    def read(self, outputs: ModelOutputs) -> npt.NDArray[np.float32]:
        (picture,) = outputs
        found = np.full((len(COCO_17), 3), 0.9, np.float32)
        for number, joint in enumerate(COCO_17.joints):
            found[number, :2] = BODY.get(joint, (0.48 + 0.003 * number, 0.15))
        mirrored = picture[:, : SIZE // 3].max() < picture[:, -SIZE // 3 :].max()
        self.saw_mirrored.append(bool(mirrored))
        if not mirrored:
            return found
        names = [_swapped(joint) for joint in COCO_17.joints]
        turned = found[[COCO_17.index(name) for name in names]]
        turned[:, 0] = 1 - turned[:, 0]
        return turned


def _swapped(joint: str) -> str:
    return joint.replace("left_", "*").replace("right_", "left_").replace("*", "right_")


def frames(count: int) -> list[Frame]:
    image = np.zeros((480, 640, 3), np.uint8)
    image[:, :320] = 200
    return [Frame(number * NS // FPS, image) for number in range(count)]


def test_key_points_of_the_mirror_come_back_to_where_and_whose_they_are() -> None:
    """To less than a hundredth of a pixel, which is a float's, and with the names they had."""
    aware, plain = SideAwareModel(), SideAwareModel()
    mirroring, as_it_is = PoseEstimator(aware, Side.LEFT), PoseEstimator(plain)
    for frame in frames(20):
        seen, expected = mirroring(frame), as_it_is(frame)
        for joint in COCO_17.joints:
            assert seen[joint].x == pytest.approx(expected[joint].x, abs=ONE // 100), joint
            assert seen[joint].y == expected[joint].y
    # Only the first look, which finds the runner, is at the picture as it is.
    assert aware.saw_mirrored == [False] + [True] * (len(aware.saw_mirrored) - 1)
    assert not any(plain.saw_mirrored)


def test_who_faces_the_model_s_side_is_not_mirrored() -> None:
    model = SideAwareModel()
    see = PoseEstimator(model, Side.RIGHT)
    for frame in frames(5):
        see(frame)
    assert not any(model.saw_mirrored)


def test_what_is_blackened_is_the_same_part_of_the_picture() -> None:
    """The search for others hides the runner: in the mirror too."""
    image = np.full((480, 640, 3), 200, np.uint8)
    window, box = Window(0, 0, 640, 480), Box(100, 100, 200, 400)
    plain, mirrored = (np.zeros((SIZE, SIZE, 3), np.uint8) for _ in range(2))
    letterbox(image, window, plain)
    black_out(box, window, plain)
    letterbox(image, window, mirrored, mirrored=True)
    black_out(box, window, mirrored[:, ::-1])
    assert (plain[:, ::-1] == mirrored).all()


def test_the_runner_is_hidden_in_the_mirror() -> None:
    """After half a second others are looked for, with the runner's box in black."""
    aware, plain = SideAwareModel(), SideAwareModel()
    mirroring, as_it_is = PoseEstimator(aware, Side.LEFT), PoseEstimator(plain)
    for frame in frames(20):
        mirroring(frame)
        as_it_is(frame)
    assert len(aware.pictures) == len(plain.pictures) > 21
    searches = 0
    for seen, expected in zip(aware.pictures[1:], plain.pictures[1:], strict=True):
        searches += bool((expected == 0).all(axis=2)[SIZE // 2, SIZE // 4 : SIZE // 2].any())
        dark, dark_expected = (seen == 0)[:, ::-1], expected == 0
        assert (dark != dark_expected).mean() < 0.02
    assert searches
