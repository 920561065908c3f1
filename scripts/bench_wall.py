"""The wall in Chromium before many devices that publish: what it shows when, and what it costs.

One device is killed with -9 and one is stopped, as by a network that is gone: the seconds until
their tiles are red. Then 10,000 messages that no device sends. Needs Debian's packages mosquitto,
postgresql and chromium, and the environment of the tests. Prints JSON.
usage: .venv-3.11/bin/python scripts/bench_wall.py [--devices N] [--picture FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
sys.path.insert(0, str(ROOT / "scripts"))

from bench_gym import cpu_s, most_mb  # noqa: E402
from playwright.sync_api import expect  # noqa: E402

from hipdrive.gym.wall.users import WallRole, WallUsers, new_user  # noqa: E402
from support.browser import chromium, serious_faults  # noqa: E402
from support.gym.messages import payload, topic  # noqa: E402
from support.gym.server import CollectorProcess, gym_broker, gym_config  # noqa: E402
from support.gym.wall import PASSWORDS, PublishingDevice  # noqa: E402
from support.mosquitto import RUN_BY_A_BENCH  # noqa: E402
from support.postgres import Postgres  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

LONGEST_MS = 120_000
CLICKS = 40
IDLE_S = 20
HOSTILE = [
    (topic("health"), b"\xff" * 200),
    (topic("state"), payload("live")),
    (topic("live"), b"[" * 5000),
    (topic("health", site="GYM"), payload("health")),
]
CLICK = """async (index) => {
  const began = performance.now();
  document.querySelectorAll(".tile")[index].click();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const shown = performance.now();
  const said = document.getElementById("week-said");
  while (said.textContent === "…") await new Promise((done) => setTimeout(done, 4));
  const read = performance.now();
  document.getElementById("details").close();
  return [shown - began, read - began];
}"""

NOTHING = """async () => {
  const began = performance.now();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const shown = performance.now();
  await (await fetch("/who")).json();
  return [shown - began, performance.now() - shown];
}"""


def started(*arguments: str) -> subprocess.Popen[str]:
    """A command of this hipdrive."""
    return subprocess.Popen(  # noqa: S603  # this program
        [sys.executable, "-m", "hipdrive", *arguments], stdout=subprocess.PIPE, text=True
    )


def red_after_s(
    page: Page, name: str, end: signal.Signals, process: subprocess.Popen[str]
) -> float:
    """Seconds from the end of a device's process to its red tile."""
    tile = f'.tile.offline[aria-label*="{name} "]'
    assert page.locator(tile).count() == 0  # noqa: S101
    began_s = time.monotonic()
    process.send_signal(end)
    page.wait_for_selector(tile, timeout=LONGEST_MS, state="attached")
    return round(time.monotonic() - began_s, 1)


def clicks_ms(page: Page, devices: int) -> dict[str, object]:
    """Median, 95th percentile and most: until the details are painted, and until they are read.

    Beside it what two frames and one request take of which nothing is asked, which is the machine's
    own; and the processor time of the page's thread for each click.
    """
    nothing = [page.evaluate(NOTHING) for _ in range(CLICKS)]
    with_protocol = page.context.new_cdp_session(page)
    with_protocol.send("Performance.enable", {"timeDomain": "threadTicks"})
    before_s = thread_s(with_protocol)
    times = [page.evaluate(CLICK, index * 7 % devices) for index in range(CLICKS)]
    used_ms = 1000 * (thread_s(with_protocol) - before_s) / CLICKS
    with_protocol.detach()
    found: dict[str, object] = {"processor": round(used_ms, 1)}
    names = ("painted", "read", "two frames of nothing", "a request of nothing")
    for name, values in zip(
        names, (*zip(*times, strict=True), *zip(*nothing, strict=True)), strict=True
    ):
        ordered = sorted(values)
        most = [statistics.median(ordered), ordered[round(0.95 * len(ordered)) - 1], ordered[-1]]
        found[name] = [round(value, 1) for value in most]
    return found


def thread_s(with_protocol: CDPSession) -> float:
    """Processor time of the page's thread, s."""
    metrics = with_protocol.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def memory_mb(page: Page) -> dict[str, float]:
    """Of the page: the script's heap, and the private memory of its process."""
    with_protocol = page.context.new_cdp_session(page)
    with_protocol.send("HeapProfiler.collectGarbage")
    with_protocol.send("Performance.enable")
    metrics = with_protocol.send("Performance.getMetrics")["metrics"]
    heap = next(each["value"] for each in metrics if each["name"] == "JSHeapUsedSize")
    return {"script": round(heap / 1e6, 1), "process": max(map(private_mb, renderers()))}


def renderers() -> list[int]:
    """Processes below this one that show pages."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"--type=renderer" in command:
            found.append(int(folder.name))
    return found


def private_mb(pid: int) -> float:
    """Memory that a process shares with no other."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    lines = [line.split() for line in rollup.splitlines() if line.startswith("Private_")]
    return round(sum(int(line[1]) for line in lines) / 1000, 1)


def measured(
    page: Page, wall: subprocess.Popen[str], broker_port: int, devices: int
) -> dict[str, object]:
    """All figures but those of the devices that end."""
    before_s, began_s = cpu_s(wall.pid), time.monotonic()
    page.wait_for_timeout(IDLE_S * 1000)
    percent = 100 * (cpu_s(wall.pid) - before_s) / (time.monotonic() - began_s)
    figures: dict[str, object] = {
        "serious faults of axe-core": serious_faults(page),
        "wall's processor, % of a core": round(percent, 1),
        "click_ms p50 p95 max": clicks_ms(page, devices),
        "page_mb": memory_mb(page),
    }
    shown = page.locator("#count").text_content()
    with closing(PublishingDevice(broker_port, "stranger", "hostile")) as stranger:
        stranger.flood(HOSTILE, 10_000)
        figures["click_ms among 10,000 hostile messages"] = clicks_ms(page, devices)
    page.reload()
    expect(page.locator("#refused")).not_to_be_empty()
    figures["before and after"] = [shown, page.locator("#count").text_content()]
    figures["refused"] = page.locator("#refused").text_content()
    figures["page_mb at the end"] = memory_mb(page)
    figures["wall_mb"] = round(most_mb(wall.pid), 1)
    return figures


def bench(folder: Path, devices: int, picture: Path | None, stack: ExitStack) -> dict[str, object]:
    """Start all, measure, end all."""
    database = stack.enter_context(Postgres({"fsync": "on"}))
    broker = stack.enter_context(gym_broker(folder, RUN_BY_A_BENCH))
    stack.enter_context(CollectorProcess(folder, gym_config(folder, broker, database), "one"))
    config, users = folder / "gym-server.toml", folder / "users"
    WallUsers(str(users)).put(new_user("stan", WallRole.STAFF, PASSWORDS["stan"]))
    with config.open("a", encoding="utf-8") as file:
        file.write(f'[wall]\nport = 0\nusers_file = "{users}"\n')
    options = ["--config", str(config), "--seconds", "3600"]
    wall = started("wall", "--config", str(config))
    fleets = [
        started("simulate", *options, "--site", site, "--devices", str(count))
        for site, count in (("gym", devices - 2), ("killed", 1), ("stopped", 1))
    ]
    for process in (wall, *fleets):
        stack.callback(process.wait)
        stack.callback(process.send_signal, signal.SIGCONT)
        stack.callback(process.kill)
    assert wall.stdout is not None  # noqa: S101
    link = wall.stdout.readline().removeprefix("wall: ").strip()
    browser = next(stack.enter_context(closing(chromium())))
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(link)
    page.get_by_label("Name").fill("stan")
    page.get_by_label("Password").fill(PASSWORDS["stan"])
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".tile:not(.offline)")).to_have_count(devices, timeout=LONGEST_MS)
    figures = measured(page, wall, broker.port, devices)
    figures["red_after_s"] = {
        "killed with -9": red_after_s(page, "killed", signal.SIGKILL, fleets[1]),
        "stopped": red_after_s(page, "stopped", signal.SIGSTOP, fleets[2]),
    }
    if picture is not None:
        page.screenshot(path=picture)
    return {"devices": devices, **figures}


def main() -> None:
    """Run the bench and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=200)
    parser.add_argument("--picture", type=Path, help="write the page as it was at the end")
    asked = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [str(ROOT / "device"), os.environ.get("PYTHONPATH", "")]
    )
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        figures = bench(Path(name), asked.devices, asked.picture, stack)
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
