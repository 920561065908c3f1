"""Jobs done by processes of this machine, a core each."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from hipdrive.batch.job import Job, JobResult, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnContext

POLL_S = 0.5
MOST_TRIES = 2
"""Of a job whose process dies: the system may have lacked memory, and have it later."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""For libraries that look when they are loaded."""


def usable_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def measure_here(
    jobs: Sequence[Job], processes: int, stopped: Callable[[], bool]
) -> Iterator[JobResult]:
    """Measure recordings side by side.

    A process that dies takes no other job with it; its own is tried once more.

    Args:
        jobs: what is to be done; begun in this order.
        processes: how many at once.
        stopped: asked now and then; True ends all processes.

    Yields:
        What came of each job, as it ends.
    """
    waiting = deque((job, 1) for job in jobs)
    context = multiprocessing.get_context("spawn")
    idle: list[_Process] = []
    busy: dict[Connection, _Process] = {}
    try:
        while (waiting or busy) and not stopped():
            while waiting and len(busy) < processes:
                process = idle.pop() if idle else _Process(context)
                if process.begin(*waiting[0]):
                    busy[process.connection] = process
                    waiting.popleft()
            for ready in wait(list(busy), POLL_S):
                process = busy.pop(ready)  # type: ignore[call-overload]  # only these were waited for
                result = process.result()
                if result is not None:
                    idle.append(process)
                    yield result
                elif process.tries < MOST_TRIES:
                    waiting.append((process.job, process.tries + 1))
                else:
                    yield JobResult(process.job.recording, process.how_it_ended())
    finally:
        for process in (*idle, *busy.values()):
            process.kill()


class _Process:
    """A process that does one job after the other, as told over a connection."""

    job: Job
    tries: int

    def __init__(self, context: SpawnContext) -> None:
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _environment(ONE_THREAD):
            self._process.start()
        theirs.close()

    def begin(self, job: Job, tries: int) -> bool:
        """Have it do a job; False: it has died."""
        self.job, self.tries = job, tries
        try:
            self.connection.send(job)
        except OSError:
            self.kill()
            return False
        return True

    def result(self) -> JobResult | None:
        """What came of the job, once the connection has something; None: the process has died."""
        try:
            result: JobResult = self.connection.recv()
        except (EOFError, OSError):
            self.kill()
            return None
        return result

    def how_it_ended(self) -> str:
        """In words."""
        code = self._process.exitcode or 0
        how = f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended ({code})"
        return f"the process that measured it {how}, {self.tries} times; has it enough memory?"

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.join()
        self.connection.close()


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """With these variables, for who is started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(connection: Connection) -> None:
    """The process: does jobs until nobody is there to give one."""
    # Ctrl-C reaches it too; who started it ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            job: Job = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(measure(job))


def _end_with_parent() -> None:
    """A job that nobody waits for any more is not gone on with."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
