"""`hipdrive run`: coach the runner before the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.cli import page, session_options
from hipdrive.cli.greeting import greet
from hipdrive.cli.say import complain, say

if TYPE_CHECKING:
    import argparse

    from hipdrive.supervision import Supervision


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "run",
        help="coach the runner before the camera",
        description="Runs until SIGTERM or Ctrl-C; the session folder is complete then. Over MQTT "
        "sessions can be ended and begun, unless --session-dir names the folder of the only one.",
    )
    parser.add_argument(
        "--simulate-panel",
        action="store_true",
        help="show the LEDs and the buzzer on the terminal instead of the GPIO pins",
    )
    parser.add_argument(
        "--allow-stand-in",
        action="store_true",
        help="run even with the stand-in model, which knows rendered runners only; its figures "
        "mean nothing",
    )
    page.add_web_option(parser)
    session_options.add_session_options(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from contextlib import closing
    from dataclasses import replace
    from functools import partial

    from hipdrive import app
    from hipdrive.camera.kinds import open_camera
    from hipdrive.camera.switch import CameraSwitch
    from hipdrive.cli import outcome, report
    from hipdrive.cli.exit_codes import DEGRADED, DONE
    from hipdrive.health.degraded import DegradedParts

    parts = DegradedParts()
    with session_options.stop_on_signals() as stop:
        request = replace(session_options.request_from(arguments, stop), on_choice=_tell_choice)
        if not arguments.allow_stand_in:
            # Before the camera: a board without one is where the parts are tried.
            app.refuse_stand_in(request.config)
        greet(request)
        supervision = _supervision()
        with (
            page.served(
                request, parts, wanted=arguments.web or request.config.web.enabled, needed=False
            ) as shown,
            closing(
                CameraSwitch(partial(open_camera, request.config.camera, stop.is_set))
            ) as camera,
        ):
            sessions = app.run(
                shown,
                camera,
                session_options.renewed,
                simulate_panel=arguments.simulate_panel,
                allow_stand_in=arguments.allow_stand_in,
                parts=parts,
                supervision=supervision,
            )
            for session in sessions:
                outcome.show(session, request.config.language)
                report.after_session(request, session, background=True)
                if statement := session.summary.statement:
                    complain(statement)
        if not supervision.safe_mode:
            # It was stopped on purpose.
            supervision.starts.good()
    return DEGRADED if parts.ever else DONE


def _tell_choice(name: str) -> None:
    say(f"next runner: {name or 'a guest'}")


def _supervision() -> Supervision:
    """What the service's manager is told, and whether its starts have failed too often."""
    import os
    import time

    from hipdrive.health.service_manager import ServiceManager
    from hipdrive.health.start_log import StartLog
    from hipdrive.supervision import Supervision

    starts = StartLog.of_service(os.environ)
    service = ServiceManager.of_process(time.monotonic_ns)
    return Supervision(service, starts, safe_mode=not starts.begin())
