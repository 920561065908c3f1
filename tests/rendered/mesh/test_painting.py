"""What is painted of a person: whole, at the right position, clothed, the same every time."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from hipdrive.rendered.people import runner
from hipdrive.rendered.scene import WALL_BEHIND_M
from hipdrive.rendered.source import Painter, RenderedRunner
from hipdrive.rendered.view import View
from support.rendered.people import BODIES, FACINGS, SIGNAL, person_truth, runner_of
from support.rendered.pictures import CLEAN, blank, differs, joint_px, picture, pictures, room
from support.rendered.runners import Array, asked, joints, sighted

if TYPE_CHECKING:
    from hipdrive.rendered.truth import Truth
    from hipdrive.types.frame import RgbImage
    from support.rendered.pictures import Mask

TIMES_S = np.arange(0.1, 0.8, 0.117)
LIMBS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
each_body = pytest.mark.parametrize(
    ("facing", "sex", "build"),
    [(FACINGS[number % 2], *body) for number, body in enumerate(BODIES)],
)
each_facing = pytest.mark.parametrize("facing", FACINGS)


@cache
def plain(facing: str, sex: str = "male", build: float = 1.0, legwear: str = "shorts") -> Truth:
    return person_truth(
        facing,
        runner={"sex": sex, "build": build},
        camera=CLEAN,
        scene={**SIGNAL, "legwear": legwear},
    )


def near_line(shape: tuple[int, ...], start: Array, end: Array, within_px: float) -> Mask:
    """Where a picture is so close to a line."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    spots = np.stack([x, y], axis=-1) - start
    along = end - start
    share = np.clip(spots @ along / (along @ along), 0, 1)
    close: Mask = np.linalg.norm(spots - share[..., None] * along, axis=-1) < within_px
    return close


def red(image: RgbImage) -> Mask:
    """Skin, lit or in the shade."""
    mask: Mask = (image[..., 0] > 50) & (image[..., 0] > 2.5 * image[..., 1:].max(axis=2))
    return mask


@each_body
def test_every_joint_of_the_near_side_lies_within_the_body(
    facing: str, sex: str, build: float
) -> None:
    truth = plain(facing, sex, build)
    figure, positions, view = (
        runner(truth.settings, truth.slope),
        joints(truth, TIMES_S),
        View.of(truth.settings),
    )
    spots = {name: joint_px(truth, TIMES_S, f"{name}_near") for name in LIMBS}
    for index in range(len(TIMES_S)):
        alone = blank(truth)
        figure.draw(alone, positions, index, view)
        for name, spot in spots.items():
            x, y = np.rint(spot[index]).astype(int)
            assert alone[y, x].any(), name


@pytest.mark.long
@each_body
def test_no_skin_shows_through_the_clothes(facing: str, sex: str, build: float) -> None:
    """Along trunk, thigh and most of the shank, in tights: red only where the near arm passes."""
    truth = plain(facing, sex, build, "tights")
    at = {name: joint_px(truth, TIMES_S, f"{name}_near") for name in LIMBS}
    trunk = [sighted(truth.settings, joints(truth, TIMES_S)[k]) for k in ("hips", "shoulders")]
    covered = 0
    for index, image in enumerate(pictures(truth, TIMES_S)):
        spot = {name: pixels[index] for name, pixels in at.items()}
        low, high = (end[index] for end in trunk)
        clothed = near_line(image.shape, low, low + 0.85 * (high - low), 12)
        clothed |= near_line(image.shape, spot["hip"], spot["knee"], 9)
        shin = spot["knee"] + 0.6 * (spot["ankle"] - spot["knee"])
        clothed |= near_line(image.shape, spot["knee"], shin, 5)
        hand = spot["wrist"] + 0.4 * (spot["wrist"] - spot["elbow"])
        arm = near_line(image.shape, spot["elbow"], hand, 24)
        arm |= near_line(image.shape, spot["shoulder"], spot["elbow"], 26)
        covered += int((clothed & ~arm).sum())
        assert not (red(image) & clothed & ~arm).any()
    assert covered > 20_000


@each_facing
def test_skin_is_where_clothes_end(facing: str) -> None:
    truth = plain(facing)
    knees, wrists = (joint_px(truth, TIMES_S, f"{name}_near") for name in ("knee", "wrist"))
    for index, image in enumerate(pictures(truth, TIMES_S)):
        for spots in (knees, wrists):
            x, y = np.rint(spots[index]).astype(int)
            assert red(image)[y, x]


def test_the_legs_that_face_left_mirror_those_that_face_right() -> None:
    """The near leg does the same on either side, and so does the light."""
    right, left = (pictures(plain(facing), TIMES_S) for facing in ("right", "left"))
    for one, other in zip(right, left, strict=True):
        flipped = other[:, ::-1]
        body = differs(one, room(plain("right"), 0.0)).sum()
        # Hands and face are alike to a few millimetres only; belts' stripes are the same.
        assert differs(one, flipped).sum() < 0.05 * body


def test_the_same_seed_gives_the_same_pictures_and_another_one_others() -> None:
    def first_pictures(seed: int) -> Array:
        settings = asked(seed=seed, seconds=1, runner=runner_of(), scene={"background": "machines"})
        return np.stack(
            [frame.image.copy() for frame, _ in zip(RenderedRunner(settings), "ab", strict=False)]
        )

    assert np.array_equal(first_pictures(3), first_pictures(3))
    assert not np.array_equal(first_pictures(3), first_pictures(4))


def test_a_mirror_shows_the_runner_behind_the_wall() -> None:
    """Where the shoulders' image is: as far behind the mirror as they are before it."""
    truth = person_truth(
        "left", camera={**CLEAN, "yaw_deg": 20.0}, scene={**SIGNAL, "background": "mirror"}
    )
    middle = joints(truth, TIMES_S)
    chest = middle["hips"] * 0.15 + middle["shoulders"] * 0.85
    image_place = chest * [1, -1, 1] + [0, -2 * WALL_BEHIND_M, 0]
    for image, (x, y) in zip(
        pictures(truth, TIMES_S),
        np.rint(sighted(truth.settings, image_place)).astype(int),
        strict=True,
    ):
        blue = image[y - 2 : y + 3, x - 2 : x + 3].reshape(-1, 3)
        blue = np.median(blue, axis=0)
        assert blue[2] > 2 * blue[0]


@each_facing
def test_a_handrail_is_before_the_hips(facing: str) -> None:
    """Grey where the bare picture has blue clothes."""
    bare = person_truth(facing, camera=CLEAN, scene=SIGNAL)
    railed = person_truth(facing, camera=CLEAN, scene={**SIGNAL, "handrail": True})
    hip = joint_px(bare, np.array([0.3]), "hip_near")[0]
    without, with_rail = picture(bare, 0.3), picture(railed, 0.3)
    column = round(hip[0])
    rows = np.flatnonzero(differs(without, with_rail)[:, column])
    assert 3 <= len(rows) < 30
    assert abs(rows.mean() - hip[1]) < 45
    clothes, rail = without[rows, column].astype(int), with_rail[rows, column].astype(int)
    assert np.all(clothes[:, 2] > clothes[:, 0] + 40)
    assert np.ptp(np.median(rail, axis=0)) < 12


def test_motion_blurs_a_swinging_foot_more_than_the_trunk() -> None:
    def soft(exposure_ms: float) -> dict[str, float]:
        truth = person_truth("right", camera={**CLEAN, "exposure_ms": exposure_ms}, scene=SIGNAL)
        image = picture(truth, 0.62).astype(float)
        slopes = np.abs(np.diff(image.sum(axis=2), axis=1))
        found = {}
        for name in ("ankle_near", "shoulder_near"):
            x, y = np.rint(joint_px(truth, np.array([0.62]), name)[0]).astype(int)
            found[name] = float(slopes[y - 15 : y + 15, x - 30 : x + 30].max())
        return found

    sharp, blurred = soft(1.0), soft(20.0)
    assert blurred["ankle_near"] < 0.7 * sharp["ankle_near"]
    assert blurred["shoulder_near"] > 0.7 * sharp["shoulder_near"]


def test_nobody_is_drawn_who_is_out_of_the_picture() -> None:
    tables: dict[str, Any] = {"runner": {"away": [[0.5, 11.0]]}, "seconds": 12}
    truth = person_truth("right", camera=CLEAN, **tables)
    gone = picture(truth, 5.5)
    assert not differs(gone, room(truth, 5.5)).any()


def test_somebody_walks_by_behind_the_treadmill() -> None:
    alone = person_truth("right", camera=CLEAN)
    passed = person_truth("right", camera=CLEAN, scene={"second_person": True})
    changed = differs(room(alone, 1.3), room(passed, 1.3))
    assert changed.sum() > 2000
    # The belt, nearer to the camera, hides them.
    belt = sighted(alone.settings, np.array([[0.0, 0.0, 0.0]]))[0]
    assert not changed[round(belt[1]) - 2 :].any()


def test_who_walks_off_and_back_is_not_twisted() -> None:
    """Walking back the other leg is the near one; the hips' middle stays between both."""
    truth = person_truth(
        "right", camera=CLEAN, scene=SIGNAL, runner={"away": [[1.0, 3.4]]}, seconds=4
    )
    spots = []
    for t_s in (1.35, 3.05):
        body = differs(picture(truth, t_s), room(truth, t_s))
        hips = sighted(truth.settings, Painter(truth).joint_positions(np.array([t_s]))["hips"])[0]
        row = np.flatnonzero(body[round(hips[1])])
        spots.append((row.min(), row.max(), hips[0]))
    for left, right, middle in spots:
        assert left < middle < right
        assert right - left < 130
