"""Options of every command that takes a recording: what its times are."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction


def add_options(parser: argparse.ArgumentParser) -> None:
    """`--fps` and `--slow-motion`, as `fps` and `slow_motion`: fractions, or None."""
    parser.add_argument(
        "--fps",
        type=_rate,
        metavar="RATE",
        help="frames a second of a folder without timestamps.csv, of OpenPose's or MMPose's JSON, "
        "such as 60 or 30000/1001",
    )
    parser.add_argument(
        "--slow-motion",
        type=_slow_motion,
        metavar="FACTOR",
        help="how many times slower than life the recording plays, such as 8 for 240 frames a "
        "second played at 30; else as far as a video's file says so",
    )


def _rate(text: str) -> Fraction:
    from hipdrive.errors import SourceError
    from hipdrive.frame_rate import rate_from

    try:
        return rate_from(text)
    except SourceError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _slow_motion(text: str) -> Fraction:
    from hipdrive.errors import SourceError
    from hipdrive.slow_motion import factor_from

    try:
        return factor_from(text)
    except SourceError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
