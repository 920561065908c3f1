"""A batch from its recordings to its tables."""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hipdrive.batch.batch_folder import BatchFolder
from hipdrive.batch.index import write_index
from hipdrive.batch.job import Job, JobResult
from hipdrive.batch.origin import is_finished
from hipdrive.batch.processes import measure_here
from hipdrive.batch.tables import write_tables
from hipdrive.errors import SessionError
from hipdrive.sources import needs_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from hipdrive.batch.recording import BatchRecording
    from hipdrive.config import Config

GO_ON = "the same command goes on from here"


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What is to be done.

    Attributes:
        recordings: each once.
        config: for all, where nothing else is known of one.
        out: folder of the results.
        processes: how many recordings at once on this machine.
        scheduler: address of a Dask cluster that does it instead; empty: none.
    """

    recordings: Sequence[BatchRecording]
    config: Config
    out: Path
    processes: int
    scheduler: str = ""


@dataclass(frozen=True, slots=True)
class BatchOutcome:
    """What came of a batch.

    Attributes:
        results: of every recording, in the order of the plan; fewer if it was stopped.
        earlier: how many of them had been measured before.
        tables: names of the files with the tables; none after a batch that was stopped.
    """

    results: Sequence[JobResult]
    earlier: int
    tables: Sequence[str] = ()


class BatchProgress(Protocol):
    """Is told how far a batch has come."""

    def begin(self, recordings: int, earlier: int, notes: Sequence[str]) -> None:
        """Work begins.

        Args:
            recordings: of the whole batch.
            earlier: how many of them had been measured before.
            notes: what makes the batch slower than need be.
        """

    def ended(self, result: JobResult, folder: Path) -> None:
        """A recording is done; the folder is that of its session."""


def run_batch(
    plan: BatchPlan, progress: BatchProgress, stopped: Callable[[], bool]
) -> BatchOutcome:
    """Measure what is not measured yet, and write tables and index of all.

    Args:
        plan: what is to be done.
        progress: told how far it has come.
        stopped: asked now and then; True ends the batch, to be gone on with later.

    Raises:
        SessionError: the folder cannot be used, or its disk is full.
        ModelError: there is no model for the recordings that need one.
        MissingPackageError, ClusterError: the cluster cannot be used.
        OSError: tables or index cannot be written.
    """
    with BatchFolder(plan.out) as folder:
        token = secrets.token_hex(3)
        jobs = [
            Job(recording, plan.config, folder.path, f"{token}{number:04}")
            for number, recording in enumerate(plan.recordings)
        ]
        waiting = [job for job in jobs if not is_finished(job.folder, job.recording, job.config)]
        unfinished = {job.recording.source: job for job in waiting}
        results = {
            job.recording.source: JobResult(job.recording)
            for job in jobs
            if job.recording.source not in unfinished
        }
        earlier = len(results)
        if waiting:
            folder.forget_results()
        for result in _measured(plan, waiting, progress, earlier, stopped):
            if result.of_the_disk:
                raise SessionError(f"{plan.out}: {result.error}; {GO_ON}")
            results[result.recording.source] = result
            progress.ended(result, unfinished[result.recording.source].folder)
        if len(results) < len(jobs):
            return BatchOutcome(list(results.values()), earlier)
        done = [(job, results[job.recording.source]) for job in jobs]
        tables = write_tables(folder.path, done)
        write_index(folder.path, done, tables)
        return BatchOutcome([result for _, result in done], earlier, tables)


def _measured(
    plan: BatchPlan,
    jobs: Sequence[Job],
    progress: BatchProgress,
    earlier: int,
    stopped: Callable[[], bool],
) -> Iterator[JobResult]:
    """The results of the jobs, as they come."""
    with_model = any(_needs_model(job) for job in jobs)
    with ExitStack() as stack:
        if not plan.scheduler or not jobs:
            if with_model:
                _check_model(plan.config)
            progress.begin(len(plan.recordings), earlier, ())
            yield from measure_here(jobs, plan.processes, stopped)
            return
        from hipdrive.batch.cluster import check_workers, connected, measure_on

        client = stack.enter_context(connected(plan.scheduler))
        notes = check_workers(client, plan.config, plan.out.absolute(), with_model=with_model)
        progress.begin(len(plan.recordings), earlier, notes)
        yield from measure_on(client, jobs, stopped)


def _needs_model(job: Job) -> bool:
    return job.recording.settings.static is None and needs_model(job.recording.source)


def _check_model(config: Config) -> None:
    """Say once, and not of each recording, that the model is missing."""
    from hipdrive.pose.store import find_spec, installed

    installed(find_spec(config.pose.model), config.data_path(os.environ) / "models")
