"""How a session is reported on the terminal when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

    from hipdrive.app import Outcome


def show(outcome: Outcome) -> None:
    """Print the summary table, the warnings, and where the session is."""
    from rich.console import Console

    console = Console()
    console.print(table(outcome.summary))
    for warning in outcome.summary["warnings"]:
        console.print(f"warning: {warning}", style="yellow", highlight=False, markup=False)
    console.print(
        f"session folder: {outcome.folder}", highlight=False, soft_wrap=True, markup=False
    )


def table(summary: dict[str, Any]) -> Table:
    """The summary as a table."""
    from rich.table import Table
    from rich.text import Text

    lines = Table(title=f"Session {summary['id']}", title_justify="left", show_header=False)
    lines.add_column(style="dim")
    lines.add_column()
    for name, value in _rows(summary):
        # A file's name may look like markup, or move the cursor.
        lines.add_row(name, Text("".join(c if c.isprintable() else "?" for c in value)))
    return lines


def _rows(summary: dict[str, Any]) -> list[tuple[str, str]]:
    frames, unseen = summary["frames"], summary["frames_without_runner"]
    pose, loop = summary["pose"], summary["loop_ms"]
    cues = {kind: count for kind, count in summary["cues"].items() if count}
    return [
        ("source", summary["source"]),
        ("duration", f"{summary['duration_s']:.1f} s, {frames} frames, {unseen} without a runner"),
        ("verdict", summary["verdict"].replace("_", " ")),
        ("facing", f"{summary['facing'] or 'unknown'} (the near leg is the runner's own)"),
        ("strides", _strides(summary)),
        ("cadence", _figure(summary["cadence_spm"], "steps/min")),
        ("thigh extension", _angle(summary["thigh_ext_deg"])),
        ("hip extension", f"{_angle(summary['hip_ext_deg'])} (thigh against trunk)"),
        ("cues", ", ".join(f"{count} {kind}" for kind, count in cues.items()) or "none"),
        ("model", _model(pose)),
        ("loop", f"{_figure(loop['p50'], 'ms')} median, {_figure(loop['p95'], 'ms')} p95"),
    ]


def _strides(summary: dict[str, Any]) -> str:
    reasons = ", ".join(f"{count} {reason}" for reason, count in summary["rejections"].items())
    rejected = f"{summary['rejected_strides']} rejected"
    return f"{summary['strides']} near leg, {rejected}{f' ({reasons})' if reasons else ''}"


def _model(pose: dict[str, Any] | None) -> str:
    if pose is None:
        return "unknown"
    whom = " (rendered runners only)" if pose["stand_in"] else ""
    return f"{pose['model']}{whom} on {pose['runtime']}"


def _angle(angle: dict[str, Any]) -> str:
    if angle["mean"] is None:
        return "none"
    spread = "" if angle["sd"] is None else f" ± {angle['sd']:.1f}°"
    return f"{angle['mean']:.1f}°{spread}, {angle['min']:.1f}° to {angle['max']:.1f}°"


def _figure(value: float | None, unit: str) -> str:
    return "none" if value is None else f"{value:.1f} {unit}"
