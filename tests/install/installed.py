"""An installed device and what is done to it, for the stories of `scripts/test-install` and
`scripts/test-systemd`; runs in a fresh Debian root, standard library only.

In `/release` lie the archives of 0.1.0 (the checkout), 99.0 (the same by another name) and 99.1
(whose `hipdrive run` ends at once).
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
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
SERVICE = "hipdrive.service"
SAID = Path("/run/hipdrive.log")
WAIT_S, INSTALL_S, LOOK_S = 60.0, 300.0, 0.1
# Debian's own lists of users are written anew whenever one is added.
USERS = tuple(
    f"/etc/{name}" for name in ("passwd", "group", "shadow", "gshadow", "subuid", "subgid")
)


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


def wait_until(happened: Callable[[], object], words: str, within_s: float = WAIT_S) -> None:
    end_s = time.monotonic() + within_s
    while not happened():
        check(time.monotonic() < end_s, f"{words}:\n{log_of_service()}")
        time.sleep(LOOK_S)


def log_of_service() -> str:
    """The last that it said: to the systemctl that records, or to the journal."""
    if SAID.exists():
        return SAID.read_text()[-2000:]
    return ran("journalctl", f"--unit={SERVICE}", "--no-pager", "--lines=30")


def archive(version: str) -> Path:
    [found] = RELEASES.glob(f"hipdrive-{version}-*.tar")
    return found


def unpacked(version: str) -> Path:
    Path("/root/unpacked").mkdir()
    ran("tar", "-xf", str(archive(version)), "-C", "/root/unpacked")
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
    wait_until(page_answers, "no page")


def everything() -> dict[str, float]:
    """Files and links outside of what is always moving, with the time of their last change."""
    found = {}
    for folder in ("/opt", "/etc", "/usr/local"):
        for path in Path(folder).rglob("*"):
            if "__pycache__" not in path.parts and not path.is_dir():
                found[str(path)] = path.lstat().st_mtime
    return found


def prepare_configuration(more: str = "") -> None:
    """A camera that sees a drawn runner, and ten seconds of watching instead of two minutes."""
    CONFIG.parent.mkdir(parents=True, exist_ok=True)
    key = (RELEASES / "key.pub").read_text().strip()
    CONFIG.write_text(
        f'data_dir = "{DATA}"\n[camera]\nkind = "walker"\n[web]\nenabled = true\nhost = "0.0.0.0"\n'
        f'[update]\nwatch_s = 10\nkeys = ["{key}"]\n{more}'
    )


def install(tree: Path) -> float:
    """Install the release of the checkout for the first time; how long it took, s."""
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
    return took_s


def refuse_damaged(touched: Callable[[], object]) -> None:
    """An archive that was damaged on its way; `touched` says another thing if the service was."""
    before = touched()
    damaged = Path("/root/hipdrive-99.0-damaged.tar")
    shutil.copy(archive("99.0"), damaged)
    for ending in (".sha256", ".sig"):
        shutil.copy(f"{archive('99.0')}{ending}", f"{damaged}{ending}")
    with damaged.open("r+b") as file:
        file.seek(10_000_000)
        file.write(b"?")
    said = ran("hipdrive", "update", str(damaged), code=1)
    check("is not signed" in said, said)
    check(touched() == before and running() == "0.1.0", "something was touched")
    damaged.unlink()
    say("a damaged archive is refused, and nothing is touched")


def update() -> float:
    """Update to 99.0; how long it took, s."""
    began_s = time.monotonic()
    ran("hipdrive", "update", str(archive("99.0")))
    took_s = time.monotonic() - began_s
    check(running() == "99.0" and page_answers(), "99.0 does not run")
    check("99.0" in ran("hipdrive", "--version"), "another version")
    say("updated to a newer release, watched, and it runs")
    return took_s


def update_to_broken() -> str:
    """Try 99.1 while 99.0 runs; what the command says."""
    said = ran("hipdrive", "update", str(archive("99.1")), code=1)
    check("taken back" in said, said)
    check(running() == "99.0", running())
    wait_for_page()
    say("a release that is broken on purpose is taken back by itself")
    return said


def roll_back() -> None:
    """From 99.0 to 0.1.0."""
    ran("hipdrive", "update", "--rollback")
    check(running() == "0.1.0" and page_answers(), "0.1.0 does not run")
    check("0.1.0 runs" in ran("hipdrive", "update", "--status"), "another status")
    say("--rollback goes back to the release before")


def remove(tree: Path, at_first: set[str]) -> None:
    """Take everything away; `at_first`: the files before it was installed."""
    check(list((DATA / "sessions").iterdir()), "there is no session")
    ran(str(tree / "install"), "--remove")
    left = {name for name in set(everything()) - at_first if not name.startswith(USERS)}
    check(not left, f"left: {left}")
    check([each.name for each in DATA.iterdir()] == ["sessions"], str(list(DATA.iterdir())))
    check(not CURRENT.exists() and not BASE.exists(), "/opt/hipdrive is left")
    say("--remove leaves nothing but sessions")
