"""`hipdrive batch`: many recordings side by side."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import recording_times, session_options
from hipdrive.cli.say import complain, say
from hipdrive.counted import counted

if TYPE_CHECKING:
    import argparse

    from hipdrive.batch.batch import BatchOutcome
    from hipdrive.terminal.batch_progress import BatchBar, BatchLines

MOST_PROCESSES = 1024


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "batch",
        help="measure many recordings side by side, into one table",
        description="Replays recordings on this machine's cores or on a Dask cluster, as `replay` "
        "does one, and writes a table of sessions, one of strides and an index. Started again, it "
        "goes on where it stopped: docs/batch.md.",
    )
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a recording, as of replay; a folder with recordings at any depth; a manifest, "
        "FILE.csv, with a recording a line and what is known of it",
    )
    parser.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="DIR",
        help="folder of the results: new, or of the batch that is to go on",
    )
    parser.add_argument(
        "--workers",
        type=session_options.number(1, MOST_PROCESSES, int),
        metavar="N",
        help="recordings at once on this machine; else one for each core",
    )
    parser.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="Dask scheduler whose workers measure instead, such as tcp://10.0.0.5:8786; they see "
        "the recordings and DIR in the same place",
    )
    recording_times.add_options(parser)
    parser.add_argument(
        "--calibration", type=Path, metavar="FILE", help="of the camera that filmed them"
    )
    session_options.add_config_option(parser)
    session_options.add_facing_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.batch.batch import BatchPlan, run_batch
    from hipdrive.batch.gathering import gather
    from hipdrive.batch.processes import usable_cores
    from hipdrive.batch.recording import RecordingSettings
    from hipdrive.config import load

    settings = RecordingSettings(
        facing=arguments.facing,
        fps=arguments.fps,
        slow_motion=arguments.slow_motion,
        calibration=arguments.calibration and arguments.calibration.absolute(),
    )
    plan = BatchPlan(
        gather(arguments.sources, settings, arguments.out),
        load(arguments.config),
        arguments.out,
        arguments.workers or usable_cores(),
        arguments.scheduler,
    )
    progress = _progress()
    with session_options.stop_on_signals() as stop:
        try:
            outcome = run_batch(plan, progress, stop.is_set)
        finally:
            progress.close()
    return _told(outcome, len(plan.recordings), arguments.out)


def _progress() -> BatchBar | BatchLines:
    from hipdrive.terminal.batch_progress import BatchBar, BatchLines

    if sys.stdout.isatty():
        from rich.console import Console

        console = Console()
        if not console.is_dumb_terminal:
            return BatchBar(console)
    return BatchLines(say)


def _told(outcome: BatchOutcome, recordings: int, out: Path) -> int:
    """Say what came of it, and give the exit code."""
    from hipdrive.batch.batch import GO_ON
    from hipdrive.cli.exit_codes import DONE, FAILED

    failed = [result for result in outcome.results if result.error]
    if not outcome.tables:
        complain(f"stopped: {len(outcome.results)} of {recordings} are done; {GO_ON}")
        return FAILED
    measured = f"{len(outcome.results) - len(failed)} of {counted(recordings, 'recording')}"
    say(f"{measured} measured: {', '.join(outcome.tables)} and index.html in {out}")
    if not any(name.endswith(".parquet") for name in outcome.tables):
        say("no Parquet; it needs pyarrow: pip install 'hipdrive[batch]'")
    if failed:
        complain(f"{counted(len(failed), 'recording')} failed; the tables say why")
    return FAILED if failed else DONE
