"""Bland and Altman's plot of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.errors import ExportError, MissingPackageError

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from hipdrive.comparison.agreement import Agreement
    from hipdrive.comparison.two_models import Comparison


def require_matplotlib() -> None:
    """Whether a plot can be drawn, to be asked before minutes of work.

    Raises:
        MissingPackageError: matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401  # to see whether it is there
    except ImportError as error:
        message = "a plot needs matplotlib: pip install 'hipdrive[report]'"
        raise MissingPackageError(message) from error


def write_plot(comparison: Comparison, path: Path) -> None:
    """Write curves, and differences against means, to a picture; its kind is that of the name.

    Raises:
        ExportError: the file cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 8), layout="constrained")
    above, *below = figure.subplot_mosaic("AA;BC").values()
    for run in (comparison.first, comparison.second):
        above.plot(*run.curve(), linewidth=0.8, label=run.name)
    above.set(xlabel="s", ylabel="near thigh, \N{DEGREE SIGN}")
    above.legend()
    names = f"{comparison.first.name} - {comparison.second.name}"
    _bland_altman(below[0], comparison.of_curve(), f"angle: {names}")
    _bland_altman(below[1], comparison.of_peaks(), f"peaks: {names}")
    try:
        figure.savefig(path, dpi=120)
    except (OSError, ValueError) as error:
        raise ExportError(f"{path}: the plot cannot be written ({error})") from error


def _bland_altman(axes: Axes, agreement: Agreement, title: str) -> None:
    axes.scatter(agreement.means, agreement.differences, s=6, alpha=0.4)
    lines = [] if agreement.bias is None else [agreement.bias]
    for height in (*lines, *(agreement.limits or ())):
        axes.axhline(height, color="black", linewidth=0.8)
    axes.set(title=title, xlabel="mean, \N{DEGREE SIGN}", ylabel="difference, \N{DEGREE SIGN}")
