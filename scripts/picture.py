"""Draw `docs/panel.svg`: the terminal panel and the summary of the demo's session.

usage: .venv/bin/python scripts/picture.py
"""

from __future__ import annotations

import re
import secrets
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from hipdrive import app
from hipdrive.cli import demo, outcome
from hipdrive.config import load
from hipdrive.cues.terminal import TerminalPanel
from hipdrive.rendered.source import RenderedRunner
from hipdrive.session.request import SessionRequest
from hipdrive.session.sink import SessionSink, SinkInfo

if TYPE_CHECKING:
    from rich.console import RenderableType

    from hipdrive.session.sink import SessionContext
    from hipdrive.types.frame_result import FrameResult

ROOT = Path(__file__).resolve().parents[1]
SHOWN_AT_FRAME = 1900
"""The runner has tired, and the buzzer just sounded."""


@dataclass
class Snapshot(SessionSink):
    """A display that keeps one picture of the panel."""

    info = SinkInfo("snapshot")

    panel: TerminalPanel
    kept: RenderableType = ""
    _frames: int = 0

    def on_frame(self, result: FrameResult) -> None:
        """Follow, and keep the picture when it is time."""
        self.panel.on_frame(result)
        self._frames += 1
        if self._frames == SHOWN_AT_FRAME:
            self.kept = self.panel.render()

    def end(self, summary: dict[str, Any]) -> None:
        """End the panel."""
        self.panel.end(summary)


def draw(target: Path) -> None:
    """Run the demo and draw what a terminal shows."""
    snapshots: list[Snapshot] = []

    def open_display(context: SessionContext) -> Snapshot:
        hidden = Console(file=StringIO())
        assert context.outputs is not None  # noqa: S101  # a replay has simulated ones
        panel = TerminalPanel(context.outputs, context.stats, hidden)
        snapshots.append(Snapshot(panel))
        return snapshots[0]

    with tempfile.TemporaryDirectory() as folder, RenderedRunner(demo.settings()) as source:
        plan = SessionRequest(
            config=demo.for_show(load(None), given=False),
            facing=None,
            session_dir=Path(folder) / "session",
            started=datetime.now(UTC),
            token=secrets.token_hex(3),
            stop=threading.Event(),
            sinks=(open_display,),
            publish=False,
        )
        session = app.replay(plan, source)
    console = Console(record=True, width=88, force_terminal=True, file=StringIO())
    console.print(snapshots[0].kept)
    console.print(outcome.table(session.summary))
    svg = console.export_svg(title="hipdrive demo")
    # The font would be fetched from a stranger's server; every machine has a monospace of its own.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    target.write_text(svg.replace("Fira Code", "monospace"), encoding="utf-8")


if __name__ == "__main__":
    draw(ROOT / "docs" / "panel.svg")
