"""`hipdrive overlay`: a recording with skeleton, angle, events, band and cues drawn on it."""

from __future__ import annotations

from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from hipdrive.cli import replay, session_options
from hipdrive.cli.say import complain, say

if TYPE_CHECKING:
    import argparse
    import threading
    from collections.abc import Iterable, Iterator

    from hipdrive.config import Config
    from hipdrive.overlay.measured import Recording

View = TypeVar("View")


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "overlay",
        help="draw skeleton, angle, events, band and cues on a recording",
        description="Measures a recording and writes it anew with the skeleton, the thigh's angle, "
        "foot strike, toe-off and peak, the band and the cues drawn on it. Sound, orientation and "
        "the times of the frames stay. No session is recorded.",
    )
    parser.add_argument(
        "source", type=Path, metavar="SOURCE", help="a video, a folder of frames, rendered:"
    )
    parser.add_argument(
        "out", type=Path, metavar="OUT", help="the video to be written: .mp4, .mov or .mkv"
    )
    parser.add_argument(
        "--strip", type=Path, metavar="FILE.png", help="write the key frames of a stride, too"
    )
    replay.add_source_options(parser)
    session_options.add_config_option(parser)
    session_options.add_facing_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.camera.video import VideoFile
    from hipdrive.cli.exit_codes import DONE, NO_RUNNER
    from hipdrive.config import load
    from hipdrive.errors import SourceError
    from hipdrive.overlay.make import OverlayFiles, make_overlay
    from hipdrive.session.pose_source import PoseSource
    from hipdrive.sources import open_source

    config = load(arguments.config)
    files = OverlayFiles(arguments.out, arguments.strip)
    with (
        session_options.stop_on_signals() as stop,
        # As it plays: what is measured at the true speed is drawn on the picture it was seen in.
        open_source(arguments.source, arguments.fps, Fraction(1)) as source,
    ):
        if isinstance(source, PoseSource):
            raise SourceError(f"{arguments.source}: key points have no pictures to draw on")
        recording, statement = _measured(arguments, config, stop, source.frame_count)
        video = arguments.source if isinstance(source, VideoFile) else None
        frames = _with_progress(_until(source, stop), "drawing", source.frame_count)
        warnings = make_overlay(frames, recording, files, video, config.language)
    for warning in warnings:
        complain(warning)
    say(f"overlay: {files.film}")
    if statement:
        complain(statement)
    return NO_RUNNER if statement else DONE


def _measured(
    arguments: argparse.Namespace,
    config: Config,
    stop: threading.Event,
    frame_count: int | None,
) -> tuple[Recording, str]:
    """The recording as it was measured, and what is wrong with its figures; empty for nothing."""
    from hipdrive.api.playing import playing
    from hipdrive.overlay.measured import Recording
    from hipdrive.types.side import Side

    configured = config.gait.facing
    facing = arguments.facing or (None if configured == "auto" else Side(configured))
    with (
        playing(
            arguments.source,
            {
                "config": config,
                "facing": facing,
                "fps": arguments.fps,
                "slow_motion": arguments.slow_motion,
                "calibration": arguments.calibration,
            },
        ) as runner,
        closing(runner.results()) as results,
    ):
        shown = _with_progress(_until(results, stop), "measuring", frame_count)
        recording = Recording(shown, facing, config.gait.filter_hz)
        return recording, runner.summary().statement


def _until(views: Iterable[View], stop: threading.Event) -> Iterator[View]:
    from hipdrive.errors import OverlayError

    for view in views:
        if stop.is_set():
            raise OverlayError("interrupted; nothing was written")
        yield view


def _with_progress(views: Iterable[View], what: str, count: int | None) -> Iterator[View]:
    """The views, counted on the terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if console.is_terminal:
        views = track(views, what, count, console=console, transient=True)
    yield from views
