"""A Dask cluster does what the processes of one machine do: the same bits, and goes on."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from hipdrive import __version__
from hipdrive.batch.cluster import PROBE_NAME, worker_problem
from hipdrive.cli import main
from hipdrive.cli.exit_codes import DONE, FAILED
from hipdrive.config import Config
from support.batches import (
    QUICK,
    batch_process,
    dask_scheduler,
    dask_worker,
    quick_config,
    read_until,
    runner_files,
    session_folders,
    table,
)
from support.mosquitto import PATIENCE_S, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.batches import DaskProcess

pytestmark = pytest.mark.usefixtures("data_dir")
COUNT = 6


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    pytest.importorskip("distributed", reason="distributed is not installed: hipdrive[batch]")
    with ExitStack() as opened:
        yield opened


def cluster(stack: ExitStack, folder: Path, workers: int) -> tuple[str, list[DaskProcess]]:
    """The address of a scheduler, and its workers, which are there."""
    scheduler = stack.enter_context(dask_scheduler(folder))
    address = scheduler.said("Scheduler at:")
    started = [stack.enter_context(dask_worker(folder, address)) for _ in range(workers)]
    for worker in started:
        worker.said("Registered to:")
    return address, [scheduler, *started]


@pytest.mark.long
def test_a_worker_that_is_killed_costs_nothing_and_bits_are_those_of_one_machine(
    tmp_path: Path, stack: ExitStack
) -> None:
    names = runner_files(tmp_path, COUNT, 20.0)
    config = ["--config", str(quick_config(tmp_path))]
    address, (_, first, _) = cluster(stack, tmp_path, 2)
    there = ["--out", str(tmp_path / "there"), "--scheduler", address]
    with batch_process(*names, *config, *there) as process:
        read_until(process, f"1 of {COUNT}")
        first.kill()
        said, complaints = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, complaints) == (DONE, "")
    assert said.splitlines()[-1].startswith(f"{COUNT} of {COUNT} recordings measured")
    assert not (tmp_path / "there" / PROBE_NAME).exists()

    assert main(["batch", *names, *config, "--out", str(tmp_path / "here")]) == DONE
    here, far = (session_folders(tmp_path / name) for name in ("here", "there"))
    assert set(far) == set(names)
    for name in names:
        for file in ("strides.csv", "frames.csv", "cues.csv", "poses.npz"):
            assert (far[name] / file).read_bytes() == (here[name] / file).read_bytes()


@pytest.mark.long
def test_without_its_scheduler_a_batch_ends_and_goes_on_elsewhere(
    tmp_path: Path, stack: ExitStack
) -> None:
    names = runner_files(tmp_path, COUNT, 20.0)
    arguments = [*names, "--config", str(quick_config(tmp_path)), "--out", str(tmp_path / "out")]
    address, (scheduler, worker) = cluster(stack, tmp_path, 1)
    with batch_process(*arguments, "--scheduler", address) as process:
        read_until(process, f"1 of {COUNT}")
        scheduler.kill()
        _, complaints = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == FAILED
    assert complaints.count("\n") == 1
    assert "the scheduler is gone" in complaints
    # It ends what it has begun, and tells nobody.
    worker.kill()
    before = len(list((tmp_path / "out").glob("sessions/*/session.json")))
    with batch_process(*arguments, "--workers", "2") as process:
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == DONE
    assert said.startswith(f"{COUNT} recordings, {before} of them measured before")
    assert {row["error"] for row in table(tmp_path / "out" / "sessions.csv")} == {""}


@pytest.mark.long
def test_a_scheduler_without_workers_and_one_that_is_not_there_are_told_in_a_line(
    tmp_path: Path, stack: ExitStack
) -> None:
    (name,) = runner_files(tmp_path, 1, 4.0)
    address, _ = cluster(stack, tmp_path, 0)
    nobody = f"tcp://127.0.0.1:{free_port()}"
    for scheduler, why in (
        (address, "the scheduler has no workers; start them with `dask worker"),
        (nobody, "no Dask scheduler answers"),
        ("nonsense", "is no address; such as tcp://"),
    ):
        arguments = ["--out", str(tmp_path / "out"), "--scheduler", scheduler]
        with batch_process(name, *arguments) as process:
            said, complaints = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, said) == (FAILED, "")
        assert complaints.count("\n") == 1
        assert why in complaints


def test_without_dask_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    (name,) = runner_files(tmp_path, 1, 4.0)
    arguments = ["--out", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:8786"]
    assert main(["batch", name, *arguments]) == FAILED
    assert "pip install 'hipdrive[batch]'" in capsys.readouterr().err


def test_a_worker_says_what_keeps_it_from_measuring(tmp_path: Path) -> None:
    probe = tmp_path / PROBE_NAME
    probe.write_text("token")

    def told(path: Path, token: str, version: str, *, with_model: bool = False) -> str:
        return worker_problem(QUICK, path, token, version, with_model=with_model).text

    assert told(probe, "token", __version__) == ""
    assert told(probe, "token", "0.0.1") == f"has hipdrive {__version__}, not 0.0.1"
    # A folder of that name may be there and be another one.
    for path, token in ((probe, "other"), (tmp_path / "gone" / PROBE_NAME, "token")):
        assert "does not see" in told(path, token, __version__)
    assert "hipdrive models fetch" in told(probe, "token", __version__, with_model=True)
    stand_in = Config.model_validate({"pose": {"model": "stand-in-rendered-int8"}})
    assert worker_problem(stand_in, probe, "token", __version__, with_model=True).text == ""
