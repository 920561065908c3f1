"""What happens to a device in its life, told inside a fresh Debian root; `scripts/test-install`.

Standard library only. There is no network but loopback, systemctl is `fake_systemctl.py`, and in
`/release` lie the archives of 0.1.0 (the checkout), 99.0 (the same by another name) and 99.1 (whose
`hipdrive run` ends at once).

usage: python3 story.py CUTS
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tarfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BASE, CONFIG = Path("/opt/hipdrive"), Path("/etc/hipdrive/hipdrive.toml")
CURRENT, JOURNAL = BASE / "current", BASE / "update.json"
DATA = Path("/var/lib/hipdrive")
RELEASES = Path("/release")
SYSTEMCTL_LOG = Path("/run/systemctl.log")
PAGE_S = 60.0
LONGEST_CUT_S = 60.0


def say(text: str) -> None:
    print(f"  {text}", flush=True)  # noqa: T201  # the report


def check(condition: object, words: str) -> None:
    if not condition:
        sys.exit(f"FAILED: {words}")


def ran(*command: str, code: int = 0) -> str:
    """What a command says; it must end with this code."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    check(done.returncode == code, f"{' '.join(command)} ended with {done.returncode}:\n{said}")
    return said


def raise_loopback() -> None:
    """There is no `ip` in a fresh root (SIOCSIFFLAGS, netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        fcntl.ioctl(link, 0x8914, struct.pack("16sh14x", b"lo", 1))


def archive(version: str) -> Path:
    [found] = RELEASES.glob(f"hipdrive-{version}-*.tar")
    return found


def unpacked(version: str) -> Path:
    with tarfile.open(archive(version)) as tar:
        tar.extractall("/root/unpacked")  # noqa: S202  # our own, signed
    return Path("/root/unpacked") / archive(version).stem


def running() -> str:
    """The release that `current` leads to, which must be whole."""
    release = CURRENT.resolve()
    check((release / "whole.json").exists(), f"{release} is not whole")
    check((release / "venv/bin/hipdrive").exists(), f"{release} has no program")
    return release.name


def page_answers() -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", 8710), 5) as link:
        link.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
        return link.recv(4) == b"HTTP"
    return False


def wait_for_page() -> None:
    end_s = time.monotonic() + PAGE_S
    while not page_answers():
        check(
            time.monotonic() < end_s, f"no page:\n{Path('/run/hipdrive.log').read_text()[-2000:]}"
        )
        time.sleep(0.5)


def verbs() -> list[str]:
    return [line.split()[0] for line in SYSTEMCTL_LOG.read_text().splitlines()]


def everything() -> dict[str, float]:
    """Files and links outside of what is always moving, with the time of their last change."""
    found = {}
    for folder in ("/opt", "/etc", "/usr/local"):
        for path in Path(folder).rglob("*"):
            if "__pycache__" not in path.parts and not path.is_dir():
                found[str(path)] = path.lstat().st_mtime
    return found


def try_out_for_real(tree: Path) -> None:
    before = everything()
    said = ran(str(tree / "install"), "--dry-run")
    check(everything() == before, "a dry run has changed something")
    check("would link" in said, said)
    say("--dry-run says what it would do, and does nothing")


def install(tree: Path) -> None:
    prepare_configuration()
    began_s = time.monotonic()
    said = ran(str(tree / "install"))
    took_s = time.monotonic() - began_s
    check(running() == "0.1.0", running())
    check("ok       model" in said, said)
    check("page: http://" in said, said)
    check(
        Path("/usr/local/bin/hipdrive").resolve().parts[-5:-3] == ("releases", "0.1.0"),
        "no command",
    )
    check((DATA / "models/movenet_singlepose_lightning_int8.tflite").exists(), "no model")
    wait_for_page()
    say(f"installed from the archive without a network in {took_s:.0f} s; the page answers")
    files, before = everything(), verbs()
    ran(str(tree / "install"))
    new = set(verbs()[len(before) :])
    check(not new & {"start", "stop"}, f"a second run started or stopped the service: {new}")
    changed = {name for name, time_s in everything().items() if files.get(name) != time_s}
    check(not {name for name in changed if "/releases/" in name}, f"changed: {changed}")
    say("installed a second time: nothing is changed, the service is left alone")


def prepare_configuration() -> None:
    """A camera that sees a drawn runner, and ten seconds of watching instead of two minutes."""
    CONFIG.parent.mkdir(parents=True, exist_ok=True)
    key = (RELEASES / "key.pub").read_text().strip()
    CONFIG.write_text(
        f'data_dir = "{DATA}"\n[camera]\nkind = "walker"\n[web]\nenabled = true\nhost = "0.0.0.0"\n'
        f'[update]\nwatch_s = 10\nkeys = ["{key}"]\n'
    )


def update_and_back() -> None:
    before = SYSTEMCTL_LOG.read_text()
    damaged = Path("/root/hipdrive-99.0-damaged.tar")
    shutil.copy(archive("99.0"), damaged)
    for ending in (".sha256", ".sig"):
        shutil.copy(f"{archive('99.0')}{ending}", f"{damaged}{ending}")
    with damaged.open("r+b") as file:
        file.seek(10_000_000)
        file.write(b"?")
    said = ran("hipdrive", "update", str(damaged), code=1)
    check("is not signed" in said, said)
    check(SYSTEMCTL_LOG.read_text() == before and running() == "0.1.0", "something was touched")
    damaged.unlink()
    say("a damaged archive is refused, and nothing is touched")
    ran("hipdrive", "update", str(archive("99.0")))
    check(running() == "99.0" and page_answers(), "99.0 does not run")
    check("99.0" in ran("hipdrive", "--version"), "another version")
    say("updated to a newer release, watched, and it runs")
    said = ran("hipdrive", "update", str(archive("99.1")), code=1)
    check("taken back" in said, said)
    check(running() == "99.0", running())
    wait_for_page()
    say("a release that is broken on purpose is taken back by itself")
    ran("hipdrive", "update", "--rollback")
    check(running() == "0.1.0" and page_answers(), "0.1.0 does not run")
    check("0.1.0 runs" in ran("hipdrive", "update", "--status"), "another status")
    say("--rollback goes back to the release before")


def kill_everything() -> None:
    """Every process but this one, as a power cut does."""
    for path in Path("/proc").glob("[0-9]*"):
        pid = int(path.name)
        if pid not in {1, os.getpid()}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def cut(command: list[str], after_s: float) -> bool:
    """Cut the power so long after a command was begun; whether it was still at work."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(after_s)
    at_work = process.poll() is None
    kill_everything()
    return at_work


def boot() -> None:
    """What is enabled is started; the second unit by its condition."""
    Path("/run/hipdrive.pid").unlink(missing_ok=True)
    if CURRENT.is_symlink():
        running()
        ran("systemctl", "start", "hipdrive.service")
        if JOURNAL.exists():
            program = str(BASE / "previous/venv/bin/hipdrive")
            subprocess.run([program, "update", "--resume"], capture_output=True, check=False)


def cut_updates(cuts: int, seconds: Callable[[], float]) -> None:
    at_work, names = 0, []
    for _ in range(cuts):
        ran("systemctl", "start", "hipdrive.service")
        wait_for_page()
        at_work += cut(["hipdrive", "update", "--older", str(archive("99.0"))], seconds())
        check(running() in {"0.1.0", "99.0"}, running())
        boot()
        wait_for_page()
        check(not JOURNAL.exists(), "the journal is left")
        names.append(running())
        if running() == "99.0":
            ran("hipdrive", "update", "--rollback")
    check(running() == "0.1.0", running())
    say(f"{cuts} power cuts while updating ({at_work} before its end): then ran {', '.join(names)}")


def cut_installs(tree: Path, cuts: int, seconds: Callable[[], float]) -> None:
    at_work = 0
    for _ in range(cuts):
        ran(str(tree / "install"), "--remove")
        prepare_configuration()
        at_work += cut([str(tree / "install")], seconds())
        boot()
    ran(str(tree / "install"))
    check(running() == "0.1.0", running())
    check([each.name for each in (BASE / "releases").iterdir()] == ["0.1.0"], "halves are left")
    wait_for_page()
    say(f"{cuts} power cuts while installing ({at_work} before its end): installed the next time")


def remove(tree: Path, at_first: set[str]) -> None:
    check(list((DATA / "sessions").iterdir()), "there is no session")
    ran(str(tree / "install"), "--remove")
    left = set(everything()) - at_first
    # Debian's own lists of users are written anew whenever one is added.
    left = {
        name for name in left if not name.startswith(("/etc/passwd", "/etc/group", "/etc/shadow"))
    }
    left = {
        name for name in left if not name.startswith(("/etc/gshadow", "/etc/subuid", "/etc/subgid"))
    }
    check(not left, f"left: {left}")
    check([each.name for each in DATA.iterdir()] == ["sessions"], str(list(DATA.iterdir())))
    check(not CURRENT.exists() and not BASE.exists(), "/opt/hipdrive is left")
    say("--remove leaves nothing but sessions")


def main() -> None:
    cuts = int(sys.argv[1])
    chance = random.Random(20)
    raise_loopback()
    Path("/run/systemd/system").mkdir(parents=True, exist_ok=True)
    SYSTEMCTL_LOG.touch()
    at_first = set(everything())
    tree = unpacked("0.1.0")
    try_out_for_real(tree)
    install(tree)
    update_and_back()
    cut_updates(cuts, lambda: chance.uniform(0, LONGEST_CUT_S))
    cut_installs(tree, cuts, lambda: chance.uniform(0, LONGEST_CUT_S))
    remove(tree, at_first)


if __name__ == "__main__":
    main()
