"""`hipdrive compare-models`: two pose models on one recording."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import recording_times, session_options
from hipdrive.cli.say import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from rich.table import Table

    from hipdrive.comparison.agreement import Agreement
    from hipdrive.comparison.two_models import Comparison, ModelRun
    from hipdrive.config import Config
    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

OTHER_MODEL = "blazepose-full"
TABLE_COLUMNS = 110
"""Narrower, names would be cut; a narrow terminal wraps the lines."""


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "compare-models",
        help="run two pose models on one recording and print how far they agree",
        description="Shows every picture to both models and prints what each measured, and the "
        "differences of the thigh's angle and of its peaks after Bland and Altman. Neither is "
        "the truth: `hipdrive validate` has that, of rendered runners.",
    )
    parser.add_argument("source", metavar="SOURCE", help="a video, a folder of frames, rendered:")
    parser.add_argument(
        "--models",
        nargs=2,
        metavar="NAME",
        help=f"which two; else the configured one and {OTHER_MODEL}",
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="write a plot (needs matplotlib)")
    recording_times.add_options(parser)
    session_options.add_config_option(parser)
    session_options.add_facing_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE, NO_RUNNER
    from hipdrive.comparison.plot import require_matplotlib, write_plot
    from hipdrive.comparison.two_models import compare
    from hipdrive.config import load
    from hipdrive.errors import SourceError
    from hipdrive.session.pose_source import PoseSource
    from hipdrive.sources import open_source

    if arguments.plot:
        require_matplotlib()
    config = load(arguments.config)
    names = arguments.models or [config.pose.model, OTHER_MODEL]
    estimators = [(name, _estimator(config, name)) for name in names]
    with open_source(arguments.source, arguments.fps, arguments.slow_motion) as source:
        if isinstance(source, PoseSource):
            raise SourceError(f"{arguments.source}: key points have no pictures to show to models")
        found = compare(source, estimators, config.gait, arguments.facing)
    show(found)
    if arguments.plot:
        write_plot(found, arguments.plot)
        say(f"plot written to {arguments.plot}")
    return DONE if found.same_side and found.of_peaks().n else NO_RUNNER


def _estimator(config: Config, name: str) -> Callable[[Frame], Pose]:
    from hipdrive.app import estimator

    pose = config.pose.model_copy(update={"model": name})
    return estimator(pose, config.data_path(os.environ))[0]


def show(found: Comparison) -> None:
    """Print the tables."""
    from rich.console import Console

    console = Console()
    console.width = max(console.width, TABLE_COLUMNS)
    console.print(_runs(found))
    if not found.same_side:
        console.print(
            f"{found.first.name} sees a runner who faces {found.first.facing or 'nowhere'}, "
            f"{found.second.name} one who faces {found.second.facing or 'nowhere'}: they measure "
            "different legs and cannot be compared; give --facing",
            soft_wrap=True,
        )
        return
    console.print(_differences(found))


def _runs(found: Comparison) -> Table:
    from rich.table import Table

    peak = "peak, mean \N{PLUS-MINUS SIGN} SD"
    table = Table("model", "near strides", "accepted", "cadence", peak)
    for run in (found.first, found.second):
        table.add_row(run.name, str(len(run.near)), str(len(run.accepted)), *_figures(run))
    return table


def _figures(run: ModelRun) -> tuple[str, str]:
    cadence_spm, (_, deg) = run.cadence_spm, run.peaks()
    cadence = "none" if cadence_spm is None else f"{cadence_spm:.1f} steps/min"
    if len(deg) < 2:  # noqa: PLR2004  # one has no SD
        return cadence, "none"
    return cadence, f"{deg.mean():.1f}\N{DEGREE SIGN} \N{PLUS-MINUS SIGN} {deg.std(ddof=1):.1f}"


def _differences(found: Comparison) -> Table:
    from rich.table import Table

    title = f"{found.first.name} minus {found.second.name}"
    table = Table("of", "pairs", "bias", "SD", "95 % limits", title=title, title_justify="left")
    for what, agreement in (("thigh angle", found.of_curve()), ("peaks", found.of_peaks())):
        table.add_row(what, str(agreement.n), *_agreement(agreement))
    return table


def _agreement(agreement: Agreement) -> tuple[str, str, str]:
    if agreement.bias is None or agreement.sd is None or agreement.limits is None:
        return "none", "none", "none"
    low, high = agreement.limits
    degree = "\N{DEGREE SIGN}"
    return (
        f"{agreement.bias:+.1f}{degree}",
        f"{agreement.sd:.1f}{degree}",
        f"{low:+.1f}{degree} to {high:+.1f}{degree}",
    )
