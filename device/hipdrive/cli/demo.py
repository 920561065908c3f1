"""`hipdrive demo`: a rendered runner whose hip extension fades, through the real loop."""

from __future__ import annotations

import os
import statistics
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from hipdrive.cli import page, session_options
from hipdrive.cli.greeting import greet
from hipdrive.cli.say import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from hipdrive.config import Config
    from hipdrive.hub.topic_counter import TopicCounter
    from hipdrive.rendered.settings import RenderedSettings

STAND_IN = "stand-in-rendered-int8"
PATIENCE_S = 5.0
"""How long the network may keep silent before the demo does without MoveNet."""

TRIALS = 9
LONGEST_S = 44.0
"""Of a minute, what the pose model may take: the rest of the loop takes a fifth more."""

SECONDS, FPS = 120.0, 25.0
"""25 frames a second: a minute of work for two slow cores."""
RUNNER: dict[str, object] = {
    "seconds": SECONDS,
    "runner": {"stride_sd_deg": 0.5, "drift": [[45, 0], [75, -6], [98, -6], [106, 0]]},
    "camera": {"fps": FPS},
}
"""Tires from second 45 on, and recovers at the end."""


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "demo",
        help="watch the coach at work on a rendered runner; needs no camera, runner or network",
        description="Two minutes of a rendered runner whose hip extension fades, through the very "
        "loop that `run` runs, as fast as the machine allows.",
    )
    session_options.add_config_option(parser)
    session_options.add_runner_option(parser)
    parser.add_argument("--realtime", action="store_true", help="take the two minutes it lasts")
    parser.add_argument(
        "--no-publish", action="store_true", help="leave mosquitto alone, even if it is here"
    )
    page.add_web_option(parser)
    parser.set_defaults(execute=execute, simulate_panel=True, session_dir=None, facing=None)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive import app
    from hipdrive.camera.read_ahead import ReadAhead
    from hipdrive.cli import outcome, report
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.health.degraded import DegradedParts
    from hipdrive.rendered.source import RenderedRunner

    with session_options.stop_on_signals() as stop, ExitStack() as stack:
        request = session_options.request_from(arguments, stop)
        config = _with_model(for_show(request.config, given=arguments.config is not None))
        realtime = arguments.realtime or arguments.web
        if not realtime:
            config = _quick_enough(config, time.perf_counter)
        broker = None
        if request.publish and not config.hub.host:
            config, broker = _with_broker(config, stack)
            # What another broker did not get is not for this one, nor the other way about.
            request = replace(request, keep_unpublished=False)
        greet(request)
        source = RenderedRunner(settings(), "rendered: runner of the demo")
        frames = stack.enter_context(ReadAhead(source))
        request = replace(request, config=config, realtime=realtime)
        shown = stack.enter_context(page.served(request, DegradedParts(), wanted=arguments.web))
        session = app.replay(shown, frames)
        outcome.show(session, config.language)
        report.after_session(request, session, background=False)
        if broker:
            broker.close()
            counts = ", ".join(f"{n} {topic}" for topic, n in sorted(broker.counts.items()))
            say(f"mosquitto passed on: {counts} messages")
        if arguments.web:
            page.stay(stop)
    return DONE


def settings() -> RenderedSettings:
    """The demo's runner."""
    from hipdrive.rendered.settings import RenderedSettings

    return RenderedSettings.model_validate(RUNNER)


def for_show(config: Config, *, given: bool) -> Config:
    """A configuration that was not given for the demo, made fit for it.

    The band lies at the runner's own mean: this one tires, and needs no target above it. The home
    hub hears nothing of a runner who is none.
    """
    if given:
        return config
    coach = config.coach.model_copy(update={"raise_deg": 0.0})
    hub = config.hub.model_copy(update={"host": ""})
    return config.model_copy(update={"coach": coach, "hub": hub})


def _with_model(config: Config) -> Config:
    """The configured model where it can be had, else the stand-in; prints which, and why."""
    from hipdrive.errors import ModelError
    from hipdrive.pose.store import fetch, find_spec

    spec = find_spec(config.pose.model)
    try:
        origin = fetch(spec, config.data_path(os.environ) / "models", None, os.environ, PATIENCE_S)
    except ModelError as error:
        say(f"model: the stand-in, for rendered runners only, because {error}")
        return _with_stand_in(config)
    say(f"model: {spec.title}, {origin}")
    return config


def _quick_enough(config: Config, clock_s: Callable[[], float]) -> Config:
    """The stand-in where the model would take more than a minute over the demo."""
    import numpy as np

    from hipdrive.app import estimator
    from hipdrive.types.frame import Frame

    if config.pose.model == STAND_IN:
        return config
    estimate, info = estimator(config.pose, config.data_path(os.environ))
    picture = np.zeros((480, 640, 3), np.uint8)
    took_s = []
    for number in range(TRIALS):
        started_s = clock_s()
        estimate(Frame(number, picture))
        took_s.append(clock_s() - started_s)
    usual_s = statistics.median(took_s)
    frames = SECONDS * FPS
    if usual_s * frames <= LONGEST_S:
        return config
    say(
        f"model: the stand-in, for rendered runners only, because {info.model} takes "
        f"{usual_s * 1000:.0f} ms a picture here: the demo would take {usual_s * frames:.0f} s "
        "(--realtime has the time)"
    )
    return _with_stand_in(config)


def _with_stand_in(config: Config) -> Config:
    return config.model_copy(update={"pose": config.pose.model_copy(update={"model": STAND_IN})})


def _with_broker(config: Config, stack: ExitStack) -> tuple[Config, TopicCounter | None]:
    """A broker for the demo and a client that counts, where mosquitto is on the machine."""
    from hipdrive.hub.local_broker import find_mosquitto, local_broker
    from hipdrive.hub.topic_counter import TopicCounter

    program = find_mosquitto()
    if program is None:
        say("mqtt: not shown, because mosquitto is not on this machine (apt install mosquitto)")
        return config, None
    port = stack.enter_context(local_broker(program))
    if port is None:
        say(f"mqtt: not shown, because {program} does not start")
        return config, None
    onlooker = TopicCounter(port)
    stack.callback(onlooker.close)
    say(f"mqtt: mosquitto on 127.0.0.1; follow it with mosquitto_sub -p {port} -t 'hipdrive/#' -v")
    hub = config.hub.model_copy(update={"host": "127.0.0.1", "port": port})
    return config.model_copy(update={"hub": hub}), onlooker
