"""Runs mosquitto for a demonstration."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTS_WITHIN_S = 5.0
_POLL_S = 0.02


def find_mosquitto() -> str | None:
    """Path of the program, if it is installed; Debian keeps it off an ordinary user's path."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    return shutil.which("mosquitto", path=path)


@contextmanager
def local_broker(program: str) -> Iterator[int | None]:
    """Run mosquitto, reachable from this machine only, until the end of the block.

    Yields:
        Its port; None when it did not start.
    """
    with tempfile.TemporaryDirectory(prefix="hipdrive-") as folder:
        port = _free_port()
        config = Path(folder) / "mosquitto.conf"
        lines = [
            f"listener {port} 127.0.0.1",
            "allow_anonymous true",
            "persistence false",
            "log_type none",
            # Started by root, mosquitto would become a user who may not exist here.
            f"user {pwd.getpwuid(os.getuid()).pw_name}",
        ]
        config.write_text("\n".join([*lines, ""]), encoding="utf-8")
        process = subprocess.Popen(  # noqa: S603  # the program that `find_mosquitto` found
            [program, "-c", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield port if _accepts_connections(process, port) else None
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _accepts_connections(process: subprocess.Popen[bytes], port: int) -> bool:
    until = time.monotonic() + STARTS_WITHIN_S
    while process.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(_POLL_S)
    return False
