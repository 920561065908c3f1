"""A panel on the terminal: what the runner's LEDs show, and the figures behind them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from hipdrive.coach.programme import SESSIONS
from hipdrive.counted import counted
from hipdrive.health.degraded import DegradedParts
from hipdrive.printable import printable
from hipdrive.session.sink import SessionSink, SinkInfo
from hipdrive.texts import coach as texts
from hipdrive.texts.message import MessageId
from hipdrive.types.angle import deg_from_bam
from hipdrive.types.coach_status import NOT_COACHED
from hipdrive.types.cue import CueKind
from hipdrive.types.programme import BlockKind, CoachMode
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from hipdrive.cues.pins import PinOutputs
    from hipdrive.session.stats import SessionStats
    from hipdrive.session.summary import SessionSummary
    from hipdrive.texts.catalogue import Language
    from hipdrive.types.band import Band
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.programme import ProgrammeStatus
    from hipdrive.types.stride import Rejection

REFRESH_HZ = 10
BUZZ_SHOWN_NS = 600_000_000
"""A buzz is shorter than it takes to look at the screen, so its sign stays for a while."""
FRAMES_TIMED = 61
SCALE_WIDTH = 48
SCALE_DEG = (0, 40)
BLOCKS = {
    BlockKind.PROBE: "measured without feedback",
    BlockKind.FEEDBACK: "feedback",
    BlockKind.OFF: "without feedback",
}


class TerminalPanel(SessionSink):
    """Sink that draws the panel.

    Args:
        outputs: whose state is shown: the very pins that the cues drive.
        stats: for counts and cadence.
        console: where to draw.
        parts: what of the device does not work is shown.
        language: of what is said to the runner.
    """

    info = SinkInfo("terminal")

    def __init__(
        self,
        outputs: PinOutputs,
        stats: SessionStats,
        console: Console,
        parts: DegradedParts | None = None,
        language: Language = "en",
    ) -> None:
        from rich.live import Live

        self._outputs = outputs
        self._stats = stats
        self._parts = parts or DegradedParts()
        self._language = language
        self._status = NOT_COACHED
        self._runner_seen = False
        self._angle_bam: int | None = None
        self._caution: Rejection | None = None
        self._buzz_ns: int | None = None
        self._times: deque[int] = deque(maxlen=FRAMES_TIMED)
        self._live = Live(
            get_renderable=self.render, console=console, refresh_per_second=REFRESH_HZ
        )
        self._live.start()

    def on_frame(self, result: FrameResult) -> None:
        """Keep the newest result; drawing happens elsewhere."""
        self._status = result.coach
        self._runner_seen = result.pose.runner_seen
        self._times.append(result.pose.t_ns)
        if result.gait.samples:
            self._angle_bam = result.gait.samples[-1].near_thigh_ext_bam
        for stride in result.gait.strides:
            if stride.near:
                self._caution = stride.rejection
        if any(cue.kind is CueKind.BUZZ for cue in result.cues):
            self._buzz_ns = result.pose.t_ns

    def end(self, _summary: SessionSummary) -> None:
        """Leave the last picture on the terminal."""
        self._live.stop()

    def render(self) -> RenderableType:
        """The panel as it is now."""
        from rich.panel import Panel
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 2))
        grid.add_column(justify="right", style="dim", min_width=9)
        grid.add_column(min_width=SCALE_WIDTH)
        for name, value in (
            ("panel", self._leds()),
            ("thigh", self._angle()),
            ("band", self._band()),
            ("runner", self._runner()),
            ("coach", self._coach()),
            *self._programme(),
        ):
            grid.add_row(name, value)
        for degraded in self._parts.now:
            grid.add_row("[red]fault[/]", Text(printable(degraded.reason), "red"))
        return Panel(grid, title="hipdrive", title_align="left", expand=False)

    def _leds(self) -> str:
        state = self._outputs.state
        colours = {"green": "bright_green", "amber": "dark_orange", "blue": "bright_blue"}
        leds = [
            f"[{colour}]●[/] {name}" if state.colour == name else f"[dim]○ {name}[/]"
            for name, colour in colours.items()
        ]
        now_ns = self._times[-1] if self._times else 0
        buzzed = self._buzz_ns is not None and now_ns - self._buzz_ns < BUZZ_SHOWN_NS
        sounding = state.sounding or buzzed
        return "   ".join([*leds, "[bold red]♪ buzz[/]" if sounding else "[dim]♪[/]"])

    def _angle(self) -> str:
        if self._angle_bam is None:
            return "[dim]none yet[/]"
        return f"{deg_from_bam(self._angle_bam):+6.1f}° now   {self._mean()}"

    def _mean(self) -> str:
        status = self._status
        if status.mean_bam is None:
            return ""
        mean_deg = deg_from_bam(status.mean_bam)
        return f"[bold]{mean_deg:+.1f}°[/] last {counted(status.recent_strides, 'stride')}"

    def _band(self) -> str:
        status = self._status
        if status.band is not None:
            return band_scale(status.band, status.mean_bam)
        if not status.baseline_strides_needed:
            return "[dim]none yet[/]"
        return f"baseline: {status.baseline_strides} of {status.baseline_strides_needed} strides"

    def _runner(self) -> str:
        if not self._runner_seen:
            return "[yellow]no runner[/]"
        caution = f"   [yellow]{self._caution.replace('_', ' ')}[/]" if self._caution else ""
        cadence = self._stats.cadence_spm
        steps = "--" if cadence is None else f"{cadence:.0f}"
        counts = f"{steps} steps/min   {counted(self._stats.strides, 'stride')}"
        return f"{counts}   {self._fps():.0f} frames/s{caution}"

    def _programme(self) -> list[tuple[str, str]]:
        programme = self._status.programme
        if programme is None:
            return []
        left_ns = self._status.block_left_ns(self._times[-1])
        words = texts.plain(MessageId.RECALL_WORDS, self._language)
        return [("programme", programme_line(programme, left_ns)), ("remember", words)]

    def _coach(self) -> str:
        """Why nobody is asked for more, and what is said instead; how often it was withheld."""
        status = self._status
        counts = sum(status.withheld.values())
        so_far = f"   [dim]more withheld at {counts} strides[/]" if counts else ""
        if status.guard is None:
            silence = status.silence
            return f"{'judging' if silence is None else silence.replace('_', ' ')}{so_far}"
        said = texts.said_now(status, self._language)
        why = texts.guard(status.guard, self._language)
        return f"[yellow]{said}[/] ({why}){so_far}"

    def _fps(self) -> float:
        if len(self._times) < 2:  # noqa: PLR2004  # an interval has two ends
            return 0.0
        return (len(self._times) - 1) * 1e9 / (self._times[-1] - self._times[0])


def band_scale(band: Band, mean_bam: int | None) -> str:
    """A scale of degrees with the band drawn in it and a mark at the mean, as rich markup."""
    first_deg, last_deg = SCALE_DEG

    def column(bam: int) -> int:
        share = (deg_from_bam(bam) - first_deg) / (last_deg - first_deg)
        return max(0, min(SCALE_WIDTH - 1, round(share * (SCALE_WIDTH - 1))))

    low, high = column(band.low_bam), column(band.high_bam)
    mark = None if mean_bam is None else column(mean_bam)
    cells = []
    for index in range(SCALE_WIDTH):
        inside = low <= index <= high
        glyph = "▲" if index == mark else ("━" if inside else "─")
        cells.append(
            f"[green]{glyph}[/]"
            if inside
            else f"[bold]{glyph}[/]"
            if index == mark
            else f"[dim]{glyph}[/]"
        )
    return (
        f"{''.join(cells)} {deg_from_bam(band.low_bam):.1f} to {deg_from_bam(band.high_bam):.1f}°"
    )


def programme_line(programme: ProgrammeStatus, left_ns: int | None) -> str:
    """Session, block, and the time to the next change."""
    session = f"session {programme.session}"
    if programme.mode is CoachMode.PROGRAMME:
        session = f"session {programme.session} of {SESSIONS}"
    block = programme.block
    if block is None:
        return f"{session}, not begun"
    told = BLOCKS[block.kind]
    if left_ns is None:
        return f"{session}, {told} to the end"
    seconds = left_ns // NS_PER_S
    return f"{session}, {told} for {seconds // 60}:{seconds % 60:02}"
