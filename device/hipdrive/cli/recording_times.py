"""Options of every command that takes a recording: what its times are."""

from __future__ import annotations

import argparse
import re
from fractions import Fraction

SLOWEST_FPS, FASTEST_FPS = 1, 1000


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
    # Not all that Fraction takes: an exponent of eight digits would keep the machine busy for ever.
    form = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)(?:/(\d{1,6}))?", text, re.ASCII)
    per_s = int(form[2] or 1) if form else 0
    rate = Fraction(form[1]) / per_s if form and per_s else Fraction(0)
    if not SLOWEST_FPS <= rate <= FASTEST_FPS:
        raise argparse.ArgumentTypeError(f"{text!r} is no rate; such as 60 or 30000/1001")
    return rate


def _slow_motion(text: str) -> Fraction:
    from hipdrive.errors import SourceError
    from hipdrive.slow_motion import factor_from

    try:
        return factor_from(text)
    except SourceError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
