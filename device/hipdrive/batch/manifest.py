"""A manifest: a CSV file with a recording a line, and what is known of it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pydantic import ValidationError

from hipdrive.batch.recording import RecordingSettings, absolute, file_of
from hipdrive.config import RunnerConfig, TreadmillConfig
from hipdrive.config.problems import problem_lines
from hipdrive.counted import counted
from hipdrive.errors import ConfigError
from hipdrive.frame_rate import rate_from
from hipdrive.slow_motion import factor_from
from hipdrive.small_file import read_small_file
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction
    from pathlib import Path

    from hipdrive.config import Section

MANIFEST_SUFFIX = ".csv"
MOST_MANIFEST_BYTES = 20_000_000
"""A hundred thousand lines."""
SOURCE = "source"
Cell: TypeAlias = "Side | float | Fraction | Path"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the file: its number, and its cells by column, the empty ones left out."""

    number: int
    cells: Mapping[str, str]


def _side(text: str, _folder: Path) -> Side:
    if text not in set(Side):
        raise ValueError(f"must be {' or '.join(Side)}")
    return Side(text)


def _number(section: type[Section], key: str) -> Callable[[str, Path], float]:
    """Reads a number that a key of the configuration may be."""

    def read(text: str, _folder: Path) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError("must be a number, with a point before decimals") from None
        try:
            section.model_validate({key: value})
        except ValidationError as error:
            (problem,) = problem_lines(section, error, "")[1:]
            raise ValueError(problem.split(": ", 1)[1]) from None
        return value

    return read


def _file(text: str, folder: Path) -> Path:
    path = folder.absolute() / text
    if not path.is_file():
        raise ValueError("no such file")
    return path


COLUMNS: Mapping[str, Callable[[str, Path], Cell]] = {
    "facing": _side,
    "height_m": _number(RunnerConfig, "height_m"),
    "belt_mps": _number(TreadmillConfig, "belt_mps"),
    "incline_percent": _number(TreadmillConfig, "incline_percent"),
    "slow_motion": lambda text, _folder: factor_from(text),
    "fps": lambda text, _folder: rate_from(text),
    "calibration": _file,
    "static": _file,
}
"""What a column's cells say, beside `source`, which is there always; see `RecordingSettings`. What
reads a cell raises a ValueError, which a SourceError is too."""


def read_manifest(path: Path) -> list[tuple[str, RecordingSettings]]:
    """Each recording as the file calls it, seen from the file's folder, and what is known of it.

    Raises:
        ConfigError: the file cannot be used; the message has a line for each problem, with line
            and column.
    """
    try:
        text = read_small_file(path, MOST_MANIFEST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text; save it as CSV in UTF-8") from error
    problems: list[str] = []
    found = [_recording(line, path.parent, problems) for line in _lines(text, problems)]
    problems += _repeated([(line, named) for line, named, _ in found])
    if not problems and not found:
        problems.append("no recordings; after the first line each names one")
    if problems:
        head = f"{path}: {counted(len(problems), 'problem')}"
        raise ConfigError("\n  ".join([head, *problems]))
    return [(named, settings) for _, named, settings in found]


def _lines(text: str, problems: list[str]) -> list[_Line]:
    """The lines after the first, as far as their cells have names; blank ones left out."""
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    try:
        first = 1
        for cells in reader:
            rows.append((first, [cell.strip() for cell in cells]))
            first = reader.line_num + 1
    except csv.Error as error:
        problems.append(f"line {reader.line_num}: is no CSV ({error})")
        return []
    rows = [(number, cells) for number, cells in rows if any(cells)]
    if not rows:
        problems.append("is empty; its first line names the columns")
        return []
    (first, names), *others = rows
    problems += [f"line {first}, {problem}" for problem in _wrong_names(names)]
    if SOURCE not in names:
        return []
    lines = []
    for number, cells in others:
        if len(cells) > len(names) and any(cells[len(names) :]):
            has = f"{counted(len(cells), 'cell')} for {counted(len(names), 'column')}"
            problems.append(f"line {number}, column {len(names) + 1}: {has}")
        named = dict(zip(names, cells, strict=False))
        lines.append(_Line(number, {name: cell for name, cell in named.items() if cell}))
    return lines


def _wrong_names(names: list[str]) -> list[str]:
    """What is wrong with the names of the columns."""
    known = (SOURCE, *COLUMNS)
    problems = []
    for place, name in enumerate(names, 1):
        if name not in known:
            problems.append(f"column {place}: {name[:60]!r} is unknown; known: {', '.join(known)}")
        elif name in names[: place - 1]:
            problems.append(f"column {place}: {name} is there twice")
    if SOURCE not in names:
        problems.append(f"column {SOURCE}: is missing; it names the recordings")
    return problems


def _recording(
    line: _Line, folder: Path, problems: list[str]
) -> tuple[int, str, RecordingSettings]:
    """Number of the line, name of the recording, and what is known of it."""
    values: dict[str, Cell] = {}
    for column, cell in line.cells.items():
        if column not in COLUMNS:
            continue
        try:
            values[column] = COLUMNS[column](cell, folder)
        except ValueError as error:
            problems.append(f"line {line.number}, column {column}: {cell[:60]!r}: {error}")
    named = line.cells.get(SOURCE, "")
    missing = _missing(named, folder)
    if missing:
        problems.append(f"line {line.number}, column {SOURCE}: {missing}")
    return line.number, named, RecordingSettings(**values)  # type: ignore[arg-type]  # as COLUMNS has it


def _missing(named: str, folder: Path) -> str:
    """What is wrong with the name of a recording; empty for nothing."""
    if not named:
        return "is empty; each line names a recording"
    try:
        file = file_of(absolute(named, folder))
        return "" if file is None or file.exists() else f"{named[:200]!r}: no such file or folder"
    except (OSError, ValueError) as error:
        return f"{named[:200]!r}: {getattr(error, 'strerror', None) or error}"


def _repeated(found: list[tuple[int, str]]) -> list[str]:
    """Recordings that several lines name."""
    lines: dict[str, int] = {}
    problems = []
    for number, named in found:
        first = lines.setdefault(named, number)
        if named and first != number:
            problems.append(f"line {number}, column {SOURCE}: is that of line {first} too")
    return problems
