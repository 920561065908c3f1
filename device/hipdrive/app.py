"""The composition root: opens what outlasts a session.

`hipdrive.live` runs one session after the other, `hipdrive.session.runner` puts the stages of one
together; nothing else wires parts.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from hipdrive.belt.on_pose import with_belt_speed
from hipdrive.camera.pacing import Timed, paced
from hipdrive.cues.button import ButtonPresses
from hipdrive.cues.driver import failure
from hipdrive.cues.pin_factory import real_pins, simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.cues.speech import open_speaker
from hipdrive.errors import ConfigError, GpioError
from hipdrive.geometry import calibration_file
from hipdrive.geometry.active_calibration import ActiveCalibration, load_active_calibration
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.health.service_manager import ServiceManager
from hipdrive.health.start_log import StartLog
from hipdrive.hub.parts import connect
from hipdrive.live import DeviceParts, LiveDevice
from hipdrive.runners.opening import open_keeper
from hipdrive.session.housekeeping import Housekeeping
from hipdrive.session.pose_source import PoseSource
from hipdrive.session.poses import PosesMeta
from hipdrive.session.runner import Equipment, SessionRunner
from hipdrive.session.sinks import SINKS
from hipdrive.session.summary import PoseInfo
from hipdrive.supervision import Supervision
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from hipdrive.camera.source import FrameSource, ViewSource
    from hipdrive.camera.switch import CameraSwitch
    from hipdrive.config import Config, PoseConfig
    from hipdrive.pose.estimator import PoseEstimator
    from hipdrive.pose.model import PoseModel
    from hipdrive.session.request import Outcome, SessionRequest
    from hipdrive.session.sink import SinkFactory
    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

View = TypeVar("View", bound=Timed)


def run(
    request: SessionRequest,
    camera: CameraSwitch,
    renewed: Callable[[SessionRequest], SessionRequest],
    *,
    simulate_panel: bool,
    allow_stand_in: bool = False,
    parts: DegradedParts | None = None,
    supervision: Supervision | None = None,
) -> Iterator[Outcome]:
    """Coach the runner before a camera until `request.stop` is set.

    A command, or with `session.auto` an empty belt, may end the session. Then the device waits for
    the next, unless `request.session_dir` is given: then there is one session only.

    Args:
        request: of the first session.
        camera: sees the runner; opened here, closed by the caller.
        renewed: the request of the session after this one.
        simulate_panel: no GPIO.
        allow_stand_in: go on with a model that knows rendered runners only.
        parts: told what does not work.
        supervision: who starts the device anew; None: nobody.

    Yields:
        Every session as it has ended.

    Raises:
        ConfigError: the model is a stand-in, and that was not allowed.
        CameraError, ModelError: that part is missing or fails.
        SessionError: the session cannot be recorded.
    """
    if not allow_stand_in:
        refuse_stand_in(request.config)
    watched = supervision or Supervision(ServiceManager(None, 0, time.monotonic_ns), StartLog(None))
    with ExitStack() as stack:
        device = _live_device(
            request, camera, stack, parts or DegradedParts(), watched, simulate_panel=simulate_panel
        )
        yield from device.sessions(request, renewed, (*SINKS, *request.sinks))


def _live_device(
    request: SessionRequest,
    camera: CameraSwitch,
    stack: ExitStack,
    parts: DegradedParts,
    supervision: Supervision,
    *,
    simulate_panel: bool,
) -> LiveDevice:
    """What all sessions before a camera share; closed with the stack."""
    config = request.config
    data, button = config.data_path(os.environ), config.cues.button
    presses = ButtonPresses(
        NS_PER_MS * button.bounce_ms,
        NS_PER_MS * button.hold_ms,
        held_ns=NS_PER_MS * button.privacy_ms,
    )
    outputs = _live_outputs(config, presses, parts, simulate_panel=simulate_panel)
    stack.callback(outputs.close)
    speaker = open_speaker(config.cues.speech, config.language)
    if speaker is not None:
        stack.callback(speaker.close)
    profiles = open_keeper(config, parts, stack)
    hub = connect(request, _announced(config.pose), stack, parts, presses, profiles)
    housekeeping = Housekeeping(data / "sessions", config.keep, profiles.has_session)
    stack.callback(housekeeping.close)
    found: list[PoseInfo] = []

    def loaded() -> PoseEstimator:
        model, info = estimator(config.pose, data)
        found.append(info)
        return model

    def equipment(
        source: FrameSource, views: Iterator[Frame], estimate: Callable[[Frame], Pose]
    ) -> Equipment[Frame]:
        return Equipment(
            source=source,
            views=views,
            estimate=with_belt_speed(estimate, request.belt),
            meta=PosesMeta(source.name, request.given_facing, found[-1]),
            calibration=load_active_calibration(config, parts),
            control=hub.control,
            outputs=outputs,
            link=hub.link,
            health=hub.health,
            live=True,
            look_ahead=True,
            parts=parts,
            voice=speaker,
            profiles=profiles,
        )

    shared = DeviceParts(
        camera, hub.control, outputs, parts, data, housekeeping, supervision, speaker
    )
    return LiveDevice(shared, request, loaded, equipment)


def _live_outputs(
    config: Config, presses: ButtonPresses, parts: DegradedParts, *, simulate_panel: bool
) -> PinOutputs:
    """The lights and the buzzer; where they cannot be had, the device goes on and tries again."""
    make_pins = simulated_pins if simulate_panel else real_pins
    try:
        return PinOutputs(config.cues, make_pins(), make_pins, presses)
    except GpioError as error:
        parts.degrade(DevicePart.CUES, failure(error))
        return PinOutputs(config.cues, None, make_pins, presses)


def _announced(config: PoseConfig) -> PoseInfo:
    """What the hub is told of the model before it is loaded."""
    from hipdrive.pose.store import find_spec

    spec = find_spec(config.model)
    return PoseInfo(spec.name, spec.sha256, config.runtime, stand_in=spec.stand_in)


def refuse_stand_in(config: Config) -> None:
    """A model that knows drawn runners only does not belong before a person.

    Raises:
        ConfigError: the model is one.
    """
    from hipdrive.pose.store import find_spec

    if find_spec(config.pose.model).stand_in:
        raise ConfigError(
            f"pose.model = {config.pose.model!r} knows rendered runners only and would coach a "
            "person by chance; set another model, or give --allow-stand-in to try the parts"
        )


def replay(request: SessionRequest, source: FrameSource | PoseSource) -> Outcome:
    """Run the same loop over a recording, with simulated pins.

    Raises:
        SourceError, ModelError: the recording or the model cannot be used.
        CalibrationError: the calibration that was named cannot be used.
        SessionError: the session cannot be recorded.
    """
    outputs = PinOutputs(request.config.cues, simulated_pins())
    with ExitStack() as stack:
        return playback(request, source, (*SINKS, *request.sinks), stack, outputs).run()


def playback(
    request: SessionRequest,
    source: FrameSource | PoseSource,
    sinks: Iterable[SinkFactory],
    stack: ExitStack,
    outputs: PinOutputs | None = None,
) -> SessionRunner[Frame] | SessionRunner[Pose]:
    """What runs a recording; errors as those of `replay`.

    Args:
        request: how.
        source: pictures, or key points that need no model.
        sinks: open what takes the results.
        stack: closes what the session was run with.
        outputs: simulated LEDs and buzzer; None: cues are shown nowhere.
    """
    if isinstance(source, PoseSource):
        facing = request.given_facing or source.meta.facing
        meta = PosesMeta(source.name, facing, source.meta.pose)
        return _played(request, source, _as_recorded, meta, sinks, stack, outputs)
    model, pose = estimator(request.config.pose, request.config.data_path(os.environ))
    meta = PosesMeta(source.name, request.given_facing, pose)
    expect = None
    if request.look_ahead and not request.realtime:
        expect = stack.enter_context(model.looking_ahead())
    return _played(request, source, model, meta, sinks, stack, outputs, expect)


def _played(
    request: SessionRequest,
    source: ViewSource[View],
    estimate: Callable[[View], Pose],
    meta: PosesMeta,
    sinks: Iterable[SinkFactory],
    stack: ExitStack,
    outputs: PinOutputs | None,
    expect: Callable[[View], None] | None = None,
) -> SessionRunner[View]:
    """The session of a recording, of pictures or of key points."""
    stored = calibration_file.read(request.calibration) if request.calibration else None
    parts = DegradedParts()
    profiles = open_keeper(request.config, parts, stack) if request.runner else None
    hub = connect(request, meta.pose, stack, profiles=profiles)
    equipment = Equipment(
        source,
        _shown(request, _at_its_speed(request, source)),
        with_belt_speed(estimate, request.belt),
        meta,
        ActiveCalibration(stored),
        hub.control,
        outputs,
        hub.link,
        parts=parts,
        profiles=profiles,
        look_ahead=request.look_ahead and request.realtime,
        expect=expect,
    )
    return SessionRunner(request, equipment, sinks)


def estimator(config: PoseConfig, data: Path) -> tuple[PoseEstimator, PoseInfo]:
    """The pose stage, and its metadata for the record.

    Raises:
        ModelError: no model, or it does not run.
    """
    from hipdrive.pose.estimator import PoseEstimator
    from hipdrive.pose.store import find_spec

    model, info = pose_model(config, data)
    return PoseEstimator(model, find_spec(config.model).shown_facing), info


def pose_model(config: PoseConfig, data: Path) -> tuple[PoseModel, PoseInfo]:
    """The model itself, and what the record says of it; errors as of `estimator`."""
    from hipdrive.pose.families import load_model
    from hipdrive.pose.interpreter import default_threads
    from hipdrive.pose.store import find_spec, installed

    spec = find_spec(config.model)
    path = installed(spec, data / "models")
    threads = config.threads or default_threads(os.cpu_count())
    model = load_model(spec, path, config.runtime, threads, config.decode)
    info = PoseInfo(
        spec.name, spec.sha256, model.runtime, stand_in=spec.stand_in, decode=model.decode
    )
    return model, info


def _as_recorded(pose: Pose) -> Pose:
    return pose


def _at_its_speed(request: SessionRequest, views: Iterable[View]) -> Iterable[View]:
    return paced(views, time.monotonic_ns, request.stop.wait) if request.realtime else views


def _shown(request: SessionRequest, views: Iterable[View]) -> Iterator[View]:
    """The views, each offered to who shows it before it is looked at."""
    on_view = request.on_view
    if on_view is None:
        yield from views
        return
    for view in views:
        on_view(view)
        yield view
