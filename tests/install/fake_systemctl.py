#!/usr/bin/python3
"""Stands for systemctl in a root without systemd: records what it is asked for, and does it.

The service is `hipdrive run` of the release that `current` leads to, before a camera that sees a
runner made of geometry (`tests/support/walker_camera.py`). One that ends is not started again.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

LOG, PID, SAID = Path("/run/systemctl.log"), Path("/run/hipdrive.pid"), Path("/run/hipdrive.log")
UNITS = Path("/etc/systemd/system")
PYTHON = "/opt/hipdrive/current/venv/bin/python"
CONFIG = "/etc/hipdrive/hipdrive.toml"
STOP_S = 20.0


def service() -> int | None:
    """The service's process; None where it has ended."""
    with suppress(OSError, ValueError):
        pid = int(PID.read_text(encoding="ascii"))
        if (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
            != "Z"
        ):
            return pid
    return None


def start() -> None:
    command = ["runuser", "-u", "hipdrive", "--", PYTHON, "/test/support/walker_camera.py"]
    environ = {"PATH": "/usr/bin:/usr/sbin:/bin", "HOME": "/var/lib/hipdrive", "LANG": "C.UTF-8"}
    with SAID.open("a", encoding="utf-8") as said:
        process = subprocess.Popen(
            [*command, "run", "--simulate-panel", "--config", CONFIG],
            cwd="/var/lib/hipdrive",
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    PID.write_text(str(process.pid), encoding="ascii")


def stop() -> None:
    if (pid := service()) is None:
        return
    os.killpg(pid, signal.SIGTERM)
    end_s = time.monotonic() + STOP_S
    while service() is not None and time.monotonic() < end_s:
        time.sleep(0.1)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def enable(paths: list[str]) -> None:
    for path in map(Path, paths):
        for link in (UNITS / path.name, UNITS / "multi-user.target.wants" / path.name):
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(path)


def show() -> str:
    state = ("active", "running") if service() else ("failed", "failed")
    if not PID.exists():
        state = ("inactive", "dead")
    return f"ActiveState={state[0]}\nSubState={state[1]}\nNRestarts=0"


def main() -> None:
    verb, *words = [word for word in sys.argv[1:] if not word.startswith("--")]
    with LOG.open("a", encoding="utf-8") as log:
        log.write(" ".join([verb, *words]) + "\n")
    if verb == "start" and service() is None:
        start()
    elif verb == "stop":
        stop()
    elif verb == "enable":
        enable(words)
    elif verb == "show":
        print(show())  # noqa: T201  # as systemctl does


if __name__ == "__main__":
    main()
