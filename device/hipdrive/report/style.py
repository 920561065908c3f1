"""How charts look: colours that the colour-blind tell apart, and small SVG."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, RED, GREY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#5f6670"
"""Okabe and Ito's palette (2008), each told from the others with any of the colour-blindnesses."""
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


def as_image(drawn: Figure) -> str:
    """A figure as the address of an image, which a page can have in it.

    An image and not a part of the page: SVGs of one page share their ids.
    """
    buffer = io.BytesIO()
    drawn.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()
