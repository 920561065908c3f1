"""The composition root: a configuration goes in, parts are wired, a session comes out.

Nothing else wires parts together.
"""

from __future__ import annotations

import logging
import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hipdrive import loop
from hipdrive.camera.pacing import Timed, paced, until
from hipdrive.coach.band import CoachSettings
from hipdrive.coach.coach import Coach
from hipdrive.coach.muting import MutableCoach
from hipdrive.cues.pins import LentOutputs, PinOutputs, real_pins, simulated_pins
from hipdrive.cues.player import CuePlayer
from hipdrive.errors import CalibrationError, ConfigError
from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.events import KneeTiming
from hipdrive.gait.keypoints import Side
from hipdrive.session import calibration as calibrations
from hipdrive.session.camera import CameraWatch
from hipdrive.session.poses import PosesMeta, RecordedPoses
from hipdrive.session.recorder import Recorder
from hipdrive.session.summary import PoseInfo, SessionInfo, summarise
from hipdrive.session.tally import Tally
from hipdrive.session.timing import Timing
from hipdrive.session.verdict import Evidence, judged
from hipdrive.steering import Steering

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from hipdrive.camera.frame import FrameSource
    from hipdrive.config import Config, PoseConfig
    from hipdrive.gait.keypoints import Pose
    from hipdrive.hub.client import Hub
    from hipdrive.hub.courier import Courier
    from hipdrive.pose.estimator import PoseEstimator
    from hipdrive.session.calibration import StoredCalibration

View = TypeVar("View", bound=Timed)

log = logging.getLogger("hipdrive")


class Display(loop.Outlet, Protocol):
    """Something on the operator's terminal that follows the session."""

    def close(self) -> None:
        """Leave the terminal as it should stay."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts of a session that a display may look at."""

    outputs: PinOutputs
    coach: Coach
    tally: Tally
    frame_count: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """How a session is to be run.

    Attributes:
        config: the configuration.
        facing: overrides `gait.facing`.
        session_dir: where to write; None: a new folder under the data folder.
        started: wall clock at the start, UTC.
        token: what makes the session's id unique among those of the same second.
        stop: ends the session when set.
        display: makes the display; None for none.
        realtime: pace a recording by its timestamps.
        publish: False keeps a replay from the hub.
        calibration: a file to be used; None: `run` uses the stored one, a replay none.
    """

    config: Config
    facing: Side | None
    session_dir: Path | None
    started: datetime
    token: str
    stop: threading.Event
    display: Callable[[Stage], Display] | None = None
    realtime: bool = False
    publish: bool = True
    calibration: Path | None = None

    @property
    def session_id(self) -> str:
        """Unique, and sorts by time."""
        return f"{self.started:%Y%m%dT%H%M%SZ}-{self.token}"

    @property
    def folder(self) -> Path:
        """The session's folder."""
        if self.session_dir:
            return self.session_dir
        return self.config.data_path(os.environ) / "sessions" / self.session_id

    @property
    def given_facing(self) -> Side | None:
        """From the command line, else from the configuration; None: to be found out."""
        configured = self.config.gait.facing
        return self.facing or (None if configured == "auto" else Side(configured))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished session: its summary, as in `session.json`, and its folder."""

    summary: dict[str, Any]
    folder: Path


def run(
    plan: Plan,
    renewed: Callable[[Plan], Plan],
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
        place = _stored_place(config)
        line = _line(plan, stack)
        frames = iter(camera)
        while True:
            outcome = _session(plan, camera, frames, estimate, outputs, meta, place, line)
            line.steering.end()
            yield outcome
            if plan.session_dir or not line.steering.idle_until_start(frames):
                return
            plan = renewed(plan)


def refuse_stand_in(config: Config) -> None:
    """A model that knows drawn runners only does not belong before a person.

    Raises:
        ConfigError: the model is one.
    """
    from hipdrive.pose.models import find_spec

    if find_spec(config.pose.model).stand_in:
        raise ConfigError(
            f"pose.model = {config.pose.model!r} knows rendered runners only and would coach a "
            "person by chance; set another model, or give --allow-stand-in to try the parts"
        )


def replay(plan: Plan, source: FrameSource | RecordedPoses) -> Outcome:
    """Run the same loop over a recording, with simulated pins.

    Raises:
        SourceError, ModelError: the recording or the model cannot be used.
        CalibrationError: the calibration that was named cannot be used.
        SessionError: the session cannot be recorded.
    """
    place = _Place(calibrations.read(plan.calibration) if plan.calibration else None)
    outputs = PinOutputs(plan.config.cues, simulated_pins())
    if isinstance(source, RecordedPoses):
        meta = PosesMeta(source.name, plan.given_facing or source.meta.facing, source.meta.pose)
        poses = _at_its_speed(plan, source)
        return _session(plan, source, poses, _as_recorded, outputs, meta, place)
    estimate, pose = estimator(plan.config.pose, plan.config.data_path(os.environ))
    meta = PosesMeta(source.name, plan.given_facing, pose)
    frames = _at_its_speed(plan, source)
    return _session(plan, source, frames, estimate, outputs, meta, place)


def estimator(config: PoseConfig, data: Path) -> tuple[PoseEstimator, PoseInfo]:
    """The pose stage, and what the record says of it.

    Raises:
        ModelError: no model, or it does not run.
    """
    from hipdrive.pose.estimator import PoseEstimator
    from hipdrive.pose.interpreter import Network, default_threads
    from hipdrive.pose.models import find_spec, installed

    spec = find_spec(config.model)
    path = installed(spec, data / "models")
    threads = config.threads or default_threads(os.cpu_count())
    network = Network(path, spec, config.runtime, threads, config.decode)
    info = PoseInfo(
        spec.name, spec.sha256, network.runtime, stand_in=spec.stand_in, decode=network.decode
    )
    return PoseEstimator(network), info


@dataclass(frozen=True, slots=True)
class _Place:
    """The calibration to be used, if any, and what is to be said of the one that is not."""

    stored: StoredCalibration | None = None
    warnings: tuple[str, ...] = ()


def _stored_place(config: Config) -> _Place:
    """The stored calibration where it fits the camera.

    A service that nobody watches goes on without one and says so.
    """
    path = config.data_path(os.environ) / calibrations.NAME
    if not path.exists():
        return _Place()
    try:
        stored = calibrations.read(path)
    except CalibrationError as error:
        return _without(f"not calibrated: {error}")
    size = (config.camera.width_px, config.camera.height_px)
    if stored.size in {None, size}:
        return _Place(stored)
    was, now = (" x ".join(map(str, pair or ())) for pair in (stored.size, size))
    said = f"not calibrated: {path} was made with a picture of {was}, and it is {now} now"
    return _without(f"{said}; run hipdrive calibrate again")


def _without(reason: str) -> _Place:
    log.warning("%s", reason)
    return _Place(warnings=(reason,))


def _as_recorded(pose: Pose) -> Pose:
    return pose


def _at_its_speed(plan: Plan, views: Iterable[View]) -> Iterable[View]:
    return paced(views, time.monotonic_ns, plan.stop.wait) if plan.realtime else views


def _session(
    plan: Plan,
    source: FrameSource | RecordedPoses,
    views: Iterable[View],
    estimate: Callable[[View], Pose],
    outputs: PinOutputs,
    meta: PosesMeta,
    place: _Place,
    line: _Line | None = None,
) -> Outcome:
    """Wire the parts, run the loop, and end in order: lights out, record, hub."""
    settings = plan.config.gait
    calibration = calibrations.calibration(settings, place.stored)
    gait = GaitEngine(meta.facing, settings.filter_hz, KneeTiming.of(settings), calibration)
    camera = CameraWatch(settings, calibration, calibrated=place.stored is not None)
    coach = Coach(CoachSettings.of(plan.config.coach))
    mutable = MutableCoach(coach)
    live, steering = line is not None, line.steering if line else Steering(None)
    tally, timing = Tally(lambda: coach.band), Timing()
    evidence = Evidence(live=live)
    info = SessionInfo(
        plan.session_id, source.name, plan.started.isoformat(timespec="seconds"), meta.pose
    )

    def summary() -> dict[str, Any]:
        said = [*place.warnings, *source.warnings, *recorder.warnings]
        if hub and hub.dropped:
            said.append(f"{hub.dropped} messages were not published: the broker was away")
        said += camera.doubts()
        whole = summarise(info, tally, gait.facing, timing, said, camera.summary())
        named = {**whole, "runner": steering.setting.runner or None}
        return judged(named, evidence.verdict())

    hub = _hub(plan, info, summary, line)
    recorder = Recorder(plan.folder, meta, lossless=not live)
    outlets: list[loop.Outlet] = [tally, evidence, recorder, camera]
    with ExitStack() as ending:
        if hub:
            ending.callback(hub.close)
            outlets.append(hub)
        ending.callback(lambda: recorder.finish(summary()))
        if plan.display:
            display = plan.display(Stage(outputs, coach, tally, source.frame_count))
            ending.callback(display.close)
            outlets.append(display)
        # Those of a replay are its own.
        lent = LentOutputs(outputs) if live else outputs
        player = CuePlayer(lent, plan.config.cues.buzzer.buzz_ms / 1000)
        ending.callback(player.close)
        steering.begin(info.id, coach, mutable)
        seen = until(views, lambda: plan.stop.is_set() or steering.ended())
        loop.run(seen, estimate, gait, mutable, player, outlets, time.perf_counter_ns, timing.add)
    return Outcome(summary(), plan.folder)


@dataclass(frozen=True, slots=True)
class _Line:
    """What outlasts a session: the line to the broker, if there is one, and what came over it."""

    steering: Steering
    courier: Courier | None = None


def _line(plan: Plan, stack: ExitStack) -> _Line:
    """The line of a device; closed with the stack."""
    config = plan.config.hub
    if not config.host or not plan.publish:
        return _Line(Steering(None))
    from hipdrive.hub.client import DRAIN_S, make_courier
    from hipdrive.hub.desk import Desk
    from hipdrive.hub.topics import Topics

    desk = Desk(plan.config, Topics(config.site, config.device))
    courier, steering = make_courier(config, desk=desk), Steering(desk)
    stack.callback(courier.close, DRAIN_S)
    # Said before the line is closed, also after an error.
    stack.callback(steering.end)
    return _Line(steering, courier)


def _hub(
    plan: Plan, info: SessionInfo, summary: Callable[[], dict[str, Any]], line: _Line | None
) -> Hub | None:
    """The hub, if a broker is configured and wanted; without a line one of its own, a replay's."""
    if not plan.config.hub.host or not plan.publish:
        return None
    from hipdrive.hub.client import Hub

    caution = info.pose.caution if info.pose else ""
    suffix, courier = ("", line.courier) if line else ("-replay", None)
    return Hub(
        plan.config.hub, info.id, summary, caution=caution, client_suffix=suffix, courier=courier
    )
