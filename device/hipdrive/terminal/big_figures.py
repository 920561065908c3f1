"""Figures five lines high, to be read from across the room."""

from __future__ import annotations

_FIGURES = "0123456789.-°"
_ROWS = (
    "████|  █ |████|████|█  █|████|████|████|████|████|  |    |▄▄▄",
    "█  █| ██ |   █|   █|█  █|█   |█   |   █|█  █|█  █|  |    |█ █",
    "█  █|  █ |████| ███|████|████|████|  █ |████|████|  |████|▀▀▀",
    "█  █|  █ |█   |   █|   █|   █|█  █|  █ |█  █|   █|  |    |---",
    "████| ███|████|████|   █|████|████|  █ |████|████|██|    |---",
)
_GLYPHS = {
    figure: [row.replace("-", " ") for row in rows]
    for figure, rows in zip(
        _FIGURES, zip(*(row.split("|") for row in _ROWS), strict=True), strict=True
    )
}


def big(figures: str) -> list[str]:
    """The five lines of figures: digits, point, minus and the degree sign.

    Raises:
        KeyError: there is another sign.
    """
    glyphs = [_GLYPHS[figure] for figure in figures]
    return [" ".join(rows) for rows in zip(*glyphs, strict=True)]
