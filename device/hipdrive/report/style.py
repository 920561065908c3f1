"""How charts look: colours that the colour-blind tell apart, and small SVG."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hipdrive.texts.phrases import Phrases

ORANGE, GREEN, RED, GREY = "#e69f00", "#009e73", "#d55e00", "#5f6670"
"""Of Okabe and Ito's palette (2008), as the legs' colours: each is told from the others with any of
the colour-blindnesses."""
WIDTH_IN = 7.2
SETTINGS: Any = {
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "legend.frameon": False,
    "legend.fontsize": 9,
    # Text stays text: a path for every letter is ten times as large.
    "svg.fonttype": "none",
    "svg.hashsalt": "hipdrive",
}


def figure(height_in: float) -> Figure:
    """An empty figure of the report's width."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH_IN, height_in), layout="constrained")


def write_numbers(axes: Axes, say: Phrases) -> None:
    """Have the numbers at the axes written as the language does, with as few decimals as they need.

    >>> from hipdrive.texts.phrases import Phrases
    >>> axes = figure(2.0).subplots()
    >>> write_numbers(axes, Phrases("chart", "de"))
    >>> axes.yaxis.get_major_formatter()(17.5)
    '17,5'
    """
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _place: say.number(value, _decimals(value)))


def _decimals(value: float) -> int:
    return len(f"{value:.2f}".rstrip("0").partition(".")[2])


def as_image(drawn: Figure) -> str:
    """A figure as the address of an image, which a page can have in it.

    An image and not a part of the page: SVGs of one page share their ids.
    """
    buffer = io.BytesIO()
    drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
