"""What the estimator looks at, told by a model that puts every key point where it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.pose.crop import CANDIDATE_SCORE, BodyPosition, WindowShape
from hipdrive.pose.estimator import PoseEstimator
from hipdrive.pose.movenet.model import WINDOW
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame import Frame
from hipdrive.types.pose import RUNNER_SCORE
from hipdrive.types.skeleton import COCO_17, LEFT_HIP

if TYPE_CHECKING:
    import numpy.typing as npt

    from hipdrive.pose.model import ModelOutputs
    from hipdrive.types.pose import Pose
    from hipdrive.types.skeleton import Skeleton

MS = 1_000_000
WIDTH, HEIGHT = 800, 400
WHOLE, MIDDLE, LEFT, RIGHT = (400, 200), (400, 200), (200, 200), (600, 200)
"""Centres of the squares that are searched: of the picture, and along its long side."""
NOBODY, FAINT, CLEAR = 0.0, 0.2, 0.9
HIP_Y, SHOULDER_Y = 0.5, 0.3


@dataclass
class ScriptedModel:
    """A pose model whose answers have been written down before.

    Everybody stands in the middle of whatever window is looked at, so the hips of a pose tell
    which one that was.
    """

    scores: list[float] = field(default_factory=list)
    picture_shape: tuple[int, int, int] = (192, 192, 3)
    picture: npt.NDArray[np.uint8] | None = None
    skeleton: Skeleton = COCO_17
    runtime: str = "none"
    decode: str = "stock"
    window: WindowShape = WINDOW

    def fill(self, picture: npt.NDArray[np.uint8]) -> None:
        self.picture = picture.copy()

    def run(self) -> None: ...

    def outputs(self) -> ModelOutputs:
        keypoints = np.full((len(COCO_17), 3), 0.5, np.float32)
        keypoints[:, 1] = HIP_Y
        keypoints[:11, 1] = SHOULDER_Y
        keypoints[:, 2] = self.scores.pop(0)
        return (keypoints,)

    def read(self, outputs: ModelOutputs) -> npt.NDArray[np.float32]:
        keypoints: npt.NDArray[np.float32] = outputs[0]
        return keypoints


class Looking:
    """An estimator, and the answers it will get."""

    def __init__(self) -> None:
        self.model = ScriptedModel()
        self.estimate = PoseEstimator(self.model)

    def see(self, at_ms: int, *scores: float) -> Pose:
        """One frame that is looked at as often as there are answers."""
        self.model.scores = list(scores)
        pose = self.estimate(Frame(at_ms * MS, np.zeros((HEIGHT, WIDTH, 3), np.uint8)))
        assert self.model.scores == []
        return pose


def centre(pose: Pose) -> tuple[int, int]:
    """Of the square that was looked at, in whole pixels."""
    hip = pose[LEFT_HIP]
    return round(hip.x / ONE), round(hip.y / ONE)


def test_the_scores_of_this_test_lie_on_both_sides_of_the_thresholds() -> None:
    assert NOBODY * ONE < CANDIDATE_SCORE <= FAINT * ONE < RUNNER_SCORE <= CLEAR * ONE


def test_with_nobody_there_it_looks_once_a_frame_in_turn() -> None:
    looking = Looking()
    looks = [centre(looking.see(number * 33, NOBODY)) for number in range(8)]
    assert looks == [WHOLE, MIDDLE, LEFT, RIGHT] * 2


def test_a_faint_sight_is_looked_at_closer_and_dropped_if_it_is_nobody() -> None:
    looking = Looking()
    pose = looking.see(0, FAINT, FAINT)
    assert not pose.runner_seen
    # It goes on searching: the next look is at the next square.
    looking.see(33, NOBODY)
    assert centre(looking.see(66, NOBODY)) == LEFT


def test_a_faint_sight_that_proves_to_be_a_runner_is_held() -> None:
    looking = Looking()
    assert looking.see(0, FAINT, CLEAR).runner_seen
    assert looking.see(33, CLEAR).runner_seen


def test_who_is_gone_for_half_a_second_is_searched_for_and_found_again() -> None:
    looking = Looking()
    looking.see(0, NOBODY)
    looking.see(33, NOBODY)
    looking.see(66, CLEAR, CLEAR)
    held = centre(looking.see(100, CLEAR))
    # Held, somebody's hips are a little above the middle.
    assert held[0] == LEFT[0]
    # Half a second without a runner it keeps looking there; the frame after, too, and gives up.
    assert [centre(looking.see(at_ms, NOBODY)) for at_ms in (300, 600, 601)] == [held] * 3
    assert [centre(looking.see(at_ms, NOBODY)) for at_ms in (634, 667)] == [WHOLE, MIDDLE]
    # Once the runner is held there is a look around for somebody else, which finds nobody.
    assert looking.see(700, CLEAR, CLEAR, NOBODY).runner_seen
    assert centre(looking.see(733, CLEAR))[0] == LEFT[0]


def test_who_is_back_before_half_a_second_was_never_lost() -> None:
    looking = Looking()
    looking.see(0, CLEAR, CLEAR)
    held = centre(looking.see(33, CLEAR))
    looking.see(533, NOBODY)
    looking.see(534, CLEAR, NOBODY)
    assert centre(looking.see(1034, NOBODY)) == held


TORSO_OF_SEARCHED = 0.2
"""Of the height of what is searched, as `ScriptedModel` has it; that is 400 px."""


@dataclass
class ShortSightedModel(ScriptedModel):
    """Draws a person by the window: this much longer than the torso that the window was made for.

    Attributes:
        growth: look by look; the first one is at the whole picture, made for nobody.
    """

    growth: list[float] = field(default_factory=list)
    looks: int = 0

    def outputs(self) -> ModelOutputs:
        keypoints: npt.NDArray[np.float32] = super().outputs()[0]
        if self.looks:
            keypoints[:11, 1] = HIP_Y - self.growth[self.looks - 1] / self.window.height
        self.looks += 1
        return (keypoints,)


def looks_and_torso_px(first_looks: int, growth: list[float]) -> tuple[int, float]:
    """Of somebody found in the whole of a square picture."""
    shape = WindowShape(height=4.0, width=4.0, first_looks=first_looks)
    model = ShortSightedModel([CLEAR] * 9, window=shape, growth=growth)
    pose = PoseEstimator(model)(Frame(0, np.zeros((HEIGHT, HEIGHT, 3), np.uint8)))
    return model.looks, BodyPosition.of(pose).torso


def test_who_is_drawn_longer_with_each_look_is_looked_at_until_that_ends() -> None:
    """So it is with a model that was trained on what a detector had cut out."""
    looks, torso_px = looks_and_torso_px(8, [1.2, 1.1, 1.01, 1.2, 1.2])
    assert looks == 4
    assert torso_px == pytest.approx(TORSO_OF_SEARCHED * HEIGHT * 1.2 * 1.1 * 1.01, abs=1)


def test_looks_at_who_was_found_are_bounded() -> None:
    growth = [1.1] * 8
    assert looks_and_torso_px(3, growth)[0] == 4
    assert looks_and_torso_px(1, growth)[0] == 2


def test_the_picture_is_given_to_the_model_in_a_square() -> None:
    looking = Looking()
    looking.model.scores = [NOBODY]
    image = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    looking.estimate(Frame(0, image))
    # 800 x 400 in a square: a quarter of black above and below.
    assert looking.model.picture is not None
    rows = looking.model.picture[:, 96, 0]
    assert not rows[:47].any()
    assert (rows[49:143] == 200).all()
    assert not rows[145:].any()
