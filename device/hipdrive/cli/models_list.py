"""`hipdrive models list`: which model to use, with what each costs on this machine."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from hipdrive.cli import session_options

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from hipdrive.config import PoseConfig
    from hipdrive.pose.model import PoseModel
    from hipdrive.pose.store import ModelSpec

HEADINGS = ("model", "MB", "licence", "joints", "measures", "time here")
TABLE_COLUMNS = 170
"""Narrower, names would be cut; a narrow terminal wraps the lines."""
BYTES_PER_MB = 1_000_000


def add_to(actions: session_options.Commands) -> None:
    """Declare the command."""
    parser = actions.add_parser(
        "list",
        help="every known model: size, licence, joints, what it measures, its time here",
        description="Times the models that are here, on the spot, against the default.",
    )
    session_options.add_config_option(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from rich.console import Console
    from rich.table import Table

    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import PoseConfig, load
    from hipdrive.pose.store import manifest

    config = load(arguments.config)
    known = manifest()
    times_ms = timed(list(known.values()), config.pose, config.data_path(os.environ))
    table = Table(*HEADINGS)
    for spec in known.values():
        table.add_row(*cells(spec, times_ms, default=PoseConfig().model))
    console = Console()
    console.width = max(console.width, TABLE_COLUMNS)
    console.print(table)
    return DONE


def timed(specs: Sequence[ModelSpec], config: PoseConfig, data: Path) -> dict[str, float]:
    """Time of a picture in ms, of those models that are here and run."""
    from hipdrive.app import pose_model
    from hipdrive.errors import ModelError
    from hipdrive.pose import timing

    models: dict[str, PoseModel] = {}
    for spec in specs:
        try:
            named = config.model_copy(update={"model": spec.name})
            models[spec.name] = pose_model(named, data)[0]
        except ModelError:
            continue
    found = timing.times_ms(list(models.values()), time.perf_counter_ns)
    return dict(zip(models, found, strict=True))


def cells(spec: ModelSpec, times_ms: Mapping[str, float], default: str) -> list[str]:
    """One row of the table: a cell for each of `HEADINGS`.

    Args:
        spec: which model.
        times_ms: of a picture, of the models that are here.
        default: name of the model that the others are compared to.
    """
    from hipdrive.gait.metrics.catalogue import stride_metrics, unmeasured
    from hipdrive.pose.families import family_of

    skeleton = family_of(spec).skeleton
    missing = unmeasured(stride_metrics(), skeleton)
    measured = f"all but {', '.join(missing)}" if missing else "all, foot and ankle too"
    if spec.stand_in:
        measured = f"rendered runners only; {measured}"
    name = f"{spec.name} (default)" if spec.name == default else spec.name
    size = f"{spec.size_bytes / BYTES_PER_MB:.1f}"
    return [name, size, spec.licence, str(len(skeleton)), measured, _time(spec, times_ms, default)]


def _time(spec: ModelSpec, times_ms: Mapping[str, float], default: str) -> str:
    taken_ms = times_ms.get(spec.name)
    if taken_ms is None:
        return f"not here: hipdrive models fetch {spec.name}"
    usual_ms = times_ms.get(default)
    times = "" if usual_ms is None else f", {taken_ms / usual_ms:.1f} x the default"
    return f"{taken_ms:.1f} ms{times}"
