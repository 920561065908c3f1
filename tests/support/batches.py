"""Batches of recordings whose runners are known, and `hipdrive batch` as a process."""

from __future__ import annotations

import csv
import os
import select
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self

import hipdrive
from hipdrive.config import Config
from support.mosquitto import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = str(Path(hipdrive.__file__).parents[1])
CADENCE_SPM = 170
QUICK = Config.model_validate({"report": {"each_session": False}})
"""A report of each session would take longer than the session."""


def runner_files(folder: Path, count: int, seconds: float = 12.0) -> list[str]:
    """Names of sources of true key points, all of other runs; no model is needed."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for seed in range(1, count + 1):
        file = folder / f"run{seed}.toml"
        text = f"seconds = {seconds}\nseed = {seed}\n[runner]\ncadence_spm = {CADENCE_SPM}\n"
        file.write_text(text, encoding="utf-8")
        names.append(f"keypoints:{file}")
    return names


def quick_config(folder: Path) -> Path:
    """`QUICK` as a file."""
    path = folder / "quick.toml"
    path.write_text("[report]\neach_session = false\n", encoding="utf-8")
    return path


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def session_folders(out: Path) -> dict[str, Path]:
    """By source the folder of its session, of the recordings that have one."""
    return {
        row["source"]: out / row["folder"] for row in table(out / "sessions.csv") if row["folder"]
    }


@contextmanager
def batch_process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`hipdrive batch` as a process whose lines can be read; killed at the end."""
    paths = [SOURCES, os.environ.get("PYTHONPATH", "")]
    with subprocess.Popen(
        [sys.executable, "-m", "hipdrive", "batch", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process: subprocess.Popen[str], beginning: str) -> list[str]:
    """Lines of a process up to the first that begins so."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(beginning):
            return lines
    assert process.stderr is not None
    raise AssertionError(f"no line begins with {beginning!r}: {lines} {process.stderr.read()}")


def children(pid: int) -> list[int]:
    """Processes that a process has started and not yet heard the end of."""
    folders = Path(f"/proc/{pid}/task").iterdir()
    texts = [(folder / "children").read_text(encoding="ascii") for folder in folders]
    return [int(child) for text in texts for child in text.split()]


def wait_for_end(handles: list[int]) -> None:
    """Wait until processes have ended, given by `os.pidfd_open`; nobody need have reaped them."""
    for handle in handles:
        ended, _, _ = select.select([handle], [], [], PATIENCE_S)
        assert ended, "the process goes on"
        os.close(handle)


class DaskProcess:
    """`dask scheduler` or `dask worker` as a process on loopback, on ports that are free.

    Args:
        folder: for its files.
        arguments: "scheduler" or "worker" and the rest.
    """

    def __init__(self, folder: Path, *arguments: str) -> None:
        kind, *rest = arguments
        self._reader: Thread | None = None
        paths = [SOURCES, os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *rest, "--no-dashboard"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def said(self, words: str) -> str:
        """What its next line with these words says after them; later lines are thrown away."""
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if words in line:
                self._reader = Thread(target=self._process.stderr.read, daemon=True)
                self._reader.start()
                return line.partition(words)[2].strip()
        raise AssertionError(f"it ended and has not said {words!r}")

    def kill(self) -> None:
        """End it as by a power cut."""
        with self._process as process:
            process.kill()
            if self._reader is not None:
                self._reader.join(PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def dask_scheduler(folder: Path) -> DaskProcess:
    """A scheduler; its address is what it says after "Scheduler at:"."""
    return DaskProcess(folder, "scheduler", "--host", "127.0.0.1", "--port", "0")


def dask_worker(folder: Path, address: str) -> DaskProcess:
    """A worker of one thread that nobody starts again."""
    here = ("--host", "127.0.0.1", "--local-directory", str(folder / "dask"))
    return DaskProcess(folder, "worker", address, "--no-nanny", "--nthreads", "1", *here)
