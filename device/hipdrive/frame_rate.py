"""Frames a second, as people write them."""

from __future__ import annotations

import re
from fractions import Fraction

from hipdrive.errors import SourceError

SLOWEST_FPS, FASTEST_FPS = 1, 1000


def rate_from(text: str) -> Fraction:
    """Frames a second, from digits such as 60, 59.94 or 30000/1001.

    Raises:
        SourceError: it is no such number, or none from `SLOWEST_FPS` to `FASTEST_FPS`.
    """
    # Not all that Fraction takes: an exponent of eight digits would keep the machine busy for ever.
    form = re.fullmatch(r"(\d{1,6}(?:\.\d{1,6})?)(?:/(\d{1,6}))?", text, re.ASCII)
    per_s = int(form[2] or 1) if form else 0
    rate = Fraction(form[1]) / per_s if form and per_s else Fraction(0)
    if not SLOWEST_FPS <= rate <= FASTEST_FPS:
        raise SourceError(f"{text[:30]!r} is no rate; such as 60 or 30000/1001")
    return rate
