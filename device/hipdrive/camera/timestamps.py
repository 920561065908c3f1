"""The table of times at which the images of a folder were taken."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMESTAMPS = "timestamps.csv"
HEADER = ["file", "t_ns"]


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table, as text."""

    line: int
    name: str
    t_ns: str


def read_timestamps(table: Path, images: set[str]) -> list[tuple[int, str]]:
    """Read and check the table.

    Args:
        table: a CSV file with the columns `file` (the name of an image beside the table) and
            `t_ns` (integer ns from any origin).
        images: the names of the images that there are.

    Returns:
        (t_ns, name) in the order of the table; t_ns is strictly increasing.

    Raises:
        SourceError: the first problem, with its line.
    """
    shots: list[tuple[int, str]] = []
    lines: dict[str, int] = {}
    for row in _rows(table):
        where = f"{table}, line {row.line}"
        _check_name(row.name, images, where)
        if row.name in lines:
            raise SourceError(
                f"{where}: {row.name} is already in line {lines[row.name]}; list each image once"
            )
        t_ns = _time(row.t_ns, where)
        if shots and t_ns <= shots[-1][0]:
            raise SourceError(
                f"{where}: t_ns {t_ns} is not after {shots[-1][0]} in the line before; "
                "list the images in the order in which they were taken"
            )
        lines[row.name] = row.line
        shots.append((t_ns, row.name))
    if not shots:
        raise SourceError(f"{table}: lists no images; write one line for each: name,t_ns")
    return shots


def _rows(table: Path) -> Iterator[_Row]:
    """The lines below the header."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            if next(reader, None) != HEADER:
                raise SourceError(f"{table}, line 1: must be exactly {','.join(HEADER)}")
            for fields in reader:
                if not fields:
                    continue
                if len(fields) != len(HEADER):
                    raise SourceError(
                        f"{table}, line {reader.line_num}: has {len(fields)} values; "
                        "write two: name,t_ns"
                    )
                yield _Row(reader.line_num, *fields)
    except UnicodeDecodeError as error:
        raise SourceError(f"{table}: is not UTF-8 text; save it as a UTF-8 CSV file") from error
    except csv.Error as error:
        raise SourceError(
            f"{table}, line {reader.line_num}: is not CSV ({error}); save it as a CSV file"
        ) from error
    except OSError as error:
        raise SourceError(f"{table}: cannot be read ({error.strerror}); check its owner") from error


def _check_name(name: str, images: set[str], where: str) -> None:
    # A table from elsewhere must not reach files outside its folder.
    if not name or name in {".", ".."} or re.search(r"[/\\\0]", name):
        raise SourceError(
            f"{where}: {name!r} is not a plain file name; put the images beside the table and "
            "name them without a path"
        )
    if name not in images:
        raise SourceError(
            f"{where}: there is no png or jpg image {name} in the folder; add it, or take the "
            "line out"
        )


def _time(text: str, where: str) -> int:
    if not re.fullmatch("-?[0-9]{1,19}", text) or abs(int(text)) >= 1 << 63:
        raise SourceError(
            f"{where}: t_ns {text[:30]!r} is not an integer of 64 bits; "
            "write whole nanoseconds in digits, without a point or separators"
        )
    return int(text)
