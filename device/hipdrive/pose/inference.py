"""Shows a model windows of frames: at once, or those of the next frames ahead of time.

The interpreter works without Python's lock, so a thread of its own runs the model on the next frame
while the key points of this one are read, measured and recorded. It is never without work then,
because the picture after the next is drawn before the model is done with the next.
"""

from __future__ import annotations

import itertools
from collections import deque
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hipdrive.look_ahead import quick_switching
from hipdrive.pose.letterbox import black_out, letterbox
from hipdrive.pose.model import outputs_for
from hipdrive.pose.model_thread import ModelThread
from hipdrive.types.frame import FRAMES_IN_USE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from hipdrive.pose.bystanders import Box
    from hipdrive.pose.crop import Window
    from hipdrive.pose.model import ModelOutputs, PoseModel
    from hipdrive.types.frame import Frame, RgbImage


class Look(NamedTuple):
    """What the model is shown of a frame.

    Attributes:
        window: this part of it,
        mirrored: left and right having changed places,
        hidden: without what is in this box.
    """

    window: Window
    mirrored: bool = False
    hidden: Box | None = None


class _Expected(NamedTuple):
    frame: Frame
    look: Look
    outputs: Future[ModelOutputs]


class Inference:
    """Runs a model on windows of frames.

    Args:
        model: it has one user, this.
    """

    def __init__(self, model: PoseModel) -> None:
        self._model = model
        shape = model.picture_shape
        self._picture = np.zeros(shape, np.uint8)
        self._pictures_ahead = itertools.cycle(
            [np.zeros(shape, np.uint8) for _ in range(FRAMES_IN_USE)]
        )
        self._expected: deque[_Expected] = deque(maxlen=FRAMES_IN_USE)
        self._thread: ModelThread | None = None

    @contextmanager
    def in_thread(self) -> Iterator[None]:
        """While this is open the model runs in a thread of its own, and may look ahead."""
        with quick_switching(), closing(ModelThread(self._model)) as thread:
            self._thread = thread
            try:
                yield
            finally:
                self._forget()
                self._thread = None

    def expect(self, frame: Frame, look: Look) -> None:
        """Begin with what will probably be asked for soon; needs `in_thread`.

        As many looks as `FRAMES_IN_USE` may be expected at once. `outputs` is asked for every frame
        that was expected, in the same order.
        """
        assert self._thread is not None  # noqa: S101  # as the line above says
        picture = next(self._pictures_ahead)
        _draw(frame.image, look, picture)
        self._expected.append(_Expected(frame, look, self._thread.submit(picture)))

    def outputs(self, frame: Frame, look: Look) -> ModelOutputs:
        """What the model gives for a look at a frame."""
        if self._expected and self._expected[0].frame is frame:
            expected = self._expected.popleft()
            if expected.look == look:
                return expected.outputs.result()
            expected.outputs.cancel()
            # The window has begun to move, or the runner turned round: it will not be these either.
            self._forget()
        _draw(frame.image, look, self._picture)
        if self._thread is None:
            return outputs_for(self._model, self._picture)
        return self._thread.submit(self._picture, first=True).result()

    def _forget(self) -> None:
        while self._expected:
            self._expected.pop().outputs.cancel()


def _draw(image: RgbImage, look: Look, out: RgbImage) -> None:
    letterbox(image, look.window, out, mirrored=look.mirrored)
    if look.hidden:
        black_out(look.hidden, look.window, out[:, ::-1] if look.mirrored else out)
