"""Runs a source through the loop for a program: no hub, no cue, a record only on request."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from hipdrive import app
from hipdrive.camera.source import FrameSource
from hipdrive.config import Config, load
from hipdrive.session.pose_source import PoseList, PoseSource
from hipdrive.session.request import SessionRequest
from hipdrive.session.sinks import open_recorder
from hipdrive.slow_motion import at_true_speed, factor_from
from hipdrive.sources import open_source
from hipdrive.types.side import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hipdrive.belt.speed_source import BeltSpeedSource
    from hipdrive.session.runner import SessionRunner
    from hipdrive.session.sink import SinkFactory
    from hipdrive.types.frame import Frame
    from hipdrive.types.pose import Pose

Source: TypeAlias = "str | Path | FrameSource | PoseSource | Iterable[Pose]"
"""What `hipdrive.sources.open_source` opens by its name, or an open source, or poses one by one."""


class Options(TypedDict, total=False):
    """Options of analysing a source; every key may be left out."""

    facing: str | None
    """`left` or `right`: the side of the picture the runner faces; else it is detected."""
    model: str | None
    """A pose model of the manifest; else the configured one."""
    config: Config | Path | str | None
    """A configuration or its file; else the defaults, whatever the machine is configured for."""
    calibration: Path | str | None
    """A file that `hipdrive calibrate` stored of this camera."""
    fps: Fraction | None
    """Frames a second of what has no times: a folder of images, OpenPose, MMPose."""
    slow_motion: float | Fraction | None
    """How many times slower than life the recording plays; else as far as a video's file says."""
    static: Path | str | None
    """Markers of the same person standing, with the joints that a .trc or .c3d of a run lacks."""
    belt: BeltSpeedSource | None
    """Knows the belt's speed at the time of each frame."""
    sinks: Iterable[SinkFactory]
    """Open what else takes the results."""
    session_dir: Path | str | None
    """A new folder for a record that `hipdrive.Session.open` reads; else nothing is recorded."""
    realtime: bool
    """True: at the speed of the recording."""


@contextmanager
def playing(
    source: Source, options: Options
) -> Iterator[SessionRunner[Frame] | SessionRunner[Pose]]:
    """A runner of the loop over the source, which is closed at the end if it was opened here.

    Raises:
        ConfigError, CalibrationError, ModelError, SourceError: that part cannot be used.
    """
    request = _request(options)
    factor = options.get("slow_motion")
    slow_motion = None if factor is None else factor_from(str(factor))
    with ExitStack() as stack:
        if isinstance(source, str | Path):
            static = options.get("static")
            standing = Path(static) if static else None
            source = opened = open_source(source, options.get("fps"), slow_motion, standing)
            stack.callback(opened.close)
        elif isinstance(source, FrameSource | PoseSource):
            source = at_true_speed(source, slow_motion or Fraction(1))
        else:
            source = at_true_speed(PoseList(source), slow_motion or Fraction(1))
        recorded: tuple[SinkFactory, ...] = (open_recorder,) if request.session_dir else ()
        yield app.playback(request, source, (*recorded, *request.sinks), stack)


def _request(options: Options) -> SessionRequest:
    config = options.get("config") or Config()
    if not isinstance(config, Config):
        config = load(Path(config))
    if model := options.get("model"):
        config = config.model_copy(update={"pose": config.pose.model_copy(update={"model": model})})
    facing, folder = options.get("facing"), options.get("session_dir")
    calibration = options.get("calibration")
    return SessionRequest(
        config=config,
        facing=Side(facing) if facing else None,
        session_dir=Path(folder) if folder else None,
        started=datetime.now(UTC),
        token="",
        stop=threading.Event(),
        sinks=tuple(options.get("sinks", ())),
        belt=options.get("belt"),
        realtime=options.get("realtime", False),
        publish=False,
        calibration=Path(calibration) if calibration else None,
    )
