"""What a session looks like on a terminal: one number against its band, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.counted import counted
from hipdrive.printable import printable
from hipdrive.terminal.big_figures import big
from hipdrive.terminal.programme import clock, programme_line
from hipdrive.terminal.spark_bars import spark_bars
from hipdrive.texts import coach as texts
from hipdrive.texts.message import MessageId
from hipdrive.texts.phrases import Phrases
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.coach_status import NOT_COACHED
from hipdrive.types.cue import CueKind
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.text import Text

    from hipdrive.cues.outputs import PanelState
    from hipdrive.health.degraded import DegradedPart
    from hipdrive.session.stats import SessionStats
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.coach_status import CoachStatus
    from hipdrive.web.live_view import LiveState

BUZZ_SHOWN_NS = 600_000_000
"""A buzz is shorter than it takes to look at the screen, so its sign stays for a while."""
LEAST_COLUMNS, LEAST_LINES = 60, 20
"""Below, lines of text say more than a picture that is cut off."""
LIGHT_STYLES = {"green": "bright_green", "amber": "dark_orange", "blue": "bright_blue"}
SAID_STYLES = {
    CueKind.LED_IN_BAND: "bold bright_green",
    CueKind.LED_BASELINE: "bold bright_green",
    CueKind.LED_BELOW: "bold dark_orange",
    CueKind.LED_ABOVE: "bold bright_blue",
    CueKind.LED_QUICKER_STEPS: "bold bright_blue",
    CueKind.LED_LOOK_AHEAD: "bold bright_blue",
    CueKind.LED_LOST: "bold bright_blue",
}
WHERE = {
    CueKind.LED_BELOW: "▲ more",
    CueKind.LED_IN_BAND: "● in your band",
    CueKind.LED_ABOVE: "▼ less",
}
FIGURE_COLUMNS = 24
BAR_COLUMNS = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn.

    Attributes:
        source: what is looked at.
        state: the newest values.
        lit: what the runner's lights and buzzer do.
        buzzing: the buzzer sounded just now.
        stats: counts of the session.
        frame_count: frames that there will be; None when that is not known.
        faults: what does not work.
        page: address of the page that is served; empty for none.
        language: of what is said to the runner.
    """

    source: str
    state: LiveState
    lit: PanelState
    buzzing: bool
    stats: SessionStats
    frame_count: int | None
    faults: Sequence[DegradedPart]
    page: str
    language: Language = "en"

    @property
    def coach(self) -> CoachStatus:
        """What the coach does."""
        return self.state.result.coach if self.state.result else NOT_COACHED


def drawn(shown: Shown, columns: int) -> RenderableType:
    """The picture.

    Args:
        shown: what is to be seen.
        columns: of the terminal; what is too wide for them is cut off.
    """
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    coach = shown.coach
    style = SAID_STYLES.get(coach.led, "")
    lines = [
        _title(shown),
        Text(),
        *_number(coach, style),
        Text(),
        *_said(shown),
        Text(),
        *spark_bars(shown.state.strides, coach.band),
        Text(),
        _lights(shown),
        _counts(shown),
        *(Text(f"fault: {printable(fault.reason)}", "bold red") for fault in shown.faults),
        Text(),
        _end(shown),
    ]
    for line in lines:
        line.no_wrap, line.overflow = True, "ellipsis"
        line.truncate(max(1, columns - 4))
    return Padding(Group(*lines), (1, 2))


def wanted(coach: CoachStatus) -> str:
    """The band, or how far the baseline is."""
    if coach.band is not None:
        low, high = deg_from_bam(coach.band.low_bam), deg_from_bam(coach.band.high_bam)
        return f"your band: {low:.1f} to {high:.1f}°"
    if coach.baseline_strides_needed:
        return f"baseline: {coach.baseline_strides} of {coach.baseline_strides_needed} strides"
    return "no band yet"


def _title(shown: Shown) -> Text:
    from rich.text import Text

    result = shown.state.result
    elapsed = clock(result.pose.t_ns - shown.state.first_ns) if result else clock(0)
    return Text.assemble(("hipdrive", "bold"), f"   {elapsed}   ", (printable(shown.source), "dim"))


def _number(coach: CoachStatus, style: str) -> list[Text]:
    """The mean in large figures, and beside it what it is and where it should be."""
    from rich.text import Text

    mean = "-" if coach.mean_bam is None else f"{deg_from_bam(coach.mean_bam):.1f}°"
    of_how_many = f"mean of the last {counted(coach.recent_strides, 'stride')}"
    beside = (
        ("thigh extension", "bold"),
        (of_how_many if coach.recent_strides else "no stride yet", "dim"),
        ("", ""),
        (wanted(coach), ""),
        (WHERE.get(coach.led, "") if coach.silence is None else "", style),
    )
    return [
        Text.assemble((f"{figures:<{FIGURE_COLUMNS}} ", style), about)
        for figures, about in zip(big(mean), beside, strict=True)
    ]


def _said(shown: Shown) -> list[Text]:
    """What the runner is told, why it is no more than that, and where the programme is."""
    from rich.text import Text

    result, coach = shown.state.result, shown.coach
    if result is None:
        return [Text(Phrases("page", shown.language)("starting"), "bold")]
    unseen = "" if result.pose.runner_seen else " (no runner in the picture)"
    said = texts.said_now(coach, shown.language)
    lines = [Text(f"{said}{unseen}", SAID_STYLES.get(coach.led, "bold"))]
    withheld = sum(coach.withheld.values())
    so_far = f" (more withheld at {counted(withheld, 'stride')} so far)" if withheld else ""
    if coach.guard is not None:
        lines.append(Text(f"{texts.guard(coach.guard, shown.language)}{so_far}", "yellow"))
    elif withheld:
        lines.append(Text(so_far.strip(" ()"), "dim"))
    if coach.programme is not None:
        left_ns = coach.block_left_ns(result.pose.t_ns)
        recall = texts.plain(MessageId.RECALL_WORDS, shown.language)
        lines.append(Text(f"{programme_line(coach.programme, left_ns)}: {recall}"))
    return lines


def _lights(shown: Shown) -> Text:
    from rich.text import Text

    line = Text()
    for name, style in LIGHT_STYLES.items():
        lit = shown.lit.colour == name
        line.append("● " if lit else "○ ", style if lit else "dim")
        line.append(f"{name}   ", "" if lit else "dim")
    sounding = shown.lit.sounding or shown.buzzing
    line.append("♪ buzz" if sounding else "♪", "bold red" if sounding else "dim")
    return line


def _counts(shown: Shown) -> Text:
    from rich.text import Text

    stats, stride_ns = shown.stats, shown.state.stride_time_ns
    steps = "--" if stride_ns is None else f"{120 * NS_PER_S / stride_ns:.0f}"
    rejected = f" ({stats.rejected_strides} left out)" if stats.rejected_strides else ""
    return Text.assemble(
        (f"{steps} steps/min", "bold"),
        f"   {counted(stats.strides, 'stride')}{rejected}",
        f"   buzzed {counted(stats.cues[CueKind.BUZZ], 'time')}",
        (f"   {stats.fps:.0f} frames/s", "dim"),
    )


def _end(shown: Shown) -> Text:
    from rich.text import Text

    line = Text()
    if shown.frame_count:
        share = min(1.0, shown.stats.frames / shown.frame_count)
        full = round(share * BAR_COLUMNS)
        line.append("━" * full, "cyan")
        line.append("━" * (BAR_COLUMNS - full), "dim")
        line.append(f" {share:.0%}   ")
    if shown.page:
        line.append(f"page: {printable(shown.page)}   ")
    line.append("Ctrl-C ends", "dim")
    return line
