"""A session on the whole terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.session.sink import RunsIn, SessionSink, SinkInfo
from hipdrive.terminal.drawing import BUZZ_SHOWN_NS, LEAST_COLUMNS, LEAST_LINES, Shown, drawn
from hipdrive.terminal.full_screen import FullScreen
from hipdrive.types.cue import CueKind
from hipdrive.web.live_view import LiveSink, LiveView

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, RenderableType

    from hipdrive.session.sink import SessionContext
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame_result import FrameResult


def fits(console: Console) -> bool:
    """Whether a terminal is large enough, and has the signs that are drawn."""
    return (
        console.is_terminal
        and not console.is_dumb_terminal
        and console.encoding.startswith("utf")
        and console.width >= LEAST_COLUMNS
        and console.height >= LEAST_LINES
    )


class TerminalView(SessionSink):
    """Sink that shows the session; the loop hands over references and never waits.

    Args:
        context: the session.
        console: the terminal.
        stopped: True once the command is to end.
    """

    info = SinkInfo("terminal", RunsIn.OWN_THREAD, dropped_when_late="pictures of the terminal")

    def __init__(
        self, context: SessionContext, console: Console, stopped: Callable[[], bool]
    ) -> None:
        self._context = context
        self._console = console
        self._live = LiveView()
        self._feed = LiveSink(self._live, context)
        self._buzz_ns: int | None = None
        self._screen = FullScreen(console, self.picture, stopped)

    def on_frame(self, result: FrameResult) -> None:
        """Keep the newest values; drawing happens elsewhere."""
        if any(cue.kind is CueKind.BUZZ for cue in result.cues):
            self._buzz_ns = result.pose.t_ns
        self._feed.on_frame(result)

    def end(self, summary: SessionSummary) -> None:
        """Give the terminal back."""
        self._feed.end(summary)
        self._screen.close()

    def picture(self) -> RenderableType:
        """The screen as it is now."""
        context, state, buzz_ns = self._context, self._live.state, self._buzz_ns
        assert context.outputs is not None  # noqa: S101  # asked by whoever opens this
        now_ns = state.result.pose.t_ns if state.result else 0
        return drawn(
            Shown(
                source=context.info.source,
                state=state,
                lit=context.outputs.state,
                buzzing=buzz_ns is not None and now_ns - buzz_ns < BUZZ_SHOWN_NS,
                stats=context.stats,
                frame_count=context.frame_count,
                faults=context.parts.now,
                page=context.page,
                language=context.config.language,
            ),
            self._console.width,
        )
