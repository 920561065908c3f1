"""`hipdrive run` while its disk stalls, is full or cannot be written: real disks and processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hipdrive
from hipdrive.cli.exit_codes import DEGRADED, DONE
from support import walker_camera
from support.hub.command_client import CommandClient
from support.mosquitto import PATIENCE_S, Broker, Listener
from support.mounted_disk import mounted, ran

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCES = str(Path(hipdrive.__file__).parents[1])


@pytest.fixture
def ext4(tmp_path: Path) -> Iterator[Path]:
    """A disk that can be stalled with fsfreeze."""
    image = tmp_path / "disk.img"
    image.touch()
    os.truncate(image, 32 << 20)
    if not ran("mkfs.ext4", "-q", str(image)):
        pytest.skip("mkfs.ext4 is missing")
    with mounted(tmp_path, "-o", "loop", str(image)) as place:
        if not (ran("fsfreeze", "-f", str(place)) and ran("fsfreeze", "-u", str(place))):
            pytest.skip("this machine does not allow to freeze a file system")
        yield place
        ran("fsfreeze", "-u", str(place))


class Device:
    """`hipdrive run` as a process, on a broker, with its data on a disk."""

    def __init__(self, folder: Path, disk: Path, stack: ExitStack) -> None:
        self.disk = disk
        broker = stack.enter_context(Broker(folder))
        self.listener = stack.enter_context(Listener(broker.port))
        self.client = stack.enter_context(CommandClient(broker.port))
        config = folder / "hipdrive.toml"
        config.write_text(
            f'data_dir = "{disk}"\n[camera]\nkind = "walker"\n'
            f'[hub]\nhost = "127.0.0.1"\nport = {broker.port}\n[keep]\nfree_megabytes = 0\n',
            encoding="utf-8",
        )
        self.process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, walker_camera.__file__, "run", "--simulate-panel"],
                env={**os.environ, "PYTHONPATH": SOURCES, "HIPDRIVE_CONFIG": str(config)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        stack.callback(self.process.kill)

    def wait_state(self, *, active: bool, other_than: str | None = "") -> str | None:
        def is_it(_: object) -> bool:
            state = self._state()
            return state.get("session_active") is active and state.get("session") != other_than

        self.listener.wait_for(is_it)
        session: str | None = self._state()["session"]
        return session

    def _state(self) -> dict[str, Any]:
        found = self.listener.on("/state")
        return found[-1].json if found else {}

    def wait_problem(self, name: str, *, there: bool = True) -> None:
        def is_it(_: object) -> bool:
            told = self.listener.on("/health")
            return bool(told) and (name in told[-1].json["problems"]) is there

        self.listener.wait_for(is_it)

    def end(self) -> tuple[int, str]:
        """Exit code and what was said, after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, said

    @property
    def sessions(self) -> list[Path]:
        return sorted((self.disk / "sessions").iterdir())


@pytest.mark.long
def test_a_disk_that_stalls_holds_up_neither_the_next_session_nor_the_end(
    tmp_path: Path, ext4: Path
) -> None:
    with ExitStack() as stack:
        device = Device(tmp_path, ext4, stack)
        first = device.wait_state(active=True)
        while not list(ext4.glob("sessions/*/.session.json")):
            assert device.process.poll() is None
        assert ran("fsfreeze", "-f", str(ext4))
        stack.callback(ran, "fsfreeze", "-u", str(ext4))
        assert device.client.command("session", {"action": "end"})["accepted"]
        device.wait_state(active=False)
        device.wait_problem("recorder")
        assert device.client.command("session", {"action": "start"})["accepted"]
        assert device.wait_state(active=True) != first
        code, said = device.end()
        assert code == DEGRADED
        assert "completed at the next start" in said
        assert "Traceback" not in said
        assert ran("fsfreeze", "-u", str(ext4))


@pytest.mark.long
def test_on_a_full_disk_it_coaches_without_a_record_and_records_when_there_is_room(
    tmp_path: Path,
) -> None:
    with ExitStack() as stack:
        disk = stack.enter_context(mounted(tmp_path, "-t", "tmpfs", "-o", "size=2m", "none"))
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file:
            while file.write(b"x" * 4096) == 4096:  # the last write is a part of it, or fails
                if not os.statvfs(disk).f_bavail:
                    break
        device = Device(tmp_path, disk, stack)
        device.wait_state(active=True)
        device.wait_problem("recorder")
        filler.unlink()
        device.wait_problem("recorder", there=False)
        code, said = device.end()
        assert code == DEGRADED
        assert "recording has stopped: No space left on device" in said
        assert "recorder: works again" in said
        (session,) = device.sessions
        summary = json.loads((session / "session.json").read_text())
        assert [each for each in summary["warnings"] if "recording has stopped" in each]
        assert [each for each in summary["warnings"] if "not in the record" in each]
        assert (session / "poses.npz").exists()


def test_a_disk_that_may_only_be_read_is_no_reason_not_to_coach(tmp_path: Path) -> None:
    with ExitStack() as stack:
        disk = stack.enter_context(mounted(tmp_path, "-t", "tmpfs", "-o", "ro", "none"))
        device = Device(tmp_path, disk, stack)
        device.wait_state(active=True)
        device.wait_problem("recorder")
        code, said = device.end()
        assert code == DEGRADED
        assert "Read-only file system" in said
        assert list(disk.iterdir()) == []


def test_a_disk_that_is_well_is_not_spoken_of(tmp_path: Path) -> None:
    with ExitStack() as stack:
        disk = stack.enter_context(mounted(tmp_path, "-t", "tmpfs", "none"))
        device = Device(tmp_path, disk, stack)
        device.wait_state(active=True)
        code, said = device.end()
        assert code == DONE
        assert "recorder" not in said
        (session,) = device.sessions
        assert (session / "poses.npz").exists()
