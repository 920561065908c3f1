"""`hipdrive run --web` before a walker, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = Path(__file__).with_name("walker_camera.py")
END_S = 30
NAMED = "treadmill.localhost"
"""Chromium finds it on this machine; a device knows it by its configuration alone."""


@dataclass(frozen=True)
class PageDevice:
    """A device that serves its page.

    Attributes:
        link: what it printed.
        data: its data folder.
        process: to be killed.
    """

    link: str
    data: Path
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        return int(self.link.split(":")[2].split("/")[0])


@contextmanager
def page_device(
    folder: Path, *, host: str = "127.0.0.1", port: int = 0, web: str = "", language: str = "en"
) -> Iterator[PageDevice]:
    """A device on a free port; ended with SIGTERM.

    Args:
        folder: for its configuration and data.
        host: address it listens on.
        port: 0: any.
        web: further lines of `[web]`.
        language: of what is said.
    """
    config, data = folder / "hipdrive.toml", folder / "data"
    config.write_text(
        f'data_dir = "{data}"\nlanguage = "{language}"\n[camera]\nkind = "walker"\n'
        "[coach]\nbaseline_strides = 5\n"
        f'[report]\neach_session = false\n[web]\nhost = "{host}"\nport = {port}\n{web}\n'
    )
    command = [sys.executable, str(PROGRAM), "run", "--web", "--simulate-panel"]
    with (folder / "errors.txt").open("a") as errors:
        process = subprocess.Popen(
            [*command, "--config", str(config)], stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("page: "), (line, (folder / "errors.txt").read_text())
        yield PageDevice(line.removeprefix("page: ").strip(), data, process)
    finally:
        process.terminate()
        process.communicate(timeout=END_S)
