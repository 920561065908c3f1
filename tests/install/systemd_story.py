"""What happens to the service under a real systemd, told in a booted root; `scripts/test-systemd`.

Standard library only. The service is hipdrive's own unit but for its camera (`walker.conf`), and
mosquitto is the broker. Times are those that systemd notes, since a moment that the story knows.

usage: PYTHONPATH=/test python3 systemd_story.py
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from install.installed import (
    BASE,
    CONFIG,
    DATA,
    INSTALL_S,
    JOURNAL,
    SERVICE,
    archive,
    check,
    everything,
    install,
    log_of_service,
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
    wait_until,
)

FAULT, AT_FIRST = Path("/test/camera-fault"), Path("/test/at-first.json")
UPDATE_SERVICE = "hipdrive-update.service"
TOPICS = "hipdrive/home/treadmill"
BROKER = ("-V", "5", "-h", "127.0.0.1")
HUB = '[hub]\nhost = "127.0.0.1"\n'
BACK_S = 5.0
"""After a fault of the camera the service is started anew within so long."""
EXPOSURE = 1.5
"""`systemd-analyze security` says no more."""
STOP_S = 20.0
"""The unit's `TimeoutStopSec`."""
FAILED_STARTS = 5
STILL_S = 8.0
"""Longer than a start that fails takes with the wait before the next."""


def shown(name: str) -> str:
    """A property of the service (org.freedesktop.systemd1(5))."""
    return ran("systemctl", "show", "--value", f"--property={name}", SERVICE).strip()


def restarts() -> int:
    return int(shown("NRestarts"))


def noted_s(name: str) -> float:
    """A moment that systemd noted, on the clock of `time.monotonic`."""
    return int(shown(f"{name}TimestampMonotonic")) / 1e6


def is_up() -> bool:
    return (shown("ActiveState"), shown("SubState")) == ("active", "running")


def wait_for_start(since_s: float) -> tuple[float, float]:
    """Of the first start that is up: begun and up so long after a moment, s."""
    wait_until(lambda: noted_s("ExecMainStart") > since_s, "not started again")
    FAULT.unlink(missing_ok=True)
    wait_until(lambda: is_up() and noted_s("ActiveEnter") > since_s, "not up again")
    wait_for_page()
    return noted_s("ExecMainStart") - since_s, noted_s("ActiveEnter") - since_s


def journal(since_s: float) -> str:
    """What the journal has of the service since then."""
    ago_s = round(time.monotonic() - since_s) + 1
    return ran("journalctl", f"--unit={SERVICE}", "--no-pager", f"--since=-{ago_s}s")


def break_camera(how: str) -> float:
    """The moment after which there is no frame."""
    FAULT.write_text(how, encoding="ascii")
    return time.monotonic()


def state() -> dict[str, object]:
    """What the hub has of the device."""
    said = ran("mosquitto_sub", *BROKER, "-C", "1", "-W", "20", "-t", f"{TOPICS}/state")
    found: dict[str, object] = json.loads(said)
    return found


def begin_anew() -> None:
    """Started on purpose, so that no start counts as failed."""
    ran("systemctl", "restart", SERVICE)
    check(restarts() == 0 and is_up(), f"{restarts()} restarts")


def look_at_installed() -> None:
    wait_until(is_up, "not up")
    check(shown("Type") == "notify" and shown("NRestarts") == "0", f"{restarts()} restarts")
    check(ran("systemctl", "is-enabled", SERVICE).strip() == "enabled", "not enabled")
    user = Path("/proc", shown("MainPID")).owner()
    check(user == "hipdrive", f"runs as {user}")
    ran("hipdrive", "doctor", "--config", str(CONFIG), "--only", "configuration,model,broker,page")
    took_s = noted_s("ActiveEnter") - noted_s("ExecMainStart")
    say(f"runs as {user}, enabled, READY {took_s:.1f} s after its start; doctor is content")
    [figure] = re.findall(
        r"exposure level for \S+: ([\d.]+)", ran("systemd-analyze", "security", SERVICE)
    )
    check(float(figure) <= EXPOSURE, f"systemd-analyze security: {figure}")
    say(f"systemd-analyze security: {figure}")


def install_again(tree: Path) -> None:
    before = shown("ExecMainPID")
    ran(str(tree / "install"))
    check(is_up() and shown("ExecMainPID") == before, "the service was started anew")
    say("installed a second time: the service is left alone")


def stop_and_start() -> None:
    wait_until(lambda: state()["session_active"], "no session goes on")
    newest = max((DATA / "sessions").iterdir())
    began_s = time.monotonic()
    ran("systemctl", "stop", SERVICE)
    took_s = time.monotonic() - began_s
    check(took_s < STOP_S, f"stopped in {took_s:.1f} s")
    ended = shown("ActiveState"), shown("Result"), shown("ExecMainStatus")
    check(ended[:2] == ("inactive", "success"), f"{ended}:\n{log_of_service()}")
    look_at_session(newest)
    check(state()["session_active"] is False, "the hub has a session that goes on")
    ran("systemctl", "start", SERVICE)
    say(f"stopped in {took_s:.1f} s with a whole session (exit code {ended[2]}), started again")


def look_at_session(folder: Path) -> None:
    """Whether it is all there, as it was written."""
    names = {each.name for each in folder.iterdir()}
    check({"session.json", "poses.npz", "strides.csv", "SHA256SUMS"} <= names, f"only {names}")
    check(not [name for name in names if "partial" in name], f"a half is left: {names}")
    ran("env", "-C", str(folder), "sha256sum", "--check", "--quiet", "SHA256SUMS")


def hang_camera() -> None:
    begin_anew()
    since_s = break_camera("hangs")
    began_s, up_s = wait_for_start(since_s)
    check("Watchdog timeout" in journal(since_s), journal(since_s))
    check(restarts() == 1, f"{restarts()} restarts")
    check(began_s <= BACK_S, f"started again {began_s:.2f} s after the last frame")
    say(
        f"a camera that hangs: the watchdog starts it anew after {began_s:.2f} s, up at "
        f"{up_s:.1f} s"
    )


def kill_service() -> None:
    begin_anew()
    wait_until(lambda: state()["session_active"], "no session goes on")
    since_s = time.monotonic()
    ran("systemctl", "kill", "--signal=KILL", SERVICE)
    began_s, up_s = wait_for_start(since_s)
    check(restarts() == 1, f"{restarts()} restarts")
    say(f"kill -9 of all its processes: started anew after {began_s:.2f} s, up at {up_s:.1f} s")
    since_s = time.monotonic()
    os.kill(int(shown("MainPID")), signal.SIGKILL)
    began_s, up_s = wait_for_start(since_s)
    check(restarts() == 2, f"{restarts()} restarts")
    say(f"kill -9 of its main process: started anew after {began_s:.2f} s, up at {up_s:.1f} s")


def lose_camera() -> None:
    begin_anew()
    since_s = break_camera("gone")
    wait_until(lambda: noted_s("ExecMainStart") > since_s, "not started again")
    began_s = noted_s("ExecMainStart") - since_s
    check(began_s <= BACK_S, f"started again {began_s:.2f} s after the last frame")
    wait_until(lambda: shown("StatusText") == "safe mode", "no safe mode")
    safe_s, tries = noted_s("ActiveEnter") - since_s, restarts()
    check(tries == FAILED_STARTS, f"{tries} restarts up to safe mode")
    say(
        f"a camera that is gone: started anew after {began_s:.2f} s, five times; safe mode at "
        f"{safe_s:.0f} s"
    )
    time.sleep(STILL_S)
    check(is_up() and restarts() == tries, f"{restarts()} restarts in safe mode")
    wait_for_page()
    check(state()["safe_mode"] is True, f"the hub has {state()}")
    ran("hipdrive", "doctor", "--config", str(CONFIG), "--only", "configuration,model,broker,page")
    FAULT.unlink()
    command = ("mosquitto_pub", *BROKER, "-q", "1", "-t", f"{TOPICS}/command/session")
    ran(*command, "-m", '{"action":"start"}')
    wait_until(lambda: state()["session_active"], "no session was begun")
    check(state()["safe_mode"] is False and restarts() == tries, f"{restarts()} restarts")
    say("in safe mode the service is active, page, hub and doctor work; a command leaves it")


def is_watched() -> bool:
    """Whether a release was switched to, and may yet be taken back."""
    with suppress(OSError):
        return '"watching"' in JOURNAL.read_text(encoding="utf-8")
    return False


def cut_update() -> None:
    """Cut the power while a broken release is watched; the second life begins with it."""
    nowhere = subprocess.DEVNULL
    command = ["hipdrive", "update", str(archive("99.1"))]
    subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
    wait_until(is_watched, "not switched", INSTALL_S)
    check(running() == "99.1", running())
    say("power cut while a broken release is watched")
    ran("systemctl", "reboot", "--force", "--force")
    time.sleep(STILL_S)


def first_life() -> None:
    said = ran("systemctl", "--version").splitlines()[0]
    say(f"{said}, cgroup {Path('/proc/1/cgroup').read_text().splitlines()[-1]}")
    ran("systemctl", "is-system-running", "--wait")
    at_first = sorted(everything())
    tree = unpacked("0.1.0")
    prepare_configuration(HUB)
    install(tree)
    AT_FIRST.write_text(json.dumps(at_first))
    look_at_installed()
    install_again(tree)
    stop_and_start()
    hang_camera()
    kill_service()
    lose_camera()
    begin_anew()
    refuse_damaged(lambda: shown("ExecMainPID"))
    update()
    say(update_to_broken().strip().splitlines()[-1])
    roll_back()
    check(restarts() == 0, f"{restarts()} restarts")
    cut_update()


def second_life() -> None:
    wait_until(lambda: not JOURNAL.exists() and is_up(), "the update was not ended")
    asked = ("systemctl", "show", "--value", "--property=ActiveState", UPDATE_SERVICE)
    wait_until(lambda: ran(*asked).strip() == "failed", f"{UPDATE_SERVICE} does not tell")
    check(running() == "0.1.0", running())
    check("99.1 taken back" in ran("hipdrive", "update", "--status"), "another status")
    wait_for_page()
    booted = ran("systemctl", "show", "--value", "--property=UserspaceTimestampMonotonic")
    up_s = noted_s("ActiveEnter") - int(booted) / 1e6
    say(f"booted again: the release before is up {up_s:.1f} s later, by {UPDATE_SERVICE}")
    sessions = sorted((DATA / "sessions").iterdir())
    for folder in sessions[:-1]:
        look_at_session(folder)
    say(f"{len(sessions) - 1} sessions, ended, killed and cut off, are whole")
    remove(Path("/root/unpacked") / archive("0.1.0").stem, set(json.loads(AT_FIRST.read_text())))
    check(not BASE.exists() and not shown("FragmentPath"), "systemd still knows the unit")
    check(shown("ActiveState") == "inactive", shown("ActiveState"))


if __name__ == "__main__":
    second_life() if AT_FIRST.exists() else first_life()
