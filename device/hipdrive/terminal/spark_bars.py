"""The last strides as bars, four lines high, with the band marked beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.types.angle import deg_from_bam

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from hipdrive.types.band import Band
    from hipdrive.types.stride import Stride

LINES, STRIDES = 4, 20
EIGHTHS = " ▁▂▃▄▅▆▇█"
LEAST_SPAN_DEG = 12.0
"""As on the page: a small scatter is not to look like a large one."""
IN_BAND, BELOW, ABOVE, WITHOUT_BAND = "green", "dark_orange", "bright_blue", "cyan"


def spark_bars(strides: Sequence[Stride], band: Band | None) -> list[Text]:
    """The lines, from the top.

    Args:
        strides: of the near leg, oldest first; a rejected one is a dot.
        band: where they are wanted; None: not known.
    """
    from rich.text import Text

    lines = [Text() for _ in range(LINES)]
    shown = list(strides)[-STRIDES:]
    floor_deg, span_deg = _range(shown, band)
    for stride in shown:
        deg = deg_from_bam(stride.thigh_ext_bam)
        level = round((deg - floor_deg) / span_deg * LINES * 8)
        for number, line in enumerate(lines):
            if not stride.accepted:
                line.append("· " if number == LINES - 1 else "  ", "dim")
                continue
            eighths = max(0, min(8, max(level, 1) - 8 * (LINES - 1 - number)))
            line.append(EIGHTHS[eighths] + " ", _style(stride, band))
    for line in lines:
        line.append(" " * (2 * (STRIDES - len(shown))))
    for deg in () if band is None else (deg_from_bam(band.low_bam), deg_from_bam(band.high_bam)):
        row = LINES - 1 - int((deg - floor_deg) / span_deg * LINES)
        lines[max(0, min(LINES - 1, row))].append(f"┤ {deg:.1f}° ", "green")
    return lines


def _range(strides: Sequence[Stride], band: Band | None) -> tuple[float, float]:
    """The angle at the foot of the bars, and that from there to their top."""
    values = [deg_from_bam(each.thigh_ext_bam) for each in strides if each.accepted]
    if band is not None:
        values += [deg_from_bam(band.low_bam), deg_from_bam(band.high_bam)]
    if not values:
        return 0.0, LEAST_SPAN_DEG
    span_deg = max(LEAST_SPAN_DEG, 1.15 * (max(values) - min(values)))
    return (max(values) + min(values) - span_deg) / 2, span_deg


def _style(stride: Stride, band: Band | None) -> str:
    if band is None:
        return WITHOUT_BAND
    if stride.thigh_ext_bam < band.low_bam:
        return BELOW
    return ABOVE if stride.thigh_ext_bam > band.high_bam else IN_BAND
