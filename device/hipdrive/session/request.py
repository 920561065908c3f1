"""What a session is started with, and its result when it has ended."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive.types.side import Side

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from hipdrive.belt.speed_source import BeltSpeedSource
    from hipdrive.config import Config
    from hipdrive.control.command_handler import CommandHandler
    from hipdrive.session.sink import SinkFactory
    from hipdrive.session.summary import SessionSummary


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """How a session is to be run.

    Attributes:
        config: the configuration.
        facing: overrides `gait.facing`.
        session_dir: where to write; None: a new folder under the data folder.
        started: wall clock at the start, UTC.
        token: what makes the session's id unique among those of the same second.
        stop: ends the session when set.
        sinks: open what else takes the results: a display, a page, an exporter of your own.
        belt: measures the belt's speed during the session; None: not measured.
        realtime: pace a recording by its timestamps.
        look_ahead: a recording's model sees the next frame while this one is measured; False: one
            after the other, which takes a little longer and keeps one core busy, not two.
        publish: False keeps a replay from the hub.
        keep_unpublished: False forgets what the hub has not got when the session ends.
        calibration: a file to be used; None: `run` uses the stored one, a replay none.
        commands: what a page asks of the device; None: only what comes over MQTT.
        watched: True while somebody looks at the pictures, who is to get all; None: nobody does.
        on_view: gets every frame before it is looked at, also between two sessions; never waits.
        page: address of the page that is served meanwhile; empty for none.
        runner: who runs, unless a command says otherwise; empty: a guest.
        on_choice: told whom the button has chosen to run next, by name; empty: a guest.
    """

    config: Config
    facing: Side | None
    session_dir: Path | None
    started: datetime
    token: str
    stop: threading.Event
    sinks: tuple[SinkFactory, ...] = ()
    belt: BeltSpeedSource | None = None
    realtime: bool = False
    look_ahead: bool = True
    publish: bool = True
    keep_unpublished: bool = True
    calibration: Path | None = None
    commands: CommandHandler | None = None
    on_view: Callable[[object], None] | None = None
    watched: Callable[[], bool] | None = None
    page: str = ""
    runner: str = ""
    on_choice: Callable[[str], None] | None = None

    @property
    def session_id(self) -> str:
        """Unique, and sorts by time."""
        return f"{self.started:%Y%m%dT%H%M%SZ}-{self.token}"

    @property
    def folder(self) -> Path:
        """The session's folder."""
        if self.session_dir:
            return self.session_dir
        return self.config.data_path(os.environ) / "sessions" / self.session_id

    @property
    def given_facing(self) -> Side | None:
        """From the command line, else from the configuration; None: to be detected."""
        configured = self.config.gait.facing
        return self.facing or (None if configured == "auto" else Side(configured))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A session that has ended.

    Attributes:
        summary: as in `session.json`.
        folder: where it was recorded.
    """

    summary: SessionSummary
    folder: Path
