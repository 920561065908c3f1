"""Draw the README's pictures from the demo; `scripts/pictures` sets it up."""

from __future__ import annotations

import argparse
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from rich.console import Console

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from hipdrive import app
from hipdrive.cli import demo
from hipdrive.config import load
from hipdrive.rendered.source import RenderedRunner
from hipdrive.report.told import told
from hipdrive.session.request import SessionRequest
from hipdrive.session.sink import SessionSink, SinkInfo
from hipdrive.sources import open_source
from hipdrive.terminal.drawing import Shown, drawn
from hipdrive.web.live_view import LiveSink, LiveView
from support.browser import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page
    from rich.console import RenderableType

    from hipdrive.config import Config
    from hipdrive.session.sink import SessionContext
    from hipdrive.types.frame import RgbImage
    from hipdrive.types.frame_result import FrameResult

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PHONE, LAPTOP = {"width": 360, "height": 700}, {"width": 1024, "height": 1180}
SHOWN_AT_FRAME = 1900
"""The runner has tired, and the buzzer just sounded."""
EARLIER_DEG = (17.5, 18.4, 18.1, 19.3, 19.8, 20.6)
"""Sessions of the days before, for the trend."""
QUALITY = 82
"""Of WebP: letters have clean edges."""
COLUMNS = 80
PATIENCE_MS, PICTURE_MS = 180_000, 2_000


def main() -> None:
    """Draw what was asked for."""
    drawings = {"page": draw_page, "report": draw_report, "overlay": draw_overlay}
    drawings["terminal"] = draw_terminal
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*drawings, []], metavar="NAME")
    wanted = parser.parse_args().names or list(drawings)
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            drawings[name](Path(folder))


def draw_page(folder: Path) -> None:
    """The three tabs on a phone, while the demo's runner tires and after it."""
    config = configured(folder)
    for days, deg in enumerate(reversed(EARLIER_DEG), 1):
        run_earlier(load(config), deg, days)
    with demo_with_page(config) as shown:
        browsers = chromium()
        page = next(browsers).new_page(viewport=PHONE, device_scale_factor=2)
        page.goto(shown.link)
        page.wait_for_selector("#run[data-led=below]", timeout=PATIENCE_MS)
        run = shot(page)
        page.click("#tab-align")
        page.wait_for_selector("#checks li")
        page.wait_for_timeout(PICTURE_MS)
        align = shot(page)
        # The demo's own session is listed when it has ended.
        next(line for line in shown.lines if "until Ctrl-C" in line)
        page.click("#tab-review")
        page.wait_for_selector("#sessions li")
        page.wait_for_selector("#trend canvas")
        review = shot(page)
        next(browsers, None)
    gap = np.full((align.shape[0], 40, 3), 255, np.uint8)
    save(DOCS / "page.webp", np.concatenate([align, gap, run, gap, review], axis=1), width=1200)


def draw_report(folder: Path) -> None:
    """The first screen of the demo's report."""
    summary_folder = folder / "of-the-report"
    with RenderedRunner(demo.settings(), "rendered: runner of the demo") as source:
        app.replay(request_of(demo_config(folder), folder=summary_folder), source)
    subprocess.run(  # noqa: S603  # this very program
        [sys.executable, "-m", "hipdrive", "report", str(summary_folder)], check=True
    )
    browsers = chromium()
    page = next(browsers).new_page(viewport=LAPTOP)
    page.goto((summary_folder / "report.html").as_uri())
    save(DOCS / "report.webp", shot(page), width=1000)
    next(browsers, None)


def draw_overlay(folder: Path) -> None:
    """The strip of key frames that `hipdrive overlay` makes of the drawn runner."""
    strip = folder / "strip.png"
    runner = folder / "runner.toml"
    runner.write_text("seconds = 12\n[camera]\nwidth_px = 960\nheight_px = 720\n", encoding="utf-8")
    command = ["overlay", f"rendered:{runner}", str(folder / "overlay.mp4"), "--strip", str(strip)]
    subprocess.run(  # noqa: S603  # this very program
        [sys.executable, "-m", "hipdrive", *command, "--config", str(configured(folder))],
        check=True,
    )
    save(DOCS / "overlay.webp", cv2.imread(str(strip)).astype(np.uint8), width=1000)


def draw_terminal(folder: Path) -> None:
    """What a terminal shows during the demo, and after it."""
    kept: list[Snapshot] = []

    def open_snapshot(context: SessionContext) -> Snapshot:
        kept.append(Snapshot(context))
        return kept[-1]

    request = request_of(demo_config(folder), folder=folder / "of-the-terminal")
    request = replace(request, sinks=(open_snapshot,))
    with RenderedRunner(demo.settings(), "rendered: runner of the demo") as source:
        session = app.replay(request, source)
    console = Console(record=True, width=COLUMNS, force_terminal=True, file=StringIO())
    console.print(kept[0].picture)
    for sentence in told(session.summary, request.config.language).run:
        console.print(sentence, highlight=False)
    svg = console.export_svg(title="hipdrive demo")
    # The font would be fetched from a stranger's server; every machine has a monospace of its own.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    (DOCS / "panel.svg").write_text(svg.replace("Fira Code", "monospace"), encoding="utf-8")


@dataclass
class Snapshot(SessionSink):
    """Keeps one picture of the terminal."""

    info = SinkInfo("snapshot")

    context: SessionContext
    picture: RenderableType = ""
    _view: LiveView = field(default_factory=LiveView)
    _feed: LiveSink | None = None

    def on_frame(self, result: FrameResult) -> None:
        """Follow, and keep the picture when it is time."""
        self._feed = self._feed or LiveSink(self._view, self.context)
        self._feed.on_frame(result)
        context = self.context
        if context.stats.frames == SHOWN_AT_FRAME and context.outputs is not None:
            self.picture = drawn(
                Shown(
                    context.info.source,
                    self._view.state,
                    context.outputs.state,
                    buzzing=True,
                    stats=context.stats,
                    frame_count=context.frame_count,
                    faults=(),
                    page="",
                ),
                COLUMNS,
            )


def configured(folder: Path) -> Path:
    """A configuration file: the data in that folder, and the model that every machine has."""
    path = folder / "hipdrive.toml"
    path.write_text(
        f'data_dir = "{folder / "data"}"\n[pose]\nmodel = "{demo.STAND_IN}"\n'
        "[coach]\nraise_deg = 0.0\n[web]\nport = 0\n",
        encoding="utf-8",
    )
    return path


def demo_config(folder: Path) -> Config:
    """The same, read."""
    return load(configured(folder))


def request_of(config: Config, *, folder: Path | None = None, days: int = 0) -> SessionRequest:
    """A session that began so many days ago."""
    return SessionRequest(
        config=config,
        facing=None,
        session_dir=folder,
        started=datetime.now(UTC) - timedelta(days=days),
        token=secrets.token_hex(3),
        stop=threading.Event(),
        publish=False,
    )


def run_earlier(config: Config, deg: float, days: int) -> None:
    """A session of somebody whose thigh goes so far back, so many days ago."""
    settings = f"seconds = 60\n[runner]\nthigh_ext_deg = {deg}\n"
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(settings)
        file.flush()
        with open_source(f"keypoints:{file.name}") as source:
            app.replay(request_of(config, days=days), source)


class PageShown(NamedTuple):
    """A demo with a page: its link, and the lines that are still to come."""

    link: str
    lines: Iterator[str]


@contextmanager
def demo_with_page(config: Path) -> Iterator[PageShown]:
    """`hipdrive demo --web` as a process of its own."""
    command = [sys.executable, "-m", "hipdrive", "demo", "--web", "--no-publish"]
    with subprocess.Popen(  # noqa: S603  # this very program
        [*command, "--config", str(config)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None  # noqa: S101  # it is a pipe
        lines = iter(process.stdout.readline, "")
        try:
            link = next(line for line in lines if line.startswith("page: "))
            yield PageShown(link.removeprefix("page: ").strip(), lines)
        finally:
            process.send_signal(signal.SIGINT)


def shot(page: Page) -> RgbImage:
    """What the browser shows, BGR."""
    png = np.frombuffer(page.screenshot(), np.uint8)
    return cv2.imdecode(png, cv2.IMREAD_COLOR).astype(np.uint8)


def save(path: Path, image: RgbImage, *, width: int) -> None:
    """Write a picture of that width as WebP."""
    height = round(image.shape[0] * width / image.shape[1])
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(path), small, [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    print(f"{path.relative_to(ROOT)}: {width} x {height}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
