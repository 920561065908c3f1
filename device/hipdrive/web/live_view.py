"""What the page shows of the moment: handed over by the loop, which never waits for a reader."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.session.sink import SessionSink, SinkInfo
from hipdrive.types.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.geometry.camera_summary import CameraSummary
    from hipdrive.session.sink import SessionContext
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame import RgbImage
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.pose import Pose
    from hipdrive.types.side import Side
    from hipdrive.types.stride import Stride

VALUES_NS = 150_000_000
"""Shortest time between two values that a page gets, by the frames' own time."""
PICTURES_NS = 125_000_000
"""Eight pictures a second, as many as it takes to turn a screw by."""
CAMERA_NS = 3_000_000_000
"""The camera's attitude is looked up this often: it takes thirty strides to be known."""
STRIDES_SHOWN = 20
CADENCE_STRIDES = 5
ANGLE_AGE_NS = 500_000_000


class Picture(NamedTuple):
    """A picture of the camera.

    Attributes:
        image: RGB; a copy, the reader's own.
        pose: what was found in it; None where nobody looked.
        t_ns: when it was taken.
        near_leg: which leg is near the camera; None where it is not known.
    """

    image: RgbImage
    pose: Pose | None
    t_ns: int
    near_leg: Side | None


@dataclass(frozen=True, slots=True)
class LiveState:
    """The newest values of a session; replaced as a whole.

    Attributes:
        number: counts up with every change.
        session: id of the session; None between two.
        result: of the newest frame, without the picture; None before the first.
        strides: the latest of the near leg, rejected ones too, oldest first.
        angle_bam: the near thigh's extension now; None where it is not known.
        camera: how the camera stands, as far as it is known.
        first_ns: time of the session's first frame.
        runners: names of those who have a profile, those with the newest session first.
    """

    number: int = 0
    session: str | None = None
    result: FrameResult | None = None
    strides: tuple[Stride, ...] = ()
    angle_bam: int | None = None
    camera: CameraSummary | None = None
    first_ns: int = 0
    runners: tuple[str, ...] = ()

    @property
    def stride_time_ns(self) -> int | None:
        """Mean time of the latest strides; None without one whose time can be trusted."""
        times = [each.stride_time_ns for each in self.strides if each.times_cadence]
        latest = times[-CADENCE_STRIDES:]
        return sum(latest) // len(latest) if latest else None


class LiveView:
    """Passes the newest picture and the newest values from the loop to whoever serves pages.

    The loop replaces references and never waits; what nobody took is dropped. Pictures are copied
    while somebody watches them, at most eight a second.

    Attributes:
        state: the newest values.
        picture: the newest picture; None where nobody watches, or none has come.
        on_picture: called in the loop when there is another picture; returns at once.
    """

    def __init__(self) -> None:
        self.state = LiveState()
        self.picture: Picture | None = None
        self.on_picture: Callable[[], None] | None = None
        self._watchers = 0
        self._lock = threading.Lock()
        self._picture_ns: int | None = None
        self._size: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the picture, px; None before the first, or without pictures."""
        return self._size

    @property
    def watched(self) -> bool:
        """True while somebody wants pictures."""
        return self._watchers > 0

    def watch(self, change: int) -> None:
        """One more reader of pictures (1), or one fewer (-1)."""
        with self._lock:
            self._watchers += change
            if not self._watchers:
                self.picture, self._picture_ns = None, None

    def forget_picture(self) -> None:
        """Show the newest picture no longer: the camera is closed, and it may be the last."""
        self.picture = None

    def on_view(self, view: object) -> None:
        """Offer a frame before it is looked at; for the loop. Between two sessions it is shown."""
        if not isinstance(view, Frame):
            return
        if self._size is None:
            height, width = view.image.shape[:2]
            self._size = width, height
        if self.state.session is None:
            self.offer(view, None, None)

    def offer(self, frame: Frame, pose: Pose | None, near_leg: Side | None) -> None:
        """Show a frame, if somebody watches and it is time for another; for the loop."""
        if not self._watchers:
            return
        before_ns = self._picture_ns
        if before_ns is not None and 0 <= frame.t_ns - before_ns < PICTURES_NS:
            return
        self._picture_ns = frame.t_ns
        # The source may fill the same memory again.
        self.picture = Picture(frame.image.copy(), pose, frame.t_ns, near_leg)
        wake = self.on_picture
        if wake is not None:
            wake()

    def open_sink(self, context: SessionContext) -> LiveSink:
        """A session begins; a factory of sinks."""
        return LiveSink(self, context)


class LiveSink(SessionSink):
    """Hands the results of one session to the view."""

    info = SinkInfo("page", dropped_when_late="values that no page has taken")

    def __init__(self, view: LiveView, context: SessionContext) -> None:
        self._view = view
        self._context = context
        self._strides: deque[Stride] = deque(maxlen=STRIDES_SHOWN)
        self._angle: tuple[int, int] | None = None
        self._first_ns: int | None = None
        self._values_ns: int | None = None
        self._camera_ns: int | None = None
        self._camera: CameraSummary | None = None
        self._near_leg: Side | None = None
        number = view.state.number + 1
        view.state = LiveState(number, context.info.id, runners=self._runners())

    def on_frame(self, result: FrameResult) -> None:
        """Take one frame's result in."""
        t_ns = result.pose.t_ns
        if self._first_ns is None:
            self._first_ns = t_ns
        if result.frame is not None:
            self._view.offer(result.frame, result.pose, self._near_leg)
        self._strides.extend(stride for stride in result.gait.strides if stride.near)
        if result.gait.samples:
            sample = result.gait.samples[-1]
            self._angle = sample.t_ns, sample.near_thigh_ext_bam
        due = self._values_ns is None or not 0 <= t_ns - self._values_ns < VALUES_NS
        if due or result.cues:
            self._values_ns = t_ns
            self._hand_over(result)

    def end(self, _summary: SessionSummary) -> None:
        """The session has ended; its last values stay readable, without their session."""
        state = self._view.state
        self._view.state = replace(state, number=state.number + 1, session=None)

    def _hand_over(self, result: FrameResult) -> None:
        t_ns, angle = result.pose.t_ns, self._angle
        assert self._first_ns is not None  # noqa: S101  # set with the first frame
        self._view.state = LiveState(
            self._view.state.number + 1,
            self._context.info.id,
            result.without_frame(),
            tuple(self._strides),
            angle[1] if angle and t_ns - angle[0] <= ANGLE_AGE_NS else None,
            self._camera_at(t_ns),
            self._first_ns,
            self._runners(),
        )

    def _runners(self) -> tuple[str, ...]:
        profiles = self._context.profiles
        return () if profiles is None else profiles.names

    def _camera_at(self, t_ns: int) -> CameraSummary | None:
        """How the camera stands; computed only while somebody lines it up."""
        if not self._view.watched:
            return self._camera
        if self._camera_ns is None or not 0 <= t_ns - self._camera_ns < CAMERA_NS:
            self._camera_ns = t_ns
            summary = self._context.summary()
            self._camera, self._near_leg = summary.camera, summary.near_leg
        return self._camera
