"""The newest values of a session, of which the `live` message is made."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from hipdrive.hub.messages.session_messages import live_message
from hipdrive.types.fixed_point import ONE
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from hipdrive.hub.messages.session_schema import LiveMessage
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.gait_update import Sample
    from hipdrive.types.stride import Rejection, Stride

CADENCE_STRIDES = 5
SAMPLE_AGE_NS = 500_000_000
"""Age beyond which angles say nothing about now; the gait engine's delay is well below."""
STRIDE_AGE_NS = 3_000_000_000
"""A runner who made no stride for this long has stopped: it is slower than any walk."""


class LiveValues:
    """Follows a session frame by frame; constant memory."""

    def __init__(self, session: str) -> None:
        self._session = session
        self._first_t_ns: int | None = None
        self._sample: Sample | None = None
        self._stride_t_ns = 0
        self._stride_times_ns: deque[int] = deque(maxlen=CADENCE_STRIDES)
        self._newest: Stride | None = None
        self._accepted: Stride | None = None

    @property
    def first_t_ns(self) -> int:
        """Time of the first frame, ns; 0 before it."""
        return self._first_t_ns or 0

    def on_frame(self, result: FrameResult) -> None:
        """Note the newest sample and strides."""
        if self._first_t_ns is None:
            self._first_t_ns = result.pose.t_ns
        if result.gait.samples:
            self._sample = result.gait.samples[-1]
        for stride in result.gait.strides:
            if stride.near:
                self._newest = stride
                self._accepted = stride if stride.accepted else self._accepted
            if stride.near and stride.times_cadence:
                self._add_stride_time(stride)

    def _add_stride_time(self, stride: Stride) -> None:
        if stride.t_ns - self._stride_t_ns > STRIDE_AGE_NS:
            self._stride_times_ns.clear()
        self._stride_t_ns = stride.t_ns
        self._stride_times_ns.append(stride.stride_time_ns)

    def _cadence_spm(self, t_ns: int) -> float | None:
        total_ns = sum(self._stride_times_ns)
        if total_ns <= 0 or t_ns - self._stride_t_ns > STRIDE_AGE_NS:
            return None
        return 120 * NS_PER_S * len(self._stride_times_ns) / total_ns

    def _doubt(self, t_ns: int) -> Rejection | None:
        newest = self._newest
        if newest is None or newest.rejection is None or t_ns - newest.t_ns > STRIDE_AGE_NS:
            return None
        return newest.rejection

    def _stride_thigh_ext_bam(self, t_ns: int) -> int | None:
        accepted = self._accepted
        if accepted is None or t_ns - accepted.t_ns > STRIDE_AGE_NS:
            return None
        return accepted.thigh_ext_bam

    def message(self, result: FrameResult) -> LiveMessage:
        """The `live` message of the frame that `on_frame` got last."""
        pose, sample = result.pose, self._sample
        if sample is not None and pose.t_ns - sample.t_ns > SAMPLE_AGE_NS:
            sample = None
        return live_message(
            self._session,
            pose.t_ns - self.first_t_ns,
            sample,
            self._cadence_spm(pose.t_ns),
            pose.body_score / ONE,
            result.coach.led.removeprefix("led_"),
            runner_seen=pose.runner_seen,
            doubt=self._doubt(pose.t_ns),
            stride_thigh_ext_bam=self._stride_thigh_ext_bam(pose.t_ns),
            programme=result.coach.programme,
            block_left_ns=result.coach.block_left_ns(pose.t_ns),
            guard=result.coach.guard,
        )
