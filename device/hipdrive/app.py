"""The composition root: a configuration goes in, parts are wired, a session comes out.

Nothing else wires parts together.
"""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from hipdrive import loop
from hipdrive.camera.pacing import Timed, paced, until
from hipdrive.coach.band import CoachSettings
from hipdrive.coach.coach import Coach
from hipdrive.coach.muting import MutableCoach
from hipdrive.control.session_control import SessionControl
from hipdrive.cues.pins import LentOutputs, PinOutputs, real_pins, simulated_pins
from hipdrive.cues.player import CuePlayer
from hipdrive.errors import ConfigError
from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.events.foot_contact import KneeTiming
from hipdrive.geometry import calibration_file as calibrations
from hipdrive.geometry.camera_watch import CameraWatch
from hipdrive.geometry.stored import Place, stored_place
from hipdrive.health.loop_monitor import LoopMonitor
from hipdrive.session.poses import PosesMeta, RecordedPoses
from hipdrive.session.recorder import Recorder
from hipdrive.session.request import Outcome, Stage
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import PoseInfo, SessionInfo, summarise
from hipdrive.session.timing import Timing
from hipdrive.session.verdict import Evidence, judged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from hipdrive.camera.frame import FrameSource
    from hipdrive.config import Config, PoseConfig
    from hipdrive.health.monitor import HealthMonitor
    from hipdrive.hub.mqtt.link import MqttLink
    from hipdrive.hub.sink import HubSink
    from hipdrive.pose.estimator import PoseEstimator
    from hipdrive.session.request import SessionRequest
    from hipdrive.types.pose import Pose

View = TypeVar("View", bound=Timed)


def run(
    plan: SessionRequest,
    renewed: Callable[[SessionRequest], SessionRequest],
    *,
    simulate_panel: bool,
    allow_stand_in: bool = False,
) -> Iterator[Outcome]:
    """Coach the runner before the Pi's camera until `plan.stop` is set.

    A command may end the session. Then the camera's pictures pass unseen until another command
    begins the next, unless `plan.session_dir` says that there is one session only.

    Args:
        plan: of the first session.
        renewed: the plan of the session after this one.
        simulate_panel: no GPIO.
        allow_stand_in: go on with a model that knows rendered runners only.

    Yields:
        Every session as it has ended.

    Raises:
        ConfigError: the model is a stand-in, and that was not allowed.
        CameraError, GpioError, ModelError: that part is missing or fails.
        SessionError: the session cannot be recorded.
    """
    from hipdrive.camera.pi import PiCamera

    config = plan.config
    if not allow_stand_in:
        refuse_stand_in(config)
    with ExitStack() as stack:
        camera = stack.enter_context(PiCamera(config.camera, plan.stop.is_set))
        pins = simulated_pins() if simulate_panel else real_pins()
        outputs = PinOutputs(config.cues, pins)
        stack.callback(outputs.close)
        estimate, pose = estimator(config.pose, config.data_path(os.environ))
        meta = PosesMeta(camera.name, plan.given_facing, pose)
        place = stored_place(config)
        remote = _remote(plan, pose, stack, live=True)
        frames = iter(camera)
        parts = _Parts(camera, frames, estimate, outputs, meta, place, remote, live=True)
        while True:
            camera.begin_session()
            outcome = _session(plan, parts)
            remote.steering.end()
            yield outcome
            if plan.session_dir or not remote.steering.idle_until_start(frames):
                return
            plan = renewed(plan)


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


def replay(plan: SessionRequest, source: FrameSource | RecordedPoses) -> Outcome:
    """Run the same loop over a recording, with simulated pins.

    Raises:
        SourceError, ModelError: the recording or the model cannot be used.
        CalibrationError: the calibration that was named cannot be used.
        SessionError: the session cannot be recorded.
    """
    place = Place(calibrations.read(plan.calibration) if plan.calibration else None)
    outputs = PinOutputs(plan.config.cues, simulated_pins())
    with ExitStack() as stack:
        if isinstance(source, RecordedPoses):
            meta = PosesMeta(source.name, plan.given_facing or source.meta.facing, source.meta.pose)
            remote = _remote(plan, meta.pose, stack, live=False)
            poses = _at_its_speed(plan, source)
            parts = _Parts(source, poses, _as_recorded, outputs, meta, place, remote, live=False)
            return _session(plan, parts)
        estimate, pose = estimator(plan.config.pose, plan.config.data_path(os.environ))
        meta = PosesMeta(source.name, plan.given_facing, pose)
        remote = _remote(plan, pose, stack, live=False)
        frames = _at_its_speed(plan, source)
        return _session(
            plan, _Parts(source, frames, estimate, outputs, meta, place, remote, live=False)
        )


def estimator(config: PoseConfig, data: Path) -> tuple[PoseEstimator, PoseInfo]:
    """The pose stage, and what the record says of it.

    Raises:
        ModelError: no model, or it does not run.
    """
    from hipdrive.pose.estimator import PoseEstimator
    from hipdrive.pose.interpreter import Network, default_threads
    from hipdrive.pose.store import find_spec, installed

    spec = find_spec(config.model)
    path = installed(spec, data / "models")
    threads = config.threads or default_threads(os.cpu_count())
    network = Network(path, spec, config.runtime, threads, config.decode)
    info = PoseInfo(
        spec.name, spec.sha256, network.runtime, stand_in=spec.stand_in, decode=network.decode
    )
    return PoseEstimator(network), info


def _as_recorded(pose: Pose) -> Pose:
    return pose


def _at_its_speed(plan: SessionRequest, views: Iterable[View]) -> Iterable[View]:
    return paced(views, time.monotonic_ns, plan.stop.wait) if plan.realtime else views


@dataclass(frozen=True, slots=True)
class _Parts(Generic[View]):
    """What outlasts a session.

    Attributes:
        source: what is looked at.
        views: its frames, or recorded key points.
        estimate: the pose stage.
        outputs: the runner's panel.
        meta: what the record says of key points.
        place: where the camera stands.
        remote: the line to the broker.
        live: False for a recording.
    """

    source: FrameSource | RecordedPoses
    views: Iterable[View]
    estimate: Callable[[View], Pose]
    outputs: PinOutputs
    meta: PosesMeta
    place: Place
    remote: _Remote
    live: bool


def _session(plan: SessionRequest, parts: _Parts[View]) -> Outcome:
    """Wire the parts, run the loop, and end in order: lights out, record, hub."""
    from hipdrive.pose.store import yaw_error

    source, remote, settings = parts.source, parts.remote, plan.config.gait
    calibration = calibrations.calibration(settings, parts.place.stored)
    gait = GaitEngine(parts.meta.facing, settings.filter_hz, KneeTiming.of(settings), calibration)
    model = parts.meta.pose.model if parts.meta.pose else None
    camera = CameraWatch(
        settings, calibration, yaw_error(model), calibrated=parts.place.stored is not None
    )
    coach = Coach(CoachSettings.of(plan.config.coach))
    mutable = MutableCoach(coach)
    steering = remote.steering
    tally, timing = SessionStats(lambda: coach.band), Timing()
    evidence = Evidence(live=parts.live)
    info = SessionInfo(
        plan.session_id, source.name, plan.started.isoformat(timespec="seconds"), parts.meta.pose
    )

    def summary() -> dict[str, Any]:
        said = [*parts.place.warnings, *source.warnings, *recorder.warnings]
        if hub and hub.dropped:
            said.append(
                f"{hub.dropped} messages were not published: the broker was away or refused them"
            )
        said += camera.doubts()
        whole = summarise(info, tally, gait.facing, timing, said, camera.summary())
        named = {**whole, "runner": steering.state.runner or None}
        return judged(named, evidence.verdict())

    hub = _hub(remote, info, summary)
    recorder = Recorder(plan.folder, parts.meta, lossless=not parts.live)
    pulse = LoopMonitor(plan.config.camera.fps, time.monotonic_ns)
    outlets: list[loop.Sink] = [tally, evidence, recorder, camera]

    def lap(duration_ns: int) -> None:
        timing.add(duration_ns)
        pulse.lap(duration_ns)

    with ExitStack() as ending:
        if hub:
            ending.callback(hub.close)
            outlets.append(hub)
        ending.callback(lambda: recorder.finish(summary()))
        if plan.display:
            display = plan.display(Stage(parts.outputs, coach, tally, source.frame_count))
            ending.callback(display.close)
            outlets.append(display)
        # Those of a replay are its own.
        lent = LentOutputs(parts.outputs) if parts.live else parts.outputs
        player = CuePlayer(lent, plan.config.cues.buzzer.buzz_ms / 1000)
        ending.callback(player.close)
        if remote.health:
            # First: no frame comes while the record is finished.
            ending.callback(remote.health.end)
            remote.health.begin(info.id, pulse)
            outlets.append(pulse)
        steering.begin(info.id, coach, mutable)
        seen = until(parts.views, lambda: plan.stop.is_set() or steering.ended())
        loop.run(seen, parts.estimate, gait, mutable, player, outlets, time.perf_counter_ns, lap)
    return Outcome(summary(), plan.folder)


@dataclass(frozen=True, slots=True)
class _Remote:
    """What outlasts a session: the line to the broker, if there is one, and what came over it."""

    steering: SessionControl
    line: MqttLink | None = None
    health: HealthMonitor | None = None


def _remote(
    plan: SessionRequest, pose: PoseInfo | None, stack: ExitStack, *, live: bool
) -> _Remote:
    """The line of a device, or of a replay; closed with the stack.

    A replay has topics and an outbox of its own, takes no commands, and says nothing of health.
    """
    config = plan.config.hub
    if not config.host or not plan.publish:
        return _Remote(SessionControl(None))
    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.health.machine import Machine
    from hipdrive.health.monitor import HealthMonitor
    from hipdrive.hub.messages.clock import Clock
    from hipdrive.hub.mqtt.link import MqttLink
    from hipdrive.hub.mqtt.topics import Topics
    from hipdrive.hub.mqtt_control import MqttControl

    data, name = plan.config.data_path(os.environ), "outbox" if live else "outbox-replay"
    commands, control, health = None, None, None
    if live:
        commands = CommandHandler(plan.config)
        topics = Topics(config.site, config.device)
        control = MqttControl(plan.config, topics, commands, Clock())
        health = HealthMonitor(Machine(plan.folder))
    line = MqttLink(
        config,
        data / f"{name}.sqlite" if plan.keep_unpublished else None,
        caution=pose.caution if pose else "",
        replay=not live,
        control=control,
        health=health,
    )
    stack.callback(line.close)
    steering = SessionControl(commands)
    # Said before the line is closed, also after an error.
    stack.callback(steering.end)
    return _Remote(steering, line, health)


def _hub(
    remote: _Remote, info: SessionInfo, summary: Callable[[], dict[str, Any]]
) -> HubSink | None:
    """What publishes a session, if there is a line."""
    if remote.line is None:
        return None
    from hipdrive.hub.sink import HubSink

    return HubSink(remote.line, info.id, summary)
