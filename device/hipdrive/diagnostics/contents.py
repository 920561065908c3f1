"""What of a device helps to find a fault: figures and words of hipdrive's own, nothing typed."""

from __future__ import annotations

import json
import os
import platform
import re
import stat
import subprocess
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from hipdrive import __version__
from hipdrive.errors import SessionError
from hipdrive.health.machine import Machine
from hipdrive.session.files import SUMMARY_NAME
from hipdrive.session.retention import ID
from hipdrive.session.summary import SessionSummary

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = (
    "ai-edge-litert",
    "tflite-runtime",
    "av",
    "gpiozero",
    "lgpio",
    "numpy",
    "opencv-python-headless",
    "paho-mqtt",
    "picamera2",
    "pydantic",
    "starlette",
    "uvicorn",
)
SESSIONS_TOLD = 50
SESSION_FIGURES = (
    "id",
    "started_utc",
    "frames",
    "frames_without_runner",
    "duration_s",
    "strides",
    "rejected_strides",
    "rejections",
    "far_strides",
    "cadence_spm",
    "cues",
    "cue_latency_ms",
    "pose",
    "frames_to_cue",
    "loop_ms",
    "verdict",
)
"""Of a summary; not who ran, what was filmed, and sentences that may have a path in them."""
OWN_NAMES = re.compile(
    r"(?:session\.json|poses\.npz|report\.html|\w+\.csv|\.[\w.]+|outbox[\w.-]*|calibration\.json"
    r"|web_token|private|sessions|models|[\w-]+\.tflite)"
)
LOG_LINES = "2000"
LOG_S = 20
MODEL_FILE = Path("/proc/device-tree/model")


def machine(data: Path) -> dict[str, object]:
    """Versions, the computer, and how it does."""
    status = Machine(data).status()
    return {
        "hipdrive": __version__,
        "python": platform.python_version(),
        "system": _system(),
        "kernel": platform.release(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "model": _text(MODEL_FILE).strip("\0\n") or None,
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
        "temperature_c": status.temperature_c,
        "throttle_since_boot": status.throttle_since_boot,
        "disk_free_mb": status.disk_free_mb,
        "load": os.getloadavg(),
    }


def sessions(folder: Path) -> list[dict[str, object]]:
    """Figures of the newest sessions, oldest first."""
    told = []
    for _, summary in _summaries(folder):
        values = summary.to_json()
        figures = {key: values[key] for key in SESSION_FIGURES if key in values}
        told.append(figures | {"warnings": len(summary.warnings)})
    return told


def runners(folder: Path) -> set[str]:
    """Names of those who ran, of all sessions that are there."""
    return {summary.runner for _, summary in _summaries(folder, None) if summary.runner}


def files(data: Path) -> list[str]:
    """What lies in the data folder: mode, size, and the name where hipdrive gave it."""
    lines = []
    for folder, folders, names in os.walk(data):
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            with suppress(OSError):
                about = path.lstat()
                shown = "/".join(_own(part) for part in path.relative_to(data).parts)
                lines.append(f"{stat.filemode(about.st_mode)} {about.st_size:>12} {shown}")
    return lines


def journal() -> str:
    """The end of the service's log; empty where there is none."""
    command = ["journalctl", "--unit=hipdrive", f"--lines={LOG_LINES}", "--output=short-iso"]
    try:
        answer = subprocess.run(  # noqa: S603  # a fixed command
            [*command, "--no-hostname", "--no-pager", "--quiet"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LOG_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout


def _summaries(
    folder: Path, most: int | None = SESSIONS_TOLD
) -> Iterator[tuple[Path, SessionSummary]]:
    found = sorted(folder.glob(f"*/{SUMMARY_NAME}"))
    for file in found if most is None else found[-most:]:
        with suppress(SessionError, OSError):
            yield file, SessionSummary.read(file)


def _own(name: str) -> str:
    return name if OWN_NAMES.fullmatch(name) or ID.fullmatch(name) else "(other)"


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _system() -> str | None:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME")
    except OSError:
        return None


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def as_json(values: object) -> str:
    """For people to read before they send it."""
    return json.dumps(values, indent=2, ensure_ascii=False, default=str) + "\n"
