"""What happens to a device in its life, told inside a fresh Debian root; `scripts/test-install`.

Standard library only. There is no network but loopback, and systemctl is `fake_systemctl.py`.

usage: PYTHONPATH=/test python3 story.py CUTS
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
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from install.installed import (
    BASE,
    CONFIG,
    CURRENT,
    JOURNAL,
    SERVICE,
    archive,
    check,
    everything,
    install,
    prepare_configuration,
    ran,
    refuse_damaged,
    remove,
    roll_back,
    running,
    say,
    unpacked,
    update,
    update_to_broken,
    wait_for_page,
)

if TYPE_CHECKING:
    from collections.abc import Callable

SYSTEMCTL_LOG = Path("/run/systemctl.log")


def raise_loopback() -> None:
    """There is no `ip` in a fresh root (SIOCSIFFLAGS, netdevice(7))."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        fcntl.ioctl(link, 0x8914, struct.pack("16sh14x", b"lo", 1))


def verbs() -> list[str]:
    return [line.split()[0] for line in SYSTEMCTL_LOG.read_text().splitlines()]


def try_out_for_real(tree: Path) -> None:
    before = everything()
    said = ran(str(tree / "install"), "--dry-run")
    check(everything() == before, "a dry run has changed something")
    check("would link" in said, said)
    say("--dry-run says what it would do, and does nothing")


def install_twice(tree: Path) -> float:
    """How long the first time took, s."""
    prepare_configuration()
    took_s = install(tree)
    files, before = everything(), verbs()
    ran(str(tree / "install"))
    new = set(verbs()[len(before) :])
    check(not new & {"start", "stop"}, f"a second run started or stopped the service: {new}")
    changed = {name for name, time_s in everything().items() if files.get(name) != time_s}
    check(not {name for name in changed if "/releases/" in name}, f"changed: {changed}")
    say("installed a second time: nothing is changed, the service is left alone")
    return took_s


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
        ran("systemctl", "start", SERVICE)
        if JOURNAL.exists():
            program = str(BASE / "previous/venv/bin/hipdrive")
            subprocess.run([program, "update", "--resume"], capture_output=True, check=False)


def cut_updates(cuts: int, seconds: Callable[[], float]) -> None:
    at_work, names = 0, []
    for _ in range(cuts):
        ran("systemctl", "start", SERVICE)
        wait_for_page()
        # As if it had never been here.
        shutil.rmtree(BASE / "releases/99.0", ignore_errors=True)
        at_work += cut(["hipdrive", "update", str(archive("99.0"))], seconds())
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


def boot_from_card() -> None:
    """What lies on a card's boot partition installs itself (config/sd-card)."""
    boot = Path("/boot/firmware")
    boot.mkdir(parents=True, exist_ok=True)
    shutil.copy(archive("0.1.0"), boot)
    prepare_configuration()
    CONFIG.rename(boot / "hipdrive.toml")
    ran("sh", "/test/sd-card/hipdrive-first-boot", str(boot))
    check(running() == "0.1.0", running())
    check('kind = "walker"' in CONFIG.read_text(), "the card's configuration was not taken")
    check(not list(boot.glob("*.tar")), "the archive still fills the partition")
    wait_for_page()
    say("installed from the files on a card's boot partition")


def main() -> None:
    cuts = int(sys.argv[1])
    chance = random.Random(20)
    raise_loopback()
    Path("/run/systemd/system").mkdir(parents=True, exist_ok=True)
    SYSTEMCTL_LOG.touch()
    at_first = set(everything())
    tree = unpacked("0.1.0")
    try_out_for_real(tree)
    install_s = install_twice(tree)
    refuse_damaged(SYSTEMCTL_LOG.read_text)
    update_s = update()
    update_to_broken()
    roll_back()
    cut_updates(cuts, lambda: chance.uniform(0, update_s))
    cut_installs(tree, cuts, lambda: chance.uniform(0, install_s))
    remove(tree, at_first)
    boot_from_card()


if __name__ == "__main__":
    main()
