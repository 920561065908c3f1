"""hipdrive: a running coach in a box, and a library that measures runners.

    analysis = hipdrive.analyze("clip.mp4")          # strides, samples, cues, summary
    for values in hipdrive.stream("clip.mp4"): ...   # the same, frame by frame
    session = hipdrive.Session.open("sessions/...")  # what was recorded

Floats, seconds and degrees; extension is positive. A name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.api.analysis import Analysis, analyze
    from hipdrive.api.playing import Options, Source
    from hipdrive.api.stored_session import Session
    from hipdrive.api.streaming import FrameValues, stream
    from hipdrive.api.values import AngleSample, CueValues, StrideValues
    from hipdrive.belt.speed_source import BeltSpeedSource
    from hipdrive.camera.kinds import CAMERAS
    from hipdrive.camera.source import FrameSource
    from hipdrive.errors import HipdriveError
    from hipdrive.exporters.exporter import Exporter
    from hipdrive.exporters.registry import EXPORTERS, export
    from hipdrive.session.pose_source import PoseSource
    from hipdrive.session.sink import RunsIn, SessionContext, SessionSink, SinkFactory, SinkInfo
    from hipdrive.session.summary import SessionSummary
    from hipdrive.types.frame import Frame
    from hipdrive.types.frame_result import FrameResult
    from hipdrive.types.pose import Pose

__version__ = "0.1.0"

_MODULES = {
    "Analysis": "api.analysis",
    "AngleSample": "api.values",
    "BeltSpeedSource": "belt.speed_source",
    "CAMERAS": "camera.kinds",
    "CueValues": "api.values",
    "EXPORTERS": "exporters.registry",
    "Exporter": "exporters.exporter",
    "Frame": "types.frame",
    "FrameResult": "types.frame_result",
    "FrameSource": "camera.source",
    "FrameValues": "api.streaming",
    "HipdriveError": "errors",
    "Options": "api.playing",
    "Pose": "types.pose",
    "PoseSource": "session.pose_source",
    "RunsIn": "session.sink",
    "Session": "api.stored_session",
    "SessionContext": "session.sink",
    "SessionSink": "session.sink",
    "SessionSummary": "session.summary",
    "SinkFactory": "session.sink",
    "SinkInfo": "session.sink",
    "Source": "api.playing",
    "StrideValues": "api.values",
    "analyze": "api.analysis",
    "export": "exporters.registry",
    "stream": "api.streaming",
}
"""Where each public name is."""

__all__ = [
    "CAMERAS",
    "EXPORTERS",
    "Analysis",
    "AngleSample",
    "BeltSpeedSource",
    "CueValues",
    "Exporter",
    "Frame",
    "FrameResult",
    "FrameSource",
    "FrameValues",
    "HipdriveError",
    "Options",
    "Pose",
    "PoseSource",
    "RunsIn",
    "Session",
    "SessionContext",
    "SessionSink",
    "SessionSummary",
    "SinkFactory",
    "SinkInfo",
    "Source",
    "StrideValues",
    "analyze",
    "export",
    "stream",
]

if not TYPE_CHECKING:  # a type checker sees the imports above, and no other name

    def __getattr__(name: str) -> object:
        """A public name, loaded when it is first used: `import hipdrive` loads nothing."""
        if name not in _MODULES:
            raise AttributeError(f"module 'hipdrive' has no attribute {name!r}")
        value = getattr(import_module(f"hipdrive.{_MODULES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
