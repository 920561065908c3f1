"""Where what waits is kept, and what a disk that fails costs."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.hub.messages.outgoing import Priority
from hipdrive.hub.outbox.backlog import Backlog
from hipdrive.hub.outbox.depth import Limits
from hipdrive.hub.outbox.ids import IdGenerator
from hipdrive.hub.outbox.sqlite_outbox import Outbox
from support.hub.drills import FOLDERS
from support.hub.outgoing import CLOCK, drain_backlog, outgoing

if TYPE_CHECKING:
    from pathlib import Path

    from hipdrive.hub.messages.outgoing import OutgoingMessage

PATIENCE_S = 60.0


def open_backlog(path: Path | None = None, limits: Limits | None = None) -> Backlog:
    backlog = Backlog(path, CLOCK, limits)
    backlog.open()
    return backlog


def stride(number: int) -> OutgoingMessage:
    return outgoing(number, Priority.MEMORY_ONLY)


def numbers(bodies: list[dict[str, Any]]) -> list[int]:
    return [body["number"] for body in bodies]


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]


@given(st.lists(st.sampled_from(["row", "stride", "out"]), max_size=60))
def test_strides_and_rows_keep_their_order(steps: list[str]) -> None:
    with closing(open_backlog()) as backlog:
        expected, received = [], []
        for number, step in enumerate(steps):
            if step != "out":
                expected.append(number)
                backlog.put(stride(number) if step == "stride" else outgoing(number))
            elif (entry := backlog.head()) is not None:
                received.append(int(entry.message.payload.split(b'"number":')[1].split(b",")[0]))
                backlog.acknowledge(entry.key)
        assert len(backlog) == len(expected) - len(received)
        assert received + numbers(drain_backlog(backlog)) == expected


def test_rows_of_the_last_run_go_before_new_messages(tmp_path: Path) -> None:
    with closing(open_backlog(tmp_path / "outbox")) as backlog:
        backlog.put(outgoing(1))
        backlog.put(stride(2))
    with closing(open_backlog(tmp_path / "outbox")) as backlog:
        backlog.put(stride(3))
        backlog.put(outgoing(4))
        # The stride of the last run was in memory.
        assert numbers(drain_backlog(backlog)) == [1, 3, 4]


def test_too_many_strides_drop_the_oldest_and_no_row() -> None:
    with closing(open_backlog(limits=Limits(strides=2))) as backlog:
        backlog.put(outgoing(1))
        for number in (2, 3, 4, 5):
            backlog.put(stride(number))
        assert backlog.depth.dropped == 2
        assert numbers(drain_backlog(backlog)) == [1, 4, 5]


def test_the_depth_counts_messages_and_has_the_oldest_time(tmp_path: Path) -> None:
    with closing(open_backlog(tmp_path / "outbox")) as backlog:
        backlog.put(outgoing(1, utc_ns=3_000_000_000))
        backlog.put(outgoing(2, utc_ns=4_000_000_000))
        backlog.put(stride(3))
        depth = backlog.depth
        assert (depth.rows, depth.strides, depth.oldest_utc_ns) == (2, 1, 3_000_000_000)
        assert not depth.in_memory
        entry = backlog.head()
        assert entry is not None
        backlog.acknowledge(entry.key)
        assert backlog.depth.oldest_utc_ns == 4_000_000_000


def test_an_outbox_that_is_no_sqlite_file_is_set_aside_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "outbox"
    path.write_bytes(b"no database " * 1000)
    with closing(open_backlog(path)) as backlog:
        backlog.put(outgoing(1))
        assert not backlog.depth.in_memory
        assert numbers(drain_backlog(backlog)) == [1]
    aside = tmp_path / "outbox.damaged-20260301T180500Z"
    assert aside.read_bytes() == b"no database " * 1000
    (line,) = warnings(caplog)
    assert f"the outbox {path} cannot be read" in line
    assert f"set aside as {aside}" in line


@pytest.mark.parametrize("offset", [0, 8192])
def test_an_outbox_with_a_hole_in_it_is_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, offset: int
) -> None:
    path = tmp_path / "outbox"
    with closing(open_backlog(path)) as backlog:
        for number in range(20):
            backlog.put(outgoing(number, size=4000))
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xa5" * 4096)
    with closing(open_backlog(path)) as backlog:
        backlog.put(outgoing(99))
        assert numbers(drain_backlog(backlog)) == [99]
    assert (tmp_path / "outbox.damaged-20260301T180500Z").exists()
    assert len(warnings(caplog)) == 1


def test_an_outbox_without_its_state_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "outbox"
    open_backlog(path).close()
    with closing(sqlite3.connect(path)) as file:
        file.execute("DELETE FROM state")
        file.commit()
    with closing(open_backlog(path)) as backlog:
        backlog.put(outgoing(1))
        assert numbers(drain_backlog(backlog)) == [1]
    assert (tmp_path / "outbox.damaged-20260301T180500Z").exists()


def test_an_outbox_found_damaged_in_use_costs_one_warning_and_no_new_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> str:
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    path = tmp_path / "outbox"
    with closing(open_backlog(path)) as backlog:
        backlog.put(outgoing(1))
        with monkeypatch.context() as patch:
            assert backlog._disk is not None
            patch.setattr(backlog._disk.outbox, "put", damaged)
            backlog.put(outgoing(2))
        backlog.put(outgoing(3))
        assert not backlog.depth.in_memory
        assert numbers(drain_backlog(backlog)) == [1, 2, 3]
    assert (tmp_path / "outbox.damaged-20260301T180500Z").exists()
    (line,) = warnings(caplog)
    assert "malformed" in line


def test_a_data_folder_that_cannot_be_made_costs_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    with closing(open_backlog(tmp_path / "file" / "outbox")) as backlog:
        for number in (1, 2, 3):
            backlog.put(outgoing(number))
        assert backlog.depth.in_memory
        bodies = drain_backlog(backlog)
    assert numbers(bodies) == [1, 2, 3]
    assert [body["seq"] for body in bodies] == [1, 2, 3]
    (line,) = warnings(caplog)
    assert "cannot be used" in line
    assert "data_dir" in line


def test_rows_move_to_the_disk_as_soon_as_another_process_lets_it_go(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "outbox"
    other = Outbox(path, IdGenerator())
    other.put(outgoing(1), synchronised=True)
    with closing(open_backlog(path)) as backlog:
        backlog.put(outgoing(2))
        backlog.put(outgoing(3))
        in_flight = backlog.head()
        assert in_flight is not None
        assert backlog.depth.in_memory
        other.close()
        backlog.put(outgoing(4))
        assert (backlog.depth.rows, backlog.depth.in_memory) == (4, 0)
        # Sent while it was in memory alone; now it is not the oldest any more, and comes twice.
        backlog.acknowledge(in_flight.key)
        bodies = drain_backlog(backlog)
    assert numbers(bodies) == [1, 2, 3, 4]
    assert [body["seq"] for body in bodies] == [1, 1, 2, 2]
    assert bodies[0]["series"] == bodies[3]["series"] != bodies[1]["series"]
    (line,) = warnings(caplog)
    assert "another hipdrive holds it" in line


PROGRAM = """
import logging, resource, sys
from contextlib import closing
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from hipdrive.hub.outbox.backlog import Backlog
from support.hub.outgoing import CLOCK, drain_backlog, outgoing

logging.basicConfig(format="LOG %(message)s", stream=sys.stdout)
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
if sys.argv[1] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, unlimited[1]))
ballast = Path("ballast")
if sys.argv[1] == "tmpfs":
    ballast.write_bytes(bytes(3_600_000))
backlog = Backlog(Path("outbox"), CLOCK)
backlog.open()
for number in range(100):
    backlog.put(outgoing(number, size=4000))
print("ON DISK", not backlog.depth.in_memory)
resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
if sys.argv[1] != "read-only":
    ballast.unlink(missing_ok=True)
    backlog.put(outgoing(100, size=4000))
    print("ON DISK", not backlog.depth.in_memory)
    backlog.close()
    backlog = Backlog(Path("outbox"), CLOCK)
    backlog.open()
bodies = drain_backlog(backlog)
backlog.close()
print("NUMBERS", *(body["number"] for body in bodies))
places = {}
for body in bodies:
    places.setdefault(body["series"], []).append(body["seq"])
assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in places.values()), places
"""


def run_out(folder: Path, kind: str, *before: str) -> list[str]:
    """More rows than the disk takes, then room again; what the program printed."""
    command = [*before, sys.executable, "-X", "dev", "-c", PROGRAM, kind, *FOLDERS]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout.splitlines()


def in_a_small_world(folder: Path, options: str) -> list[str]:
    """The command that runs another with a small disk of its own mounted at the folder."""
    mount = f"mount -t tmpfs -o {options} none {folder} && cd {folder} && "
    jail = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if not shutil.which("unshare"):
        pytest.skip("the command unshare is missing: no small disk of its own for this test")
    if subprocess.run([*jail, f"{mount} true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not allow mounting a small disk in a user namespace")
    return [*jail, mount + 'exec "$@"', "sh"]


def check_full(lines: list[str]) -> None:
    (logged,) = [line for line in lines if line.startswith("LOG")]
    assert "outbox cannot be used" in logged
    assert "free space on the disk" in logged
    assert [line for line in lines if line.startswith("ON")] == ["ON DISK False", "ON DISK True"]
    assert lines[-1] == " ".join(["NUMBERS", *map(str, range(101))])


def test_when_the_file_may_not_grow_nothing_is_lost_and_all_is_on_disk_once_it_may(
    tmp_path: Path,
) -> None:
    check_full(run_out(tmp_path, "limit"))


def test_when_the_disk_is_full_nothing_is_lost_and_all_is_on_disk_once_there_is_room(
    tmp_path: Path,
) -> None:
    check_full(run_out(tmp_path, "tmpfs", *in_a_small_world(tmp_path, "size=4m")))


def test_on_a_disk_that_may_only_be_read_rows_stay_in_memory(tmp_path: Path) -> None:
    lines = run_out(tmp_path, "read-only", *in_a_small_world(tmp_path, "ro"))
    (logged,) = [line for line in lines if line.startswith("LOG")]
    assert "outbox cannot be used" in logged
    assert lines[1:] == ["ON DISK False", " ".join(["NUMBERS", *map(str, range(100))])]


def test_a_system_error_is_logged_in_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("hipdrive.hub.outbox.disk_outbox.make_private_folder", fail)
    open_backlog(tmp_path / "outbox").close()
    assert "(Input/output error)" in warnings(caplog)[0]
