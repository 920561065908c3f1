"""`hipdrive replay`: the loop over a recording."""

from __future__ import annotations

import argparse
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hipdrive.cli import session_options

if TYPE_CHECKING:
    from hipdrive.camera.frame import FrameSource
    from hipdrive.session.poses import RecordedPoses


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
        "poses.npz or the session folder that holds one",
    )
    parser.add_argument(
        "--fps",
        type=_rate,
        metavar="RATE",
        help="frames a second of a folder without timestamps.csv, such as 60 or 30000/1001",
    )
    parser.add_argument("--realtime", action="store_true", help="at the speed of the recording")
    parser.add_argument(
        "--simulate-panel", action="store_true", help="show the LEDs and the buzzer on the terminal"
    )
    session_options.add_session_options(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive import app
    from hipdrive.cli import outcome
    from hipdrive.cli.exit_codes import DONE, NO_RUNNER

    with session_options.stop_on_signals() as stop:
        plan = session_options.plan_from(arguments, stop)
        with open_source(arguments.source, arguments.fps) as source:
            session = app.replay(plan, source)
    outcome.show(session)
    if stop.is_set() or session.summary["strides"] + session.summary["rejected_strides"]:
        return DONE
    print(f"hipdrive: {_nobody(session.summary)}", file=sys.stderr)
    return NO_RUNNER


def open_source(path: Path, fps: Fraction | None) -> FrameSource | RecordedPoses:
    """The source that a path names.

    Raises:
        SourceError: there is none, or it cannot be read.
    """
    recorded = path / "poses.npz" if path.is_dir() else path
    if recorded.suffix == ".npz" and recorded.is_file():
        from hipdrive.session.poses import RecordedPoses

        return RecordedPoses(recorded)
    if path.is_dir():
        from hipdrive.camera.folder import FrameFolder

        return FrameFolder(path, fps)
    from hipdrive.camera.video import VideoFile

    return VideoFile(path)


def _rate(text: str) -> Fraction:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if rate <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no rate; such as 60 or 30000/1001")
    return rate


def _nobody(summary: dict[str, Any]) -> str:
    """Why there is not a single stride."""
    frames = summary["frames"]
    seen = frames - summary["frames_without_runner"]
    if 2 * seen < frames or not frames:
        return f"no runner seen: a person in {seen} of {frames} frames of {summary['source']}"
    return (
        f"no runner seen: a person is there in {seen} of {frames} frames, but does not run "
        "seen from the side"
    )
