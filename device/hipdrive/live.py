"""A device that is on: sessions one after the other, and what it does between them.

Between two sessions it waits for a command, the button or, with `session.auto`, a runner. While its
camera is closed, because somebody wants it so or because it failed again and again, the hub and the
page go on.
"""

from __future__ import annotations

import itertools
import logging
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from hipdrive.camera.kinds import REOPENED
from hipdrive.camera.pacing import until
from hipdrive.control.auto_session import AutoSession
from hipdrive.cues.idle_panel import IdlePanel
from hipdrive.errors import CameraError
from hipdrive.health.degraded import DevicePart
from hipdrive.health.loop_monitor import never
from hipdrive.pose.idle_watch import LOOK_S, IdleWatch
from hipdrive.private_file import make_private_folder, private
from hipdrive.session.runner import Equipment, SessionRunner
from hipdrive.texts.coach import plain
from hipdrive.texts.message import MessageId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from hipdrive.camera.source import FrameSource
    from hipdrive.camera.switch import CameraSwitch
    from hipdrive.control.session_control import SessionControl
    from hipdrive.cues.driver import Voice
    from hipdrive.cues.pins import PinOutputs
    from hipdrive.health.degraded import DegradedParts
    from hipdrive.session.housekeeping import Housekeeping
    from hipdrive.session.request import Outcome, SessionRequest
    from hipdrive.session.sink import SinkFactory
    from hipdrive.supervision import Supervision
    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

log = logging.getLogger("hipdrive")

PRIVATE_NAME = "private"
"""A file in the data folder while the camera is to stay closed, over restarts too."""
OPEN_S = 20.0
"""How long opening the camera and loading the model may take."""
AGAIN_LOOKS = round(60.0 / LOOK_S)
"""In safe mode a camera that may come back by itself is tried once a minute."""
MakeEquipment: TypeAlias = (
    "Callable[[FrameSource, Iterator[Frame], Callable[[Frame], Pose]], Equipment[Frame]]"
)
"""What a session is run with, from the camera, its views and the pose stage."""
SAFE_MODE = (
    "safe mode: five starts failed within ten minutes, so the camera is not tried; check its cable "
    "and what the log says, then begin a session"
)
SAFE_MODE_TRIES = (
    "safe mode: five starts failed within ten minutes, so the camera is tried once a minute; check "
    "its power, its cable or network, and what the log says"
)


@dataclass(frozen=True, slots=True)
class DeviceParts:
    """What is there whether the camera is open or not.

    Attributes:
        camera: can be closed and opened.
        control: follows commands and the button.
        outputs: lights and buzzer.
        parts: those that do not work.
        data: folder of the device.
        housekeeping: of the sessions in it.
        supervision: who starts the device anew.
        voice: says who runs next; None: nothing is said.
    """

    camera: CameraSwitch
    control: SessionControl
    outputs: PinOutputs
    parts: DegradedParts
    data: Path
    housekeeping: Housekeeping
    supervision: Supervision
    voice: Voice | None = None


@dataclass(frozen=True, slots=True)
class _Seeing:
    """An open camera and who looks at its frames."""

    camera: FrameSource
    watch: IdleWatch
    views: Iterator[Frame]


class LiveDevice:
    """Runs sessions until it is stopped.

    Args:
        device: its parts.
        request: of the first session.
        estimator: loads the model; asked for when the camera is first open.
        equipment: makes what a session is run with.
    """

    def __init__(
        self,
        device: DeviceParts,
        request: SessionRequest,
        estimator: Callable[[], Callable[[Frame], Pose]],
        equipment: Callable[
            [FrameSource, Iterator[Frame], Callable[[Frame], Pose]], Equipment[Frame]
        ],
    ) -> None:
        self._device = device
        self._stop = request.stop
        self._shown = request.on_view
        self._watched = request.watched
        self._on_choice = request.on_choice
        self._cues = request.config.cues
        self._language = request.config.language
        self._panel: IdlePanel | None = None
        self._auto = AutoSession() if request.config.session.auto else None
        self._estimator = estimator
        self._make = equipment
        self._model: Callable[[Frame], Pose] | None = None
        self._seeing: _Seeing | None = None
        self._reopens = request.config.camera.kind in REOPENED
        self._private_file = device.data / PRIVATE_NAME
        device.control.on_closing = self._close_camera
        device.control.on_choice = self._show_choice
        if device.supervision.safe_mode:
            said = SAFE_MODE_TRIES if self._reopens else SAFE_MODE
            device.parts.degrade(DevicePart.SAFE_MODE, said)
            device.control.enter_safe_mode()
        if self._private_file.exists():
            device.control.stay_private()

    def sessions(
        self,
        request: SessionRequest,
        renewed: Callable[[SessionRequest], SessionRequest],
        sinks: Iterable[SinkFactory],
    ) -> Iterator[Outcome]:
        """Every session as it has ended."""
        try:
            yield from self._sessions(request, renewed, sinks)
        except CameraError:
            # Whoever closed the camera while it gave nothing is heard: it stays closed when the
            # device starts anew.
            self._device.control.ended()
            raise

    def _sessions(
        self,
        request: SessionRequest,
        renewed: Callable[[SessionRequest], SessionRequest],
        sinks: Iterable[SinkFactory],
    ) -> Iterator[Outcome]:
        control, factories = self._device.control, (self._device.supervision.open_sink, *sinks)
        waits = self._auto is not None
        used = False
        while not self._stop.is_set():
            if control.state.without_camera:
                if not self._camera_wanted():
                    return
                waits = not control.starting()
            seeing = self._opened()
            if waits and not self._begins(seeing):
                if control.state.without_camera:
                    continue
                return
            if used or (waits and not request.session_dir):
                request = renewed(request)
            waits = used = True
            yield self._session(request, seeing, factories)
            if request.session_dir:
                return

    def _session(
        self, request: SessionRequest, seeing: _Seeing, sinks: tuple[SinkFactory, ...]
    ) -> Outcome:
        self._device.housekeeping.start()
        # Now: the camera may have been calibrated, or its roll saved on the page, just before.
        equipment = replace(
            self._make(seeing.camera, seeing.views, partial(self._estimate, seeing)),
            resting=lambda: seeing.watch.idle,
            over=lambda: self._auto is not None and self._auto.ends,
        )
        seeing.watch.wake()
        if self._auto is not None:
            self._auto.session_began()
        outcome = SessionRunner(request, equipment, sinks).run()
        if self._auto is not None:
            self._auto.session_ended()
        self._device.control.end()
        return outcome

    def _opened(self) -> _Seeing:
        """The camera, open, and who looks at its frames."""
        if self._seeing is None:
            self._device.supervision.service.be_patient(OPEN_S)
            camera = self._device.camera.opened()
            camera.begin_session(self._device.parts)
            self._model = self._model or self._estimator()
            watch = IdleWatch(self._model, self._stop.wait, self._watched or never)
            self._seeing = _Seeing(camera, watch, watch.views(self._offered(camera)))
        return self._seeing

    def _offered(self, camera: FrameSource) -> Iterator[Frame]:
        """The camera's frames, each offered to who shows it before it is looked at."""
        for frame in camera:
            if self._shown is not None:
                self._shown(frame)
            yield frame

    def _estimate(self, seeing: _Seeing, frame: Frame) -> Pose:
        # Of the camera that the frame is from: it may be closed, for privacy, by another thread.
        pose = seeing.watch(frame)
        if self._auto is not None:
            self._auto.on_pose(pose)
        return pose

    def _begins(self, seeing: _Seeing) -> bool:
        """Wait until a session is to begin; False when there will be none, or the camera closes."""
        seeing.watch.idle = True
        self._device.supervision.service.says("waits for a runner")
        try:
            with self._idle_panel() as panel:
                views = self._idle_views(seeing, panel)
                asked = self._device.control.idle_until_start(views)
        except CameraError as error:
            self._device.parts.degrade(DevicePart.CAMERA, str(error), logged=True)
            raise
        return asked or (self._auto is not None and self._auto.begins)

    def _idle_views(self, seeing: _Seeing, panel: IdlePanel) -> Iterator[Frame]:
        """The frames between two sessions; they end when a runner begins one."""
        for view in until(seeing.views, self._stop.is_set):
            self._device.supervision.frame(view.t_ns)
            panel.drive(letting_go=self._device.control.letting_go)
            if self._auto is not None:
                self._estimate(seeing, view)
                if self._auto.begins:
                    return
            yield view

    def _camera_wanted(self) -> bool:
        """Wait without a camera until it is to be opened; False after a stop."""
        device = self._device
        device.camera.close()
        state = device.control.state
        device.supervision.service.says("safe mode" if state.safe_mode else "the camera is closed")
        with self._idle_panel() as panel:
            if state.private:
                panel.show_camera_closed()
            for look in itertools.count(1):
                if device.control.camera_is_wanted():
                    break
                device.supervision.service.alive()
                panel.drive(letting_go=device.control.letting_go)
                if self._stop.wait(LOOK_S):
                    return False
                if look % AGAIN_LOOKS == 0 and self._is_back():
                    device.control.leave_safe_mode(starting=self._auto is None)
        device.parts.recover(DevicePart.SAFE_MODE)
        self._private_file.unlink(missing_ok=True)
        return True

    def _is_back(self) -> bool:
        """Whether the camera that was given up can be opened, where it may be tried."""
        device, state = self._device, self._device.control.state
        if state.private or not self._reopens:
            return False
        device.supervision.service.be_patient(OPEN_S)
        try:
            device.camera.opened()
        except CameraError as error:
            device.parts.degrade(DevicePart.CAMERA, str(error))
            return False
        return True

    @contextmanager
    def _idle_panel(self) -> Iterator[IdlePanel]:
        device = self._device
        with closing(IdlePanel(self._cues, device.outputs, device.parts)) as panel:
            self._panel = panel
            yield panel

    def _show_choice(self, number: int, name: str) -> None:
        """The button has chosen who runs next."""
        if self._panel is not None:
            self._panel.show_runner(number)
        if self._device.voice is not None:
            guest = plain(MessageId.RUNNER_GUEST, self._language)
            self._device.voice.tell(name or guest)
        if self._on_choice is not None:
            self._on_choice(name)

    def _close_camera(self) -> None:
        """Close it now, before the session is finished, and keep it closed over a power cut."""
        self._device.camera.close()
        self._seeing = None
        try:
            make_private_folder(self._device.data)
            with open(self._private_file, "w", encoding="ascii", opener=private):
                pass
        except OSError as error:
            log.warning(
                "the camera is closed, but opens after a restart: %s cannot be written (%s)",
                self._private_file,
                error.strerror,
            )
