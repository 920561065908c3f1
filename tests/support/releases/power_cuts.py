"""Cuts the power at every step of an installation or an update, and looks what is left.

Run as a program: a child process does the work and is killed (SIGKILL) before its Nth change of a
file, N from 1 until the work ends by itself. Prints how often, and what was wrong.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from hipdrive.errors import HipdriveError
from hipdrive.releases.installing import Installation
from hipdrive.releases.paths import InstallPaths, linked, program
from hipdrive.releases.updating import Update
from support.releases.machine import (
    PYTHON,
    PretendHost,
    installed,
    layout,
    make_tree,
    switch_of,
)

CHANGES = {
    *("os.rename", "os.symlink", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate"),
    *("sqlite3.connect", "os.link"),
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
Work = Callable[[Path], None]


def cut_before(change: int) -> None:
    """End this process before its Nth change, as a power cut would."""
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
        if writes or event in CHANGES:
            count += 1
            if count == change:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def in_child(work: Callable[[], None]) -> bool:
    """Whether a child process came to its end with it."""
    child = os.fork()
    if not child:
        try:
            work()
        except HipdriveError:
            os._exit(0)  # it ended by itself, and said why
        except BaseException:  # noqa: BLE001  # whatever it is
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit(f"the work fails by itself in {work}")
    return os.WIFEXITED(status)


def drill(base: Path, start: Callable[[Path], object], work: Work, look: Work) -> int:
    """Cut everywhere; the number of cuts. `look` raises AssertionError."""
    # As in PretendHost.sync: what was written is there, whoever is killed.
    os.fsync = lambda _: None  # type: ignore[assignment]
    start(base / "whole/root")
    change = 0
    while True:
        change += 1
        root = base / "root"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(base / "whole/root", root, symlinks=True)

        def cut(change: int = change, root: Path = root) -> None:
            cut_before(change)
            work(root)

        ended = in_child(cut)
        try:
            look(root)
        except AssertionError as error:
            raise SystemExit(f"cut before change {change}: {error}") from error
        if ended:
            return change - 1


def check(condition: object, words: object) -> None:
    if not condition:
        raise AssertionError(str(words))


def check_current(paths: InstallPaths, names: set[str]) -> str:
    """`current` leads to a release that is all there."""
    current = linked(paths.current)
    check(current is not None, "current leads nowhere")
    assert current is not None
    check(current.name in names, f"current is {current.name}")
    check(program(current).exists(), f"{current} has no program")
    return current.name


def empty(root: Path) -> None:
    PretendHost(root)


def install(tree: Path) -> Work:
    def work(root: Path) -> None:
        host = PretendHost(root)
        Installation(switch_of(host), PYTHON).install(make_tree(tree, "1.0"))

    return work


def look_at_installed(tree: Path) -> Work:
    """Nothing, or a whole release; and running it again makes it whole."""

    def look(root: Path) -> None:
        host = PretendHost(root)
        if host.paths.current.is_symlink():
            check_current(host.paths, {"1.0"})
        install(tree)(root)
        check_current(host.paths, {"1.0"})
        check(host.service_runs, "the service does not run")
        names = [each.name for each in host.paths.releases.iterdir()]
        check(names == ["1.0"], f"releases: {names}")
        check(host.paths.config.read_text().count("[update]") == 1, "half a configuration")

    return look


def update(archive: Path, key: str) -> Work:
    def work(root: Path) -> None:
        Update(switch_of(PretendHost(root)), [key], PYTHON).run(str(archive))

    return work


def back(root: Path) -> None:
    switch_of(PretendHost(root)).back()


def updated(root: Path, archive: Path, key: str) -> None:
    installed(root)
    update(archive, key)(root)


def look_at_updated(may_run: set[str]) -> Work:
    """The old release or the new one, whole, with the power back; nothing unfinished is left."""

    def look(root: Path) -> None:
        host = PretendHost(root)
        check_current(host.paths, {"1.0", "2.0"})
        host.boot()
        if host.paths.journal.exists():
            switch_of(host).finish()
        name = check_current(host.paths, may_run)
        check(host.service_runs, "the service does not run")
        check(not host.paths.journal.exists(), "the journal is left")
        check(layout(host) == int(name[0]), f"{name} with a database of layout {layout(host)}")

    return look


def main() -> None:
    """`power_cuts.py FOLDER WHAT ARCHIVE KEY`: one drill."""
    base, what, archive, key = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4]
    tree = base / "tree-1.0"
    drills: dict[str, tuple[Callable[[Path], object], Work, Work]] = {
        "install": (empty, install(tree), look_at_installed(tree)),
        "update": (installed, update(archive, key), look_at_updated({"1.0", "2.0"})),
        "sick": (installed, update(archive, key), look_at_updated({"1.0"})),
        "back": (
            lambda root: updated(root, archive, key),
            back,
            look_at_updated({"1.0", "2.0"}),
        ),
    }
    print(json.dumps(drill(base, *drills[what])))  # noqa: T201  # read by the test


if __name__ == "__main__":
    main()
