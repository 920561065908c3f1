"""`hipdrive replay`: the loop over a recording."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import page, recording_times, session_options
from hipdrive.cli.greeting import greet
from hipdrive.cli.say import complain

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from hipdrive.camera.source import FrameSource
    from hipdrive.session.pose_source import PoseSource
    from hipdrive.session.request import SessionRequest


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "replay",
        help="run the loop over a video, a folder of frames, or recorded key points",
        description="Runs the very loop that `run` runs over a recording, as fast as the machine "
        "allows, and writes a session folder.",
    )
    parser.add_argument(
        "source",
        type=Path,
        metavar="SOURCE",
        help="video file; folder of numbered frames with timestamps.csv (columns file,t_ns); "
        "poses.npz or the session folder that holds one; rendered: or rendered:FILE.toml, a runner "
        "drawn on the spot whose every answer is known; keypoints: or keypoints:FILE.toml, that "
        "runner's key points, for which no model is needed; a folder of OpenPose's JSON, MMPose's "
        "JSON, a .trc or a .c3d file",
    )
    add_source_options(parser)
    parser.add_argument(
        "--static",
        type=Path,
        metavar="FILE",
        help="markers of the same person standing, .trc or .c3d, with the knees and ankles that "
        "the run's own file lacks",
    )
    parser.add_argument(
        "--shots",
        action="store_true",
        help="measure each shot of a recording that is cut by itself, into a session of its own; "
        "with --session-dir into DIR/shot-1, DIR/shot-2 and so on",
    )
    parser.add_argument("--realtime", action="store_true", help="at the speed of the recording")
    parser.add_argument(
        "--simulate-panel", action="store_true", help="as without: a replay shows it anyway"
    )
    parser.add_argument(
        "--no-publish",
        action="store_true",
        help="keep this session from the hub; else it goes where the device's own go",
    )
    page.add_web_option(parser)
    session_options.add_session_options(parser)
    parser.set_defaults(execute=execute, simulate_panel=True)


def add_source_options(parser: argparse.ArgumentParser) -> None:
    """Options of every command that measures a recording."""
    recording_times.add_options(parser)
    parser.add_argument(
        "--calibration",
        type=Path,
        metavar="FILE",
        help="what hipdrive calibrate stored of the camera that filmed this",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive import app
    from hipdrive.cli import outcome, report
    from hipdrive.cli.exit_codes import DONE, NO_RUNNER
    from hipdrive.health.degraded import DegradedParts
    from hipdrive.rendered.answers import keep_known_answers
    from hipdrive.sources import open_source

    statements = []
    with session_options.stop_on_signals() as stop:
        request = session_options.request_from(arguments, stop)
        greet(request)
        request = replace(request, realtime=request.realtime or arguments.web)
        with (
            page.served(request, DegradedParts(), wanted=arguments.web) as shown,
            open_source(
                arguments.source, arguments.fps, arguments.slow_motion, arguments.static
            ) as source,
        ):
            parts = _shots(shown, source) if arguments.shots else [(shown, source)]
            for part_request, part in parts:
                session = app.replay(part_request, part)
                keep_known_answers(part, session.folder)
                outcome.show(session, request.config.language)
                report.after_session(part_request, session, background=False)
                statements.append(session.summary.statement)
                if stop.is_set():
                    return DONE
                if statements[-1]:
                    complain(statements[-1])
            if arguments.web:
                page.stay(stop)
    return DONE if "" in statements else NO_RUNNER


def _shots(
    request: SessionRequest, source: FrameSource | PoseSource
) -> Iterator[tuple[SessionRequest, FrameSource | PoseSource]]:
    """Each shot with the request of its own session."""
    from hipdrive.shots import shots_of

    folder = request.session_dir
    for number, shot in enumerate(shots_of(source), 1):
        of_shot = replace(
            request,
            session_dir=folder / f"shot-{number}" if folder else None,
            token=f"{request.token}{number:02}",
        )
        yield of_shot, shot
