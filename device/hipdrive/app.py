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
from hipdrive.cues.pins import PinOutputs, real_pins, simulated_pins
from hipdrive.cues.player import CuePlayer
from hipdrive.errors import CalibrationError, ConfigError
from hipdrive.gait.engine import GaitEngine
from hipdrive.gait.events import KneeTiming
from hipdrive.gait.keypoints import Side
from hipdrive.hub.pulse import Pulse
from hipdrive.session import calibration as calibrations
from hipdrive.session.camera import CameraWatch
from hipdrive.session.poses import PosesMeta, RecordedPoses
from hipdrive.session.recorder import Recorder
from hipdrive.session.summary import PoseInfo, SessionInfo, summarise
from hipdrive.session.tally import Tally
from hipdrive.session.timing import Timing
from hipdrive.session.verdict import Evidence, judged

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from hipdrive.camera.frame import FrameSource
    from hipdrive.config import Config, PoseConfig
    from hipdrive.gait.keypoints import Pose
    from hipdrive.hub.client import Hub
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
        keep_unpublished: False forgets what the hub has not got when the session ends.
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
    keep_unpublished: bool = True
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


def run(plan: Plan, *, simulate_panel: bool, allow_stand_in: bool = False) -> Outcome:
    """Coach the runner before the Pi's camera until `plan.stop` is set.

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
        return _session(plan, camera, camera, estimate, outputs, meta, place, live=True)


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
        return _session(plan, source, poses, _as_recorded, outputs, meta, place, live=False)
    estimate, pose = estimator(plan.config.pose, plan.config.data_path(os.environ))
    meta = PosesMeta(source.name, plan.given_facing, pose)
    frames = _at_its_speed(plan, source)
    return _session(plan, source, frames, estimate, outputs, meta, place, live=False)


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
    *,
    live: bool,
) -> Outcome:
    """Wire the parts, run the loop, and end in order: lights out, record, hub."""
    settings = plan.config.gait
    calibration = calibrations.calibration(settings, place.stored)
    gait = GaitEngine(meta.facing, settings.filter_hz, KneeTiming.of(settings), calibration)
    camera = CameraWatch(settings, calibration, calibrated=place.stored is not None)
    coach = Coach(CoachSettings.of(plan.config.coach))
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
        return judged(whole, evidence.verdict())

    pulse = Pulse(plan.config.camera.fps, time.monotonic_ns)
    hub = _hub(plan, info, summary, pulse if live else None)
    recorder = Recorder(plan.folder, meta, lossless=not live)
    outlets: list[loop.Outlet] = [tally, evidence, recorder, camera]
    with ExitStack() as ending:
        if hub:
            ending.callback(hub.close)
            outlets += [hub, pulse]
        ending.callback(lambda: recorder.finish(summary()))
        if plan.display:
            display = plan.display(Stage(outputs, coach, tally, source.frame_count))
            ending.callback(display.close)
            outlets.append(display)
        player = CuePlayer(outputs, plan.config.cues.buzzer.buzz_ms / 1000)
        ending.callback(player.close)
        seen = until(views, plan.stop.is_set)

        def lap(duration_ns: int) -> None:
            timing.add(duration_ns)
            pulse.lap(duration_ns)

        loop.run(seen, estimate, gait, coach, player, outlets, time.perf_counter_ns, lap)
    return Outcome(summary(), plan.folder)


def _hub(
    plan: Plan, info: SessionInfo, summary: Callable[[], dict[str, Any]], pulse: Pulse | None
) -> Hub | None:
    """The hub, if a broker is configured and wanted; a replay has no pulse and a name of its own.

    A replay says nothing of the health of the device whose topics it uses.
    """
    if not plan.config.hub.host or not plan.publish:
        return None
    from hipdrive.hub.client import Hub
    from hipdrive.hub.health import Health
    from hipdrive.hub.machine import Machine

    caution = info.pose.caution if info.pose else ""
    suffix = "-replay" if pulse is None else ""
    outbox = plan.config.data_path(os.environ) / f"outbox{suffix}.sqlite"
    health = None if pulse is None else Health(pulse, Machine(plan.folder))
    return Hub(
        plan.config.hub,
        info.id,
        summary,
        outbox if plan.keep_unpublished else None,
        caution=caution,
        client_suffix=suffix,
        health=health,
    )
