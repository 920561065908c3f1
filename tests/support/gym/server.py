"""A gym's server in tests: the real broker, the real database, collectors as processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import hipdrive
from hipdrive.gym.settings import (
    BrokerConfig,
    DatabaseConfig,
    FleetConfig,
    GymConfig,
    RetentionConfig,
)
from support.mosquitto import RUN_BY_A_TEST, Broker

if TYPE_CHECKING:
    from support.postgres import Postgres

SHIPPED = Path(__file__).resolve().parents[3] / "config" / "mosquitto" / "gym.conf"


def gym_config(folder: Path, broker: Broker, database: Postgres) -> GymConfig:
    """The configuration of a server whose broker lets anybody in."""
    return GymConfig(
        broker=BrokerConfig(port=broker.port, username=""),
        database=DatabaseConfig(
            connection=database.connection, runner_key_file=str(folder / "runner-key")
        ),
        # The documented examples are of one day, whatever day it is.
        retention=RetentionConfig(stride_months=0, session_months=0, health_months=0),
        fleet=FleetConfig(folder=str(folder / "fleet")),
    )


def gym_broker(folder: Path, log: tuple[str, ...] = RUN_BY_A_TEST) -> Broker:
    """A broker that keeps what a gym's is told to keep, and lets anybody in.

    Args:
        folder: for its files.
        log: who it is run by, and what it logs.
    """
    broker = Broker(folder)
    kept = folder / "kept"
    kept.mkdir()
    lines = [
        f"listener {broker.port} 127.0.0.1",
        "allow_anonymous true",
        f"persistence_location {kept}/",
        SHIPPED.read_text(encoding="utf-8"),
    ]
    return Broker.of(folder, "\n".join(lines), port=broker.port, run_by=log)


class CollectorProcess:
    """`hipdrive collect` as a process of its own."""

    def __init__(self, folder: Path, config: GymConfig, name: str) -> None:
        self._config = folder / "gym-server.toml"
        broker, database = config.broker, config.database
        lines = [
            "[broker]",
            f"port = {broker.port}",
            'username = ""',
            "[database]",
            f'connection = "{database.connection}"',
            f'runner_key_file = "{database.runner_key_file}"',
        ]
        self._config.write_text("\n".join([*lines, ""]), encoding="utf-8")
        self._name = name
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it collects."""
        paths = [str(Path(hipdrive.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        command = ["collect", "--config", str(self._config), "--name", self._name]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hipdrive", *command],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("collecting"), line

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End it as by a power cut."""
        self._end(kill=True)

    def stop(self) -> str:
        """End it in good order; what it says then."""
        return self._end(kill=False)

    def _end(self, *, kill: bool) -> str:
        if self._process is None:
            return ""
        process, self._process = self._process, None
        (process.kill if kill else process.terminate)()
        said, _ = process.communicate()
        return said

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
