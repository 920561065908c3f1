"""What a gym's mosquitto is told, in the order in which it reads the files."""

from __future__ import annotations

import re
from pathlib import Path

FILES = Path(__file__).resolve().parents[2] / "config" / "mosquitto"
INSTALLED_AS = re.compile(r"/etc/mosquitto/conf\.d/(\S+\.conf)")
TOGETHER = ("mosquitto.conf", "gym.conf", "gym-certificates.conf", "site-bridge.conf")


def installed() -> dict[str, str]:
    """The texts of the files that a gym has together, by the names that they say they go to."""
    found = {}
    for name in TOGETHER:
        text = (FILES / name).read_text(encoding="utf-8")
        comment = text.split("\n\n", 1)[0] if "\n\n" in text else text
        named = INSTALLED_AS.search(comment)
        assert named, name
        found[named[1]] = text
    assert len(found) == len(TOGETHER)
    return found


def test_what_waits_for_a_collector_has_no_count_as_its_limit() -> None:
    """mosquitto reads the files of `conf.d` by name, and the last one counts."""
    files = installed()
    lines = [line for name in sorted(files) for line in files[name].splitlines()]
    limits = [line.split()[1] for line in lines if line.startswith("max_queued_messages ")]
    assert limits[-1] == "0"


def test_a_bridge_is_the_last_that_mosquitto_is_told() -> None:
    files = installed()
    assert "\nconnection " in files[max(files)]


def test_gym_md_names_the_files_as_they_say() -> None:
    text = (FILES.parents[1] / "docs" / "gym.md").read_text(encoding="utf-8")
    named = {name.rstrip(").,`") for name in INSTALLED_AS.findall(text)}
    assert named == set(installed())
