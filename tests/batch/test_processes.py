"""Processes side by side: a core each, and none that dies takes another's work with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hipdrive.batch.job import Job
from hipdrive.batch.processes import measure_here, usable_cores
from hipdrive.batch.recording import BatchRecording, RecordingSettings
from support.batches import QUICK, runner_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.batch.job import JobResult


class DeadlyJob(Job):
    """Ends the process that gets it, at once."""

    def __reduce__(self) -> tuple[Callable[[int], object], tuple[int]]:
        return os._exit, (3,)


def never() -> bool:
    return False


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    names = runner_files(tmp_path, 4, 4.0)
    return [
        Job(
            BatchRecording(f"run{n}", name, RecordingSettings()),
            QUICK,
            tmp_path / "out",
            f"aaaaaa{n}",
        )
        for n, name in enumerate(names)
    ]


def test_every_recording_is_measured_and_a_process_does_several(jobs: list[Job]) -> None:
    pids = set()
    done = []
    for result in measure_here(jobs, 2, never):
        pids |= {process.pid for process in multiprocessing.active_children()}
        done.append(result)
    assert [result.error for result in done] == [""] * 4
    assert {result.recording.named for result in done} == {job.recording.named for job in jobs}
    assert len(pids) <= 2
    assert multiprocessing.active_children() == []


def test_no_more_processes_than_work(jobs: list[Job]) -> None:
    for _ in measure_here(jobs[:1], 8, never):
        assert len(multiprocessing.active_children()) == 1


def test_libraries_are_told_to_use_one_thread(jobs: list[Job]) -> None:
    for _ in measure_here(jobs[:1], 1, never):
        (process,) = multiprocessing.active_children()
        variables = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
        assert {b"OMP_NUM_THREADS=1", b"OPENBLAS_NUM_THREADS=1"} <= set(variables)
    assert "OMP_NUM_THREADS" not in os.environ


def test_a_process_that_is_killed_is_replaced_and_its_work_done(jobs: list[Job]) -> None:
    done: list[JobResult] = []
    for result in measure_here(jobs, 2, never):
        if not done:
            for process in multiprocessing.active_children():
                assert process.pid is not None
                os.kill(process.pid, signal.SIGKILL)
        done.append(result)
    assert [result.error for result in done] == [""] * 4


def test_work_that_kills_its_process_twice_has_failed_and_the_rest_is_done(
    jobs: list[Job],
) -> None:
    deadly = DeadlyJob(jobs[0].recording, jobs[0].config, jobs[0].out, "aaaaaa")
    results = {each.recording.named: each for each in measure_here([deadly, *jobs[1:]], 2, never)}
    assert results["run0"].error == (
        "the process that measured it ended (3), 2 times; has it enough memory?"
    )
    assert [results[f"run{n}"].error for n in (1, 2, 3)] == [""] * 3


def test_a_stop_ends_all_processes(jobs: list[Job]) -> None:
    done: list[JobResult] = []
    for result in measure_here(jobs, 1, lambda: bool(done)):
        done.append(result)  # noqa: PERF402  # asked meanwhile
    assert len(done) == 1
    assert multiprocessing.active_children() == []


def test_cores_are_those_that_may_be_used() -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
