"""`hipdrive validate`: how wrong the measurements are, against runners of whom all is known."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hipdrive.cli import session_options
from hipdrive.cli.say import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.table import Table

    from hipdrive.config import Config
    from hipdrive.pose.estimator import PoseEstimator
    from hipdrive.rendered.compare import Errors
    from hipdrive.rendered.grid import Condition

SCHEMA = "hipdrive/accuracy/1"
PEOPLE_SCHEMA = "hipdrive/accuracy-mesh/1"
FEET_SCHEMA = "hipdrive/accuracy-feet/1"
FEET_MODELS = ("blazepose-lite", "blazepose-full", "movenet-lightning-int8")
KEY_POINT_SEEDS, PICTURE_SEEDS = 8, 1
PEOPLE_S = 8.0
"""There are many, and each is drawn slowly."""
TABLE_COLUMNS = 150
"""Narrower, the figures would be cut; a narrow terminal wraps the lines."""


def add_to(commands: session_options.Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "validate",
        help="measure rendered runners and print the errors against the truth",
        description="Runs a grid of rendered runners, and of key points with MoveNet's measured "
        "noise, through the loop, and prints what was measured minus what is true. Takes minutes.",
    )
    session_options.add_config_option(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write the errors to this file too, as JSON"
    )
    parser.add_argument(
        "--figure",
        choices=["capsules", "mesh"],
        default="capsules",
        help="mesh: people in gyms instead, six bodies and four rooms; takes an hour",
    )
    parser.add_argument(
        "--feet",
        action="store_true",
        help="people at three speeds instead, for foot strike, toe-off, foot and ankle with "
        f"{', '.join(FEET_MODELS)}; takes a quarter of an hour",
    )
    parser.add_argument(
        "--only",
        choices=["pictures", "key-points"],
        help="the pose model at work on pictures, or its noise on true key points",
    )
    parser.add_argument("--what", metavar="WORDS", help="only the rows that vary this, such as yaw")
    parser.add_argument(
        "--seconds", type=_seconds, metavar="S", help="how long each runner runs, 10 to 600"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Run the command."""
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.config import load
    from hipdrive.rendered.mesh.asset import HIP_RULE

    config = load(arguments.config)
    if arguments.feet:
        return _feet(config, arguments)
    people = arguments.figure == "mesh"
    rows = []
    for row in (_people if people else _rows)(config, arguments):
        rows.append(row)
        if sys.stderr.isatty():
            sys.stderr.write(f"{row['made_from']}: {row['what']} {row['value']}\n")
    made = {
        "schema": PEOPLE_SCHEMA if people else SCHEMA,
        "made_with": _made_with(config, arguments.only) | ({"hip": HIP_RULE} if people else {}),
        "rows": rows,
    }
    (_show_people if people else _show)(rows)
    if arguments.out:
        arguments.out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        say(f"written to {arguments.out}")
    return DONE


def _rows(config: Config, arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from hipdrive.errors import ConfigError
    from hipdrive.rendered.grid import conditions, key_point_conditions
    from hipdrive.rendered.validate import from_key_points, from_pictures

    wanted = [
        (name, grid, measure)
        for name, grid, measure in (
            ("pictures", conditions(), from_pictures),
            ("key-points", key_point_conditions(), from_key_points),
        )
        if arguments.only in {None, name}
    ]
    found = False
    for name, grid, measure in wanted:
        seeds = range(PICTURE_SEEDS if name == "pictures" else KEY_POINT_SEEDS)
        for condition in grid:
            if arguments.what in {None, condition.what}:
                found = True
                chosen = _read_as(config, condition.decode)
                errors = measure(condition, chosen, _estimators(chosen), seeds, arguments.seconds)
                yield _row(name, condition, errors)
    if not found:
        names = ", ".join(sorted({c.what for c in (*conditions(), *key_point_conditions())}))
        raise ConfigError(f"--what {arguments.what!r}: no rows vary that; there are {names}")


def _people(config: Config, arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    from hipdrive.errors import ConfigError
    from hipdrive.rendered.mesh.grid import mesh_conditions
    from hipdrive.rendered.validate import from_people

    if arguments.only == "key-points":
        raise ConfigError("--only key-points: key points have no figure; leave out --figure mesh")
    grid = mesh_conditions()
    chosen = [condition for condition in grid if arguments.what in {None, condition.what}]
    if not chosen:
        names = ", ".join(sorted({condition.what for condition in grid}))
        raise ConfigError(f"--what {arguments.what!r}: nobody runs there; there are {names}")
    for condition in chosen:
        seconds = arguments.seconds or PEOPLE_S
        errors, legs = from_people(condition, config, _estimators(config), seconds)
        yield {**_row("pictures", condition, errors), "seconds": seconds, "legs": asdict(legs)}


def _feet(config: Config, arguments: argparse.Namespace) -> int:
    from hipdrive.cli.exit_codes import DONE
    from hipdrive.errors import ConfigError
    from hipdrive.rendered.feet_errors import feet_errors
    from hipdrive.rendered.mesh.grid import feet_conditions

    if arguments.only:
        raise ConfigError(f"--only {arguments.only}: --feet always measures both; leave it out")
    grid = feet_conditions()
    chosen = [condition for condition in grid if arguments.what in {None, condition.what}]
    if not chosen:
        names = ", ".join(sorted({condition.what for condition in grid}))
        raise ConfigError(f"--what {arguments.what!r}: nobody runs so fast; there are {names}")
    rows = []
    for condition in chosen:
        seconds = arguments.seconds or PEOPLE_S
        settings = condition.settings(0, seconds)
        models = {name: _estimators(_with_model(config, name))() for name in FEET_MODELS}
        for model, errors in feet_errors(settings, config, models):
            where = {"speed": condition.what, "who": condition.value, "fps": settings.camera.fps}
            rows.append({**where, "model": model, "seconds": seconds, **asdict(errors)})
        if sys.stderr.isatty():
            sys.stderr.write(f"{condition.what}: {condition.value}\n")
    _show_feet(rows)
    if arguments.out:
        made = {"schema": FEET_SCHEMA, "filter_hz": config.gait.filter_hz, "rows": rows}
        arguments.out.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        say(f"written to {arguments.out}")
    return DONE


def _with_model(config: Config, name: str) -> Config:
    return config.model_copy(update={"pose": config.pose.model_copy(update={"model": name})})


def _read_as(config: Config, decode: str | None) -> Config:
    if decode is None:
        return config
    return config.model_copy(update={"pose": config.pose.model_copy(update={"decode": decode})})


def _estimators(config: Config) -> Callable[[], PoseEstimator]:
    from hipdrive.app import estimator

    return lambda: estimator(config.pose, config.data_path(os.environ))[0]


def _row(made_from: str, condition: Condition, errors: Errors) -> dict[str, Any]:
    return {
        "made_from": made_from.replace("-", " "),
        "what": condition.what,
        "value": condition.value,
        **asdict(errors),
    }


def _made_with(config: Config, only: str | None) -> dict[str, Any]:
    pictures: dict[str, Any] = {}
    if only != "key-points":
        from hipdrive.app import estimator

        pictures = asdict(estimator(config.pose, config.data_path(os.environ))[1])
    return {"pose": pictures, "filter_hz": config.gait.filter_hz}


def _show(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console

    from hipdrive.rendered.report import (
        CAMERA_HEADINGS,
        HEADINGS,
        camera_cells,
        cells,
        metric_cells,
        metric_headings,
    )

    console = Console()
    console.width = max(console.width, TABLE_COLUMNS)
    for made_from in dict.fromkeys(row["made_from"] for row in rows):
        here = [row for row in rows if row["made_from"] == made_from]
        title = f"Measured minus true, near leg, from {made_from}"
        console.print(_table(title, HEADINGS, map(cells, here)))
        console.print(_table(f"{title}: metrics", metric_headings(), map(metric_cells, here)))
        title = f"Found minus true, the camera, from {made_from}"
        console.print(_table(title, CAMERA_HEADINGS, map(camera_cells, here)))


def _show_people(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console

    from hipdrive.rendered.report import PERSON_HEADINGS, person_cells

    console = Console()
    console.width = max(console.width, TABLE_COLUMNS)
    title = "Measured minus true, near leg, from pictures of people"
    console.print(_table(title, PERSON_HEADINGS, map(person_cells, rows)))


def _show_feet(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console

    from hipdrive.rendered.report import FEET_HEADINGS, feet_cells

    console = Console()
    console.width = max(console.width, TABLE_COLUMNS)
    title = "Measured minus true, near leg, from pictures of people"
    console.print(_table(title, FEET_HEADINGS, map(feet_cells, rows)))


def _table(title: str, headings: Sequence[str], rows: Iterable[list[str]]) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for heading in headings:
        first = heading == headings[0]
        table.add_column(heading, justify="left" if first else "right", no_wrap=first)
    for row in rows:
        table.add_row(*row)
    return table


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 10 <= seconds <= 600:  # noqa: PLR2004  # the limits stand in the message
        raise argparse.ArgumentTypeError(f"{text!r} is not from 10 to 600")
    return seconds
