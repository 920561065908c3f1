"""A model with a thread of its own, which is never without work while a picture waits."""

from __future__ import annotations

import queue
import threading
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.pose.model import ModelOutputs, PoseModel
    from hipdrive.types.frame import RgbImage


class _Job(NamedTuple):
    picture: RgbImage
    outputs: Future[ModelOutputs]


class ModelThread:
    """Runs a model on one picture after the other, until it is closed.

    Args:
        model: it has no other user meanwhile.
    """

    def __init__(self, model: PoseModel) -> None:
        self._model = model
        self._jobs: deque[_Job | None] = deque()
        self._waiting: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="model", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread once what waits is done."""
        self._jobs.append(None)
        self._waiting.put(None)
        self._thread.join()

    def submit(self, picture: RgbImage, *, first: bool = False) -> Future[ModelOutputs]:
        """What the model will give for a picture.

        Args:
            picture: stays as it is until then.
            first: comes before all that wait.
        """
        job = _Job(picture, Future())
        if first:
            self._jobs.appendleft(job)
        else:
            self._jobs.append(job)
        self._waiting.put(None)
        return job.outputs

    def _work(self) -> None:
        hand_over: Callable[[], None] = _nothing
        while True:
            try:
                self._waiting.get_nowait()
            except queue.Empty:
                hand_over()
                hand_over = _nothing
                self._waiting.get()
            job = self._jobs.popleft()
            if job is None:
                break
            if job.outputs.set_running_or_notify_cancel():
                hand_over = self._run(job, hand_over)
        hand_over()

    def _run(self, job: _Job, hand_over: Callable[[], None]) -> Callable[[], None]:
        """Run the model; what hands its outputs over.

        Whoever waits for the picture before is woken when nothing is left to be done but to run:
        as soon as it is awake it wants Python's lock, and filling would lose the lock to it.
        """
        try:
            try:
                self._model.fill(job.picture)
            finally:
                hand_over()
            self._model.run()
            return partial(job.outputs.set_result, self._model.outputs())
        except Exception as error:  # noqa: BLE001  # raised where the outputs are wanted
            return partial(job.outputs.set_exception, error)


def _nothing() -> None:
    """There is nothing to hand over."""
