"""The model sees the next frames ahead of time, and finds what it would have found in turn."""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from hipdrive.errors import ModelError, SourceError
from hipdrive.look_ahead import announced
from hipdrive.pose.crop import Window
from hipdrive.pose.estimator import PoseEstimator
from hipdrive.pose.inference import Inference, Look
from hipdrive.pose.model import outputs_for
from hipdrive.pose.model_thread import ModelThread
from hipdrive.pose.movenet.model import WINDOW, MoveNet
from hipdrive.pose.store import bundled, find_spec
from hipdrive.rendered.settings import RenderedSettings, ViewSettings
from hipdrive.rendered.source import RenderedRunner
from hipdrive.types.frame import FRAMES_IN_USE, Frame
from hipdrive.types.skeleton import COCO_17

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from hipdrive.pose.model import ModelOutputs
    from hipdrive.types.pose import Pose

PATIENCE_S = 60
"""For what comes at once unless it never comes."""
SIZE = 64
WHOLE = Look(Window(0, 0, SIZE, SIZE))
LEFT_HALF = Look(Window(0, 0, SIZE // 2, SIZE))


class BrightnessModel:
    """Tells how bright its picture is.

    Attributes:
        seen: brightness of every picture it ran on, in order.
        threads: in which it ran.
        running, go_on: it says when it runs, and waits then if `go_on` is not set.
        fails_at: it fails on a picture so bright.
    """

    skeleton, runtime, decode, window = COCO_17, "none", "stock", WINDOW
    picture_shape = (SIZE, SIZE, 3)

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.threads: set[threading.Thread] = set()
        self.running, self.go_on = threading.Semaphore(0), threading.Event()
        self.go_on.set()
        self.fails_at = -1
        self._picture = np.zeros(self.picture_shape, np.uint8)

    def fill(self, picture: npt.NDArray[np.uint8]) -> None:
        self._picture[:] = picture

    def run(self) -> None:
        self.threads.add(threading.current_thread())
        self.seen.append(int(self._picture.max()))
        self.running.release()
        assert self.go_on.wait(PATIENCE_S)
        if self.seen[-1] == self.fails_at:
            raise ModelError("broken")

    def outputs(self) -> ModelOutputs:
        return (np.array([self._picture.max()]),)

    def read(self, outputs: ModelOutputs) -> npt.NDArray[np.float32]:
        return np.full((len(COCO_17), 3), outputs[0][0], np.float32)


def frame(brightness: int) -> Frame:
    return Frame(brightness, np.full((SIZE, SIZE, 3), brightness, np.uint8))


def test_what_was_expected_is_looked_at_once_by_another_thread() -> None:
    model, frames = BrightnessModel(), [frame(number) for number in range(1, 20)]
    inference = Inference(model)
    with inference.in_thread():
        coming = announced(frames, lambda each: inference.expect(each, WHOLE))
        found = [inference.outputs(each, WHOLE)[0].item() for each in coming]
    assert found == model.seen == list(range(1, 20))
    (thread,) = model.threads
    assert thread is not threading.current_thread()
    assert not thread.is_alive()


def test_the_model_goes_on_with_the_next_before_anybody_asks() -> None:
    model = BrightnessModel()
    inference = Inference(model)
    with inference.in_thread():
        for number in (1, 2):
            inference.expect(frame(number), WHOLE)
        for _ in range(2):
            assert model.running.acquire(timeout=PATIENCE_S)
    assert model.seen == [1, 2]


def test_who_comes_first_does_not_wait_for_those_who_wait() -> None:
    """A search for bystanders is waited for, and the frame after the next is not."""
    model = BrightnessModel()
    model.go_on.clear()
    with closing(ModelThread(model)) as thread:
        thread.submit(frame(1).image)
        assert model.running.acquire(timeout=PATIENCE_S)
        thread.submit(frame(2).image)
        thread.submit(frame(3).image, first=True)
        model.go_on.set()
    assert model.seen == [1, 3, 2]


def test_a_look_that_was_not_expected_is_made_and_the_rest_is_given_up() -> None:
    model, frames = BrightnessModel(), [frame(number) for number in (1, 2, 3)]
    frames[0].image[:, SIZE * 3 // 4 :] = 100
    inference = Inference(model)
    with inference.in_thread():
        for each in frames:
            inference.expect(each, WHOLE)
        assert model.running.acquire(timeout=PATIENCE_S)
        assert inference.outputs(frames[0], LEFT_HALF)[0].item() == 1
        assert [inference.outputs(each, LEFT_HALF)[0].item() for each in frames[1:]] == [2, 3]
    assert model.seen[0] == 100, "it was wrong, and it was begun"
    assert [brightness for brightness in model.seen if brightness == 1] == [1]


def test_an_error_comes_where_the_outputs_are_wanted() -> None:
    model, frames = BrightnessModel(), [frame(number) for number in (1, 2, 3)]
    model.fails_at = 2
    inference = Inference(model)
    with inference.in_thread():
        for each in frames:
            inference.expect(each, WHOLE)
        assert inference.outputs(frames[0], WHOLE)[0].item() == 1
        with pytest.raises(ModelError, match="broken"):
            inference.outputs(frames[1], WHOLE)
        assert inference.outputs(frames[2], WHOLE)[0].item() == 3


def test_leaving_with_an_error_ends_the_thread_and_the_model_is_used_in_turn_again() -> None:
    model = BrightnessModel()
    inference = Inference(model)
    usual_s = sys.getswitchinterval()
    with pytest.raises(SourceError), inference.in_thread():  # noqa: PT012  # the error comes last
        assert sys.getswitchinterval() < usual_s
        for number in range(1, 1 + FRAMES_IN_USE):
            inference.expect(frame(number), WHOLE)
        raise SourceError("torn")
    assert sys.getswitchinterval() == usual_s
    assert not any(thread.is_alive() for thread in model.threads)
    assert inference.outputs(frame(9), WHOLE)[0].item() == 9
    assert threading.current_thread() in model.threads


def walking_through() -> Iterator[Frame]:
    """A runner who is nobody at first, then drifts along the belt, and is cut to another place."""
    settings = RenderedSettings(seconds=5, camera=ViewSettings(fps=30))
    for number, each in enumerate(RenderedRunner(settings)):
        image = np.roll(each.image, 40 if number > 120 else max(0, number - 60) // 2, axis=1)
        yield replace(each, image=np.zeros_like(image) if number < 4 else image)


def test_poses_are_the_same_ahead_and_in_turn_wherever_the_window_goes() -> None:
    """The real network, with windows that stand, move and jump."""
    spec = find_spec("stand-in-rendered-int8")
    frames = list(walking_through())
    windows, poses = [], []
    for ahead in (False, True):
        model = MoveNet(bundled(spec.file), spec, "ai-edge-litert", 1)
        estimate = PoseEstimator(model, spec.shown_facing)
        seen: list[Pose] = []
        if ahead:
            with estimate.looking_ahead() as expect:
                seen.extend(map(estimate, announced(frames, expect)))
        else:
            for each in frames:
                seen.append(estimate(each))
                assert estimate._tracker  # the window is nobody else's business
                windows.append(estimate._tracker.window)
        poses.append(seen)
    moved = sum(a != b for a, b in pairwise(windows))
    assert 5 < moved < len(frames) - 60, "it stands for a while and moves for a while"
    assert poses[0] == poses[1]


def test_outputs_stay_when_the_model_runs_again() -> None:
    model = BrightnessModel()
    first = outputs_for(model, frame(3).image)
    outputs_for(model, frame(5).image)
    assert first[0].item() == 3
