"""What the process that systemd started passes on for the one that works."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

WORK = """
import os, sys, time
from hipdrive.cli.supervised import supervised
from hipdrive.health.service_manager import ServiceManager

def work():
    service = ServiceManager.of_process(time.monotonic_ns)
    print(os.getpid(), flush=True)
    service.alive()
    service.says("at work")
    return 3

sys.exit(supervised(work))
"""


def test_systemd_is_told_by_the_process_that_it_knows(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        systemd.settimeout(60)
        environ = {
            **os.environ,
            "PYTHONPATH": str(REPOSITORY / "device"),
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "WATCHDOG_USEC": "4000000",
        }
        with subprocess.Popen(
            [sys.executable, "-c", WORK], stdout=subprocess.PIPE, text=True, env=environ
        ) as process:
            heard = [systemd.recvmsg(200, socket.CMSG_SPACE(12)) for _ in range(2)]
            out, _ = process.communicate(timeout=60)
    assert [message for message, *_ in heard] == [b"WATCHDOG=1\nREADY=1", b"STATUS=at work"]
    senders = {int.from_bytes(said[0][2][:4], sys.byteorder) for _, said, *_ in heard}
    assert senders == {process.pid}
    assert int(out.split()[0]) != process.pid
    assert process.returncode == 3
