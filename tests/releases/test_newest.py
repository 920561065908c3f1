from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hipdrive import __version__
from hipdrive.hub.messages.clock import Clock
from hipdrive.hub.mqtt_control import LOOK_NS, MqttControl
from hipdrive.releases.newest import newest_release
from support.hub.commands import TOPICS, command_handler, hub_and_coach, published_state

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"version": "99.1"}', "99.1"),
        ('{"version": "0.0.1"}', __version__),
        ('{"version": "99; rm"}', __version__),
        ('{"version": 99}', __version__),
        ("[]", __version__),
        ("half of a fi", __version__),
    ],
)
def test_the_newest_release_is_never_older_than_the_one_that_runs(
    tmp_path: Path, text: str, expected: str
) -> None:
    file = tmp_path / "latest.json"
    file.write_text(text)
    assert newest_release(file) == expected


def test_nothing_heard_of_is_the_one_that_runs(tmp_path: Path) -> None:
    assert newest_release(tmp_path / "none") == __version__


def test_the_hub_hears_of_a_newer_release_within_a_minute() -> None:
    now_ns, known = [0], [__version__]
    clock = Clock(lambda: 0, lambda: now_ns[0], lambda: True)
    config = hub_and_coach()
    control = MqttControl(config, TOPICS, command_handler(), clock, newest=lambda: known[0])
    state = published_state(control)
    assert (state["installed_version"], state["latest_version"]) == (__version__, __version__)
    known[0] = "99.1"
    now_ns[0] = LOOK_NS - 1
    assert control.changed_state() is None
    now_ns[0] = LOOK_NS
    assert control.changed_state() is not None
    assert published_state(control)["latest_version"] == "99.1"
    now_ns[0] = 2 * LOOK_NS
    assert control.changed_state() is None
