"""One session: stages put together, frames run through the loop, sinks ended in order."""

from __future__ import annotations

import time
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from hipdrive import loop
from hipdrive.advice.advice import advise
from hipdrive.camera.pacing import Timed, until
from hipdrive.coach.coach import Coach
from hipdrive.coach.muting import MuteSwitch
from hipdrive.cues.driver import PanelDriver
from hipdrive.cues.pins import SessionOutputs
from hipdrive.cues.player import CuePlayer
from hipdrive.cues.recording_player import FrameTime, RecordingPlayer
from hipdrive.cues.timeline import PanelTimeline
from hipdrive.errors import CameraError
from hipdrive.gait.engine import GaitEngine
from hipdrive.geometry.active_calibration import engine_calibration
from hipdrive.geometry.camera_monitor import CameraMonitor
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.health.loop_monitor import LoopMonitor, never
from hipdrive.look_ahead import LookAhead, announced
from hipdrive.pose.store import yaw_error
from hipdrive.session.coach_settings import coach_settings
from hipdrive.session.cue_times import CueTimes
from hipdrive.session.frame_clock import FrameClock
from hipdrive.session.loop_times import LoopTimeHistogram
from hipdrive.session.programme_summary import programme_summary
from hipdrive.session.queued_sink import QueuedSink
from hipdrive.session.report import summarise
from hipdrive.session.request import Outcome
from hipdrive.session.sink import RunsIn, SessionContext
from hipdrive.session.stats import SessionStats
from hipdrive.session.summary import SessionInfo
from hipdrive.session.verdict import VerdictTracker
from hipdrive.texts.coach import plain
from hipdrive.texts.message import MessageId
from hipdrive.types.programme import CoachMode
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from contextlib import AbstractContextManager

    from hipdrive.camera.source import ViewSource
    from hipdrive.config import RunnerConfig
    from hipdrive.control.session_control import SessionControl
    from hipdrive.cues.driver import Voice
    from hipdrive.cues.pins import PinOutputs
    from hipdrive.geometry.active_calibration import ActiveCalibration
    from hipdrive.health.monitor import HealthMonitor
    from hipdrive.hub.mqtt.link import MqttLink
    from hipdrive.loop import Seen
    from hipdrive.runners.keeper import ProfileKeeper
    from hipdrive.session.poses import PosesMeta
    from hipdrive.session.programme_summary import ProgrammeSummary
    from hipdrive.session.request import SessionRequest
    from hipdrive.session.sink import SessionSink, SinkFactory
    from hipdrive.session.summary import SessionSummary
    from hipdrive.session.verdict import VerdictKind
    from hipdrive.types.cue import Cue
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.pose import Pose

View = TypeVar("View", bound=Timed)


@dataclass(frozen=True, slots=True)
class Equipment(Generic[View]):
    """What outlasts a session.

    Attributes:
        source: what is looked at.
        views: its frames, or recorded key points, not necessarily from the beginning.
        estimate: the pose stage.
        meta: metadata of the key points for the record.
        calibration: of the camera.
        control: what commands have set.
        outputs: the runner's LEDs and buzzer; None: cues are shown nowhere.
        link: to the broker; None for none.
        health: of the device; None where it is not reported.
        live: False for a recording.
        look_ahead: the pose stage sees the next frame while this one goes through the stages after
            it.
        expect: is told views before their turn, which needs a source that never makes one wait.
        parts: those that do not work.
        voice: says what some cues mean; None: nothing is said.
        profiles: of the runners; None where none are kept.
        resting: True while nobody is there and few frames are looked at.
        over: True when the session is to end by itself.
    """

    source: ViewSource[View]
    views: Iterable[View]
    estimate: Callable[[View], Pose]
    meta: PosesMeta
    calibration: ActiveCalibration
    control: SessionControl
    outputs: PinOutputs | None = None
    link: MqttLink | None = None
    health: HealthMonitor | None = None
    live: bool = False
    look_ahead: bool = False
    expect: Callable[[View], None] | None = None
    parts: DegradedParts = field(default_factory=DegradedParts)
    voice: Voice | None = None
    profiles: ProfileKeeper | None = None
    resting: Callable[[], bool] = never
    over: Callable[[], bool] = never


class NoPanel:
    """A cue panel that shows nothing."""

    def show(self, _cue: Cue) -> bool:
        """Ignore the cue: it counts, since nobody was to see it."""
        return True


class SessionRunner(Generic[View]):
    """A session from its first frame to its summary.

    Args:
        request: how it is to be run.
        equipment: what it is run with, and what is left as it was found.
        sinks: open what takes its results, in this order; ended in the same order, after the lights
            are out.
    """

    def __init__(
        self, request: SessionRequest, equipment: Equipment[View], sinks: Iterable[SinkFactory]
    ) -> None:
        self._request = request
        self._equipment = equipment
        self._factories = tuple(sinks)
        self._sinks: list[SessionSink] = []
        self._player: CuePlayer | RecordingPlayer | None = None
        config, meta, stored = request.config, equipment.meta, equipment.calibration.stored
        settings, calibration = config.gait, engine_calibration(config.treadmill, stored)
        self._gait = GaitEngine(meta.facing, settings.filter_hz, settings.knee_timing, calibration)
        error = yaw_error(meta.pose.model if meta.pose else None)
        self._camera = CameraMonitor(
            config.treadmill,
            self._runner_config(),
            calibration,
            error,
            calibrated=stored is not None,
        )
        self._coach = Coach(coach_settings(config.coach, config.treadmill))
        self._switch = MuteSwitch(self._coach)
        self._stats = SessionStats()
        self._verdict_tracker = VerdictTracker(live=equipment.live)
        self._loop_times = LoopTimeHistogram()
        self._frame_clock = FrameClock(time.monotonic_ns)
        self._paced = equipment.live or request.realtime
        self._cue_times = CueTimes(self._frame_time_ns, real=self._paced)
        fps = request.config.camera.fps
        self._monitor = LoopMonitor(fps, time.monotonic_ns, equipment.resting)
        started = request.started.isoformat(timespec="seconds")
        self._info = SessionInfo(request.session_id, equipment.source.name, started, meta.pose)
        self._lap_ns = time.perf_counter_ns()

    def _runner_config(self) -> RunnerConfig:
        """What is known of whoever is named before the session; else what is configured."""
        equipment, configured = self._equipment, self._request.config.runner
        profile = equipment.profiles and equipment.profiles.profile(equipment.control.state.runner)
        if not profile or profile.height_m is None:
            return configured
        return configured.model_copy(update={"height_m": profile.height_m})

    def run(self) -> Outcome:
        """Run until the source ends, a stop or a command.

        Raises:
            HipdriveError: the source, the model or a sink failed; everything has been ended.
        """
        for _ in self.results():
            pass
        return Outcome(self.summary(), self._request.folder)

    def results(self) -> Generator[FrameResult, None, None]:
        """The same, frame by frame; closing the iterator ends the session."""
        equipment, control = self._equipment, self._equipment.control
        equipment.parts.begin_session()
        equipment.source.begin_session(equipment.parts)
        with ExitStack() as ending:
            ending.callback(self._end_sinks)
            self._open_sinks()
            panel = self._panel(ending)
            sinks: list[loop.Sink] = [
                self._stats,
                self._verdict_tracker,
                self._camera,
                *self._sinks,
            ]
            if isinstance(panel, RecordingPlayer):
                sinks.insert(0, panel)
            if equipment.health:
                # The first to end: no frame comes while the record is finished.
                ending.callback(equipment.health.end)
                equipment.health.begin(self._info.id, self._monitor)
                sinks.append(self._monitor)
            control.begin(self._info.id, self._coach, self._switch)
            self._recall()
            ending.push(self._note_camera)
            clock_ns = time.perf_counter_ns
            with self._seen(clock_ns) as seen:
                # Commands are followed here, where the coach is, and not where the model runs.
                poses = until(seen, self._ended)
                yield from loop.results(
                    poses, self._gait, self._switch, panel, sinks, clock_ns, self._on_lap
                )

    def _seen(self, clock_ns: Callable[[], int]) -> AbstractContextManager[Iterable[Seen[View]]]:
        """The views after the pose stage, which may be ahead of those that are asked for."""
        equipment = self._equipment
        views = self._frame_clock.noted(until(equipment.views, self._request.stop.is_set))
        if equipment.expect:
            views = announced(views, equipment.expect)
        seen = loop.seen(views, equipment.estimate, clock_ns)
        return LookAhead(seen) if equipment.look_ahead else nullcontext(seen)

    def _recall(self) -> None:
        """Say the words that the programme is about, before the first stride."""
        equipment, request = self._equipment, self._request
        free = self._coach.plan.mode is CoachMode.FREE
        if equipment.voice is not None and not free and not self._switch.muted:
            equipment.voice.tell(plain(MessageId.RECALL_WORDS, request.config.language))

    def _note_camera(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> bool:
        """A session that its camera ends says so, before its sinks get the summary."""
        if isinstance(error, CameraError):
            self._equipment.parts.degrade(DevicePart.CAMERA, str(error), logged=True)
        return False

    def summary(self) -> SessionSummary:
        """The session so far, as in `session.json`."""
        equipment = self._equipment
        warnings = [
            *equipment.parts.warnings,
            *equipment.source.warnings,
            *(warning for sink in self._sinks for warning in sink.warnings),
            *self._camera.warnings,
        ]
        summary = summarise(
            self._info,
            self._stats,
            self._gait.facing,
            self._loop_times,
            warnings,
            self._camera.summary(),
            equipment.control.state.runner or None,
            self._cue_times.latency(),
        )
        if self._player:
            unseen = self._player.unseen
            shown = {kind: count - unseen[kind] for kind, count in summary.cues.items()}
            summary = replace(summary, cues=shown)
        verdict = self._verdict_tracker.verdict()
        compared = self._stats.before_after
        return replace(
            summary,
            incline_percent=self._request.config.treadmill.incline_percent,
            programme=self._programme(verdict.kind),
            advice=advise(*compared.figures(), compared.earlier()),
        ).judged(verdict)

    def _programme(self, verdict: VerdictKind) -> ProgrammeSummary | None:
        status, plan = self._coach.status.programme, self._coach.plan
        percent = plan.feedback_percent if status is None else status.feedback_percent
        return programme_summary(plan, self._coach.record, percent, verdict)

    def _open_sinks(self) -> None:
        equipment = self._equipment
        context = SessionContext(
            folder=self._request.folder,
            config=self._request.config,
            info=self._info,
            meta=equipment.meta,
            frame_count=equipment.source.frame_count,
            live=equipment.live,
            stats=self._stats,
            outputs=equipment.outputs,
            link=equipment.link,
            cue_times=self._cue_times,
            parts=equipment.parts,
            summary=self.summary,
            page=self._request.page,
            record=lambda: self._coach.record,
            profiles=equipment.profiles,
        )
        for factory in self._factories:
            sink = factory(context)
            if sink is not None:
                slow = sink.info.runs_in is RunsIn.QUEUED_THREAD
                self._sinks.append(QueuedSink(sink, lossless=not context.live) if slow else sink)

    def _end_sinks(self) -> None:
        """End all of them, also when some raise; each gets the summary as it is then."""
        with ExitStack() as ending:
            for sink in reversed(self._sinks):
                ending.callback(self._end, sink)

    def _end(self, sink: SessionSink) -> None:
        sink.end(self.summary())

    def _panel(self, ending: ExitStack) -> CuePlayer | RecordingPlayer | NoPanel:
        """What shows cues: in a thread of its own, unless a recording is gone through faster."""
        if self._equipment.outputs is None:
            return NoPanel()
        if self._paced:
            self._player = CuePlayer(self._driver(time.monotonic_ns))
        else:
            self._player = RecordingPlayer(self._driver)
        ending.callback(self._player.close)
        return self._player

    def _driver(self, clock_ns: FrameTime | Callable[[], int]) -> PanelDriver:
        equipment, config = self._equipment, self._request.config.cues
        assert equipment.outputs is not None  # noqa: S101  # asked by `_panel`
        outputs = SessionOutputs(equipment.outputs) if equipment.live else equipment.outputs
        timeline = PanelTimeline(config.patterns, NS_PER_MS * config.buzzer.buzz_ms)
        return PanelDriver(
            outputs, timeline, clock_ns, equipment.parts, self._cue_times, equipment.voice
        )

    def _frame_time_ns(self, clock_ns: int) -> int:
        """A time of the panel's clock by that of the frames."""
        return self._frame_clock.at(clock_ns) if self._paced else clock_ns

    def _ended(self) -> bool:
        """Whether the session ends by itself or by a command; follows those that have come."""
        control = self._equipment.control
        if isinstance(self._player, CuePlayer):
            self._player.set_letting_go(letting_go=control.letting_go)
        return self._equipment.over() or control.ended()

    def _on_lap(self, duration_ns: int) -> None:
        if self._equipment.expect:
            # The model was ahead, so a frame takes what passes from one to the next.
            before_ns, self._lap_ns = self._lap_ns, time.perf_counter_ns()
            duration_ns = self._lap_ns - before_ns
        self._loop_times.add(duration_ns)
        self._monitor.lap(duration_ns)
