"""`hipdrive calibrate`: the camera's attitude, from a person running in front of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive.cli import session_options
from hipdrive.cli.say import say, warn_on
from hipdrive.errors import CalibrationError
from hipdrive.printable import printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from hipdrive.config import Config
    from hipdrive.geometry.calibrate import CalibrationRun
    from hipdrive.geometry.camera_estimate import CameraEstimate
    from hipdrive.geometry.camera_figures import CameraFigures
    from hipdrive.session.request import SessionRequest


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "calibrate",
        help="find the camera's roll, the scale and the belt's speed from a runner",
        description="Watches a person run at an even pace, shows how the camera hangs, and stores "
        "it for `run`. Without SOURCE it uses the camera until 30 strides or Ctrl-C.",
    )
    parser.add_argument(
        "source",
        nargs="?",
        type=Path,
        metavar="SOURCE",
        help="a recording from this camera, as in replay; a drawn runner is not stored without "
        "--out",
    )
    session_options.add_config_option(parser)
    parser.add_argument(
        "--height-m", type=float, metavar="M", help="the runner's height (runner.height_m)"
    )
    parser.add_argument(
        "--incline-percent",
        type=float,
        metavar="PERCENT",
        help="the belt's incline (treadmill.incline_percent)",
    )
    session_options.add_facing_option(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="store it here; else as calibration.json in the data folder, where run looks for it",
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from contextlib import nullcontext
    from datetime import UTC, datetime

    from hipdrive.cli.exit_codes import DONE
    from hipdrive.geometry.calibrate import calibrate
    from hipdrive.geometry.calibration_file import store
    from hipdrive.geometry.camera_figures import CameraFigures
    from hipdrive.session.request import SessionRequest
    from hipdrive.sources import open_source

    config = _config(arguments)
    with session_options.stop_on_signals() as stop:
        request = SessionRequest(config, arguments.facing, None, datetime.now(UTC), "", stop)
        source = open_source(arguments.source, None) if arguments.source else None
        with source or nullcontext():
            run = calibrate(request, source, _progress())
    estimate = run.estimate
    if estimate is None:
        raise CalibrationError(_too_few(run))
    figures = CameraFigures.of(estimate, config.treadmill, config.runner)
    _show(run, estimate, figures, config)
    path = arguments.out or _default_path(arguments, run, config)
    if path is None:
        say("not stored: a drawn runner shows nothing of your camera; --out FILE stores it")
        return DONE
    store(path, _values(run, estimate, figures, request))
    say(f"stored in {path}")
    return DONE


def _config(arguments: argparse.Namespace) -> Config:
    """The configuration, overridden by the options."""
    from hipdrive.config import Config, load, validated

    values = load(arguments.config).model_dump()
    for table, name in (("runner", "height_m"), ("treadmill", "incline_percent")):
        if (given := getattr(arguments, name)) is not None:
            values[table][name] = given
    return validated(Config, values, "the options")


def _default_path(
    arguments: argparse.Namespace, run: CalibrationRun, config: Config
) -> Path | None:
    """Where `run` looks for it; None for what must not get there."""
    from hipdrive.geometry.calibration_file import NAME
    from hipdrive.sources import KEY_POINTS, RENDERED

    drawn = str(arguments.source).startswith((RENDERED, KEY_POINTS))
    if drawn or (run.pose and run.pose.stand_in):
        return None
    return config.data_path(os.environ) / NAME


def _progress() -> Callable[[int], None]:
    """Counts strides on the terminal, if there is one."""
    last = -1

    def show(strides: int) -> None:
        nonlocal last
        if strides != last and sys.stderr.isatty():
            sys.stderr.write(f"\r{strides} strides ")
            sys.stderr.flush()
        last = strides

    return show


def _too_few(run: CalibrationRun) -> str:
    from hipdrive.geometry.camera_estimator import LEAST_STRIDES

    return (
        f"{run.source}: {run.strides} strides that show a foot on the belt, and "
        f"{LEAST_STRIDES} are needed; have a person run, seen from the side, head to shoe in the "
        "picture, for half a minute. Nothing is stored"
    )


def _show(
    run: CalibrationRun, estimate: CameraEstimate, figures: CameraFigures, config: Config
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from hipdrive.geometry.camera_monitor import yaw_warnings

    console = Console()
    table = Table(title="Calibration", title_justify="left", show_header=False)
    table.add_column(style="dim")
    table.add_column()
    for name, value in _rows(run, estimate, figures, config):
        table.add_row(name, Text(printable(value)))
    console.print(table)
    for warning in yaw_warnings(figures.yaw_deg):
        warn_on(console, warning)


def _rows(
    run: CalibrationRun, estimate: CameraEstimate, figures: CameraFigures, config: Config
) -> list[tuple[str, str]]:
    treadmill = config.treadmill
    unknown = "unknown (runner.height_m or treadmill.belt_mps gives it)"
    belt, scale = figures.belt_mps, figures.px_per_m
    origin = "as configured" if treadmill.belt_mps else "found"
    return [
        ("source", run.source),
        ("facing", estimate.facing),
        ("near leg", estimate.facing),
        ("roll", f"{figures.roll_deg:+z.1f}° ± {figures.roll_se_deg:.1f}°, clockwise positive"),
        (
            "incline taken as",
            f"{treadmill.incline_percent:g} % (an unknown one would pass for roll)",
        ),
        ("yaw", f"about {figures.yaw_deg:+z.0f}°, from ahead positive"),
        ("scale", unknown if scale is None else f"{scale:.0f} px/m at the near leg"),
        ("belt", unknown if belt is None else f"{belt:.2f} m/s, {origin}"),
        ("strides", f"{estimate.strides} of the near leg"),
    ]


def _values(
    run: CalibrationRun, estimate: CameraEstimate, figures: CameraFigures, request: SessionRequest
) -> dict[str, object]:
    """What is stored."""
    config = request.config
    return {
        "made_utc": request.started.isoformat(timespec="seconds"),
        "source": run.source,
        "size_px": run.size,
        "facing": estimate.facing,
        "near_leg": estimate.facing,
        "strides": estimate.strides,
        **figures.rounded(),
        "incline_percent": config.treadmill.incline_percent,
        "height_m": config.runner.height_m or None,
    }
