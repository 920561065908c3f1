"""The configuration: one TOML file, checked as a whole before anything starts.

`sections` declares the keys, `reading` reads a file, `problems` explains what is wrong with one.
"""

from hipdrive.config.camera import CameraConfig
from hipdrive.config.panel import (
    ButtonConfig,
    BuzzerConfig,
    CuesConfig,
    LedConfig,
    LightsConfig,
    SpeechConfig,
)
from hipdrive.config.reading import SYSTEM_FILES, checked, load, parse, validated
from hipdrive.config.section import AnySection, Section
from hipdrive.config.sections import (
    MOST_RAISE_DEG,
    CoachConfig,
    CommandName,
    Config,
    GaitConfig,
    HubConfig,
    KeepConfig,
    ListenConfig,
    PoseConfig,
    ReportConfig,
    RunnerConfig,
    SessionConfig,
    TreadmillConfig,
    UpdateConfig,
    WebConfig,
)

__all__ = [
    "MOST_RAISE_DEG",
    "SYSTEM_FILES",
    "AnySection",
    "ButtonConfig",
    "BuzzerConfig",
    "CameraConfig",
    "CoachConfig",
    "CommandName",
    "Config",
    "CuesConfig",
    "GaitConfig",
    "HubConfig",
    "KeepConfig",
    "LedConfig",
    "LightsConfig",
    "ListenConfig",
    "PoseConfig",
    "ReportConfig",
    "RunnerConfig",
    "Section",
    "SessionConfig",
    "SpeechConfig",
    "TreadmillConfig",
    "UpdateConfig",
    "WebConfig",
    "checked",
    "load",
    "parse",
    "validated",
]
