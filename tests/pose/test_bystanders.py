"""The look around for somebody else, told by a model whose answers are written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.pose.bystanders import HOLD_NS, PERSON_SCORE, SEARCH_EVERY_NS, Box, BystanderDetector
from hipdrive.pose.crop import Window
from hipdrive.pose.letterbox import black_out
from hipdrive.pose.movenet.model import WINDOW
from hipdrive.types.fixed_point import ONE
from hipdrive.types.skeleton import LEFT_SHOULDER, RIGHT_SHOULDER
from support.keypoints import all_at, with_joints

if TYPE_CHECKING:
    from hipdrive.types.pose import Pose

WIDTH, HEIGHT = 800, 600
MS = 1_000_000
HIP = 300, 320


def person(t_ns: int, score: float, torso_px: float = 100.0) -> Pose:
    """All key points at the hip but the shoulders, a torso above it."""
    at_hip = all_at(t_ns, HIP[0] * ONE, HIP[1] * ONE, round(score * ONE))
    shoulder = at_hip[LEFT_SHOULDER]._replace(y=round((HIP[1] - torso_px) * ONE))
    return with_joints(at_hip, {LEFT_SHOULDER: shoulder, RIGHT_SHOULDER: shoulder})


@dataclass
class Room:
    """Who is left when the runner is painted out, and what was looked at."""

    score: float = 0.0
    torso_px: float = 100.0
    moves_px: float = 0.0
    looks: list[tuple[Window, Box]] = field(default_factory=list)

    def look(self, window: Window, hidden: Box) -> Pose:
        self.looks.append((window, hidden))
        ahead = round(self.moves_px * len(self.looks)) * ONE
        pose = person(0, self.score, self.torso_px)
        return with_joints(
            pose,
            {
                name: point._replace(x=point.x + ahead)
                for name, point in zip(pose.skeleton.joints, pose.keypoints, strict=True)
            },
        )


def crowded(room: Room, bystanders: BystanderDetector, times_ms: range) -> list[int]:
    """When somebody else is there."""
    return [ms for ms in times_ms if bystanders(person(ms * MS, 0.8), room.look)]


def test_alone_it_looks_twice_a_second_at_one_window_after_the_other() -> None:
    room, bystanders = Room(), BystanderDetector(WIDTH, HEIGHT, WINDOW)
    assert crowded(room, bystanders, range(0, 4001, 20)) == []
    assert len(room.looks) == 4000 * MS // SEARCH_EVERY_NS
    windows = [window for window, _ in room.looks]
    assert len(set(windows)) == 4
    assert windows[:4] == windows[4:]


def test_the_frame_that_finds_the_runner_is_not_looked_at_again() -> None:
    room, bystanders = Room(0.9), BystanderDetector(WIDTH, HEIGHT, WINDOW)
    assert not bystanders(person(5000 * MS, 0.8), room.look)
    assert room.looks == []


def test_somebody_else_is_there_until_a_while_after_the_last_sight() -> None:
    room, bystanders = Room(0.9), BystanderDetector(WIDTH, HEIGHT, WINDOW)
    there = crowded(room, bystanders, range(0, 2001, 20))
    assert there == list(range(SEARCH_EVERY_NS // MS, 2001, 20))
    room.score = 0.0
    left = crowded(room, bystanders, range(2020, 6001, 20))
    # Seen last at 2000 ms.
    assert left == list(range(2020, 2000 + HOLD_NS // MS, 20))


def test_who_was_found_is_looked_at_where_they_were() -> None:
    room, bystanders = Room(0.9), BystanderDetector(WIDTH, HEIGHT, WINDOW)
    crowded(room, bystanders, range(0, 1001, 20))
    # Twice where they seem to be, and as often half a second later.
    (first, _), (closer, _), *others = room.looks
    assert first.width_px == WIDTH
    assert [again for again, _ in others] == [closer] * 3
    assert closer.width_px == round(100 * WINDOW.width)
    assert closer.height_px == round(100 * WINDOW.height)


@pytest.mark.parametrize(("moves_of_window", "there"), [(0.1, True), (0.2, False)])
def test_what_is_elsewhere_at_the_next_look_is_nobody(
    moves_of_window: float,
    there: bool,  # noqa: FBT001
) -> None:
    """A treadmill's console that looked like a person, with 0.91, moved by 0.25 of the window."""
    room = Room(0.91, moves_px=moves_of_window * 100 * WINDOW.height)
    bystanders = BystanderDetector(WIDTH, HEIGHT, WINDOW)
    assert bool(crowded(room, bystanders, range(0, 521, 20))) == there


@pytest.mark.parametrize(
    ("score", "torso_px", "there"),
    [
        (PERSON_SCORE / ONE + 0.01, 100, True),
        (PERSON_SCORE / ONE - 0.01, 100, False),
        (0.9, 52, True),
        (0.9, 48, False),
    ],
)
def test_what_hardly_looks_like_a_person_or_is_far_behind_does_not_count(
    score: float, torso_px: float, *, there: bool
) -> None:
    room, bystanders = Room(score, torso_px), BystanderDetector(WIDTH, HEIGHT, WINDOW)
    assert bool(crowded(room, bystanders, range(0, 1001, 20))) is there


def test_the_runner_is_painted_out_with_a_margin() -> None:
    box = Box.around(person(0, 0.8))
    assert (box.left_px, box.right_px) == (HIP[0] - 35, HIP[0] + 35)
    assert (box.top_px, box.bottom_px) == (HIP[1] - 100 - 35, HIP[1] + 35)


@pytest.mark.parametrize(
    ("box", "rows", "columns"),
    [
        (Box(100, 120, 150, 160), slice(20, 60), slice(40, 90)),
        (Box(0, 0, 84, 104), slice(0, 4), slice(0, 24)),
        (Box(200, 250, 9000, 9000), slice(150, 192), slice(140, 192)),
        (Box(-50, -50, 20, 40), slice(0, 0), slice(0, 0)),
    ],
    ids=["inside", "over a corner", "beyond", "outside"],
)
def test_paint_covers_the_box_and_nothing_else(box: Box, rows: slice, columns: slice) -> None:
    picture = np.full((192, 192, 3), 200, np.uint8)
    expected = picture.copy()
    expected[rows, columns] = 0
    # A pixel of the window is one of the picture, from 60, 100 on.
    black_out(box, Window(60, 100, 192, 192), picture)
    assert np.array_equal(picture, expected)
