"""Jobs done by the workers of a Dask cluster."""

from __future__ import annotations

import logging
import os
import queue
import secrets
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hipdrive import __version__
from hipdrive.batch.job import JobResult, measure, one_line
from hipdrive.counted import counted
from hipdrive.errors import ClusterError, HipdriveError, MissingPackageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from distributed import Client, Future

    from hipdrive.batch.job import Job
    from hipdrive.config import Config

PATIENCE_S = 10.0
"""For a scheduler that answers, and for its first worker."""
POLL_S = 0.5
PROBE_NAME = ".seen-by-workers"


@dataclass(frozen=True, slots=True)
class WorkerProblem:
    """What keeps a worker from measuring; the text is empty where nothing does."""

    text: str


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A cluster with at least one worker; meanwhile nothing is logged.

    distributed logs what it loses with all that led there; what matters of it is raised here.

    Raises:
        MissingPackageError: distributed is not installed.
        ClusterError: there is no scheduler, or it has no workers.
    """
    with ExitStack() as stack:
        stack.callback(logging.disable, logging.NOTSET)
        logging.disable()
        client = _client(address)
        stack.callback(_close, client)
        try:
            client.wait_for_workers(1, timeout=PATIENCE_S)
        except OSError as error:
            raise ClusterError(
                f"{address}: the scheduler has no workers; start them with "
                f"`dask worker {address} --nworkers N --nthreads 1`"
            ) from error
        yield client


def _client(address: str) -> Client:
    try:
        from distributed import Client
        from distributed.comm import get_address_host_port
    except ImportError as error:
        raise MissingPackageError(
            "a Dask cluster needs distributed, which is not installed: "
            "pip install 'hipdrive[batch]'"
        ) from error
    try:
        get_address_host_port(address, strict=True)
    except (ValueError, TypeError) as error:
        raise ClusterError(f"{address!r}: is no address; such as tcp://10.0.0.5:8786") from error
    try:
        return Client(address, timeout=PATIENCE_S, set_as_default=False)
    except OSError as error:
        raise ClusterError(
            f"{address}: no Dask scheduler answers ({one_line(error)}); start one with "
            "`dask scheduler`, and name the address that it prints"
        ) from error


def _close(client: Client) -> None:
    # Of a scheduler that is gone nothing is left to be closed.
    with suppress(Exception):
        client.close(timeout=PATIENCE_S)


def check_workers(client: Client, config: Config, out: Path, *, with_model: bool) -> list[str]:
    """Have every worker look whether it can measure.

    Args:
        client: of the cluster.
        config: for all recordings.
        out: folder of the results.
        with_model: a pose model is needed.

    Returns:
        What makes it slower than need be, a sentence each.

    Raises:
        ClusterError: a worker cannot; the message has a line for each.
    """
    probe = out / PROBE_NAME
    token = secrets.token_hex(8)
    probe.write_text(token, encoding="ascii")
    try:
        found: Mapping[str, object] = client.run(
            worker_problem,
            config,
            probe,
            token,
            __version__,
            with_model=with_model,
            on_error="return",
        )
    finally:
        probe.unlink(missing_ok=True)
    told = {worker: _told(answer) for worker, answer in found.items()}
    lines = [f"{worker}: {text}" for worker, text in told.items() if text]
    if lines:
        raise ClusterError("\n  ".join(["not every worker can measure", *lines]))
    threads = client.nthreads()
    wide = [worker for worker, count in threads.items() if count > 1]
    if not wide:
        return []
    several = f"{counted(len(wide), 'worker')} with several threads"
    return [f"{several}: each measures one recording at a time; see --nworkers of `dask worker`"]


def _told(answer: object) -> str:
    if isinstance(answer, WorkerProblem):
        return answer.text
    return f"hipdrive {__version__} does not run there ({answer!r:.200})"


def worker_problem(
    config: Config, probe: Path, token: str, version: str, *, with_model: bool
) -> WorkerProblem:
    """What keeps this process from measuring. Runs on each worker."""
    if version != __version__:
        return WorkerProblem(f"has hipdrive {__version__}, not {version}")
    try:
        seen = probe.read_text(encoding="ascii") == token
    except OSError:
        seen = False
    if not seen:
        return WorkerProblem(
            f"does not see {probe.parent}; recordings and results must lie on a disk that all "
            "machines share, in the same place"
        )
    if with_model:
        from hipdrive.pose.store import find_spec, installed

        try:
            installed(find_spec(config.pose.model), config.data_path(os.environ) / "models")
        except HipdriveError as error:
            return WorkerProblem(str(error))
    return WorkerProblem("")


def measure_on(
    client: Client, jobs: Sequence[Job], stopped: Callable[[], bool]
) -> Iterator[JobResult]:
    """Measure recordings on the cluster's workers; one that dies is replaced by another.

    Args:
        client: of the cluster.
        jobs: what is to be done.
        stopped: asked now and then; True takes back what has not begun.

    Yields:
        What came of each job, as it ends.

    Raises:
        ClusterError: the scheduler is gone.
    """
    batch = secrets.token_hex(4)
    waiting: dict[str, tuple[Future, Job]] = {}
    ended: queue.SimpleQueue[Future] = queue.SimpleQueue()
    for number, job in enumerate(jobs):
        # Earlier ones first: who looks at the results meanwhile finds them in order.
        future = client.submit(
            measure, job, key=f"hipdrive-{batch}-{number}", pure=False, priority=-number
        )
        waiting[future.key] = future, job
        future.add_done_callback(ended.put)
    try:
        while waiting and not stopped():
            with suppress(queue.Empty):
                future = ended.get(timeout=POLL_S)
                _, job = waiting.pop(future.key)
                yield _result(future, job)
    finally:
        with suppress(Exception):
            client.cancel([future for future, _ in waiting.values()])


def _result(future: Future, job: Job) -> JobResult:
    if future.status in {"cancelled", "lost"}:
        raise ClusterError(
            "the scheduler is gone, or has dropped the batch; start the same command again, and "
            "it goes on from here"
        )
    try:
        result: JobResult = future.result()
    except Exception as error:  # noqa: BLE001  # of the cluster: a worker that died too often, or is another
        given_up = f"the cluster has given it up ({type(error).__name__}: {error})"
        return JobResult(job.recording, one_line(ClusterError(given_up)))
    return result
