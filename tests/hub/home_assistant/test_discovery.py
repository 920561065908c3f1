from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from conftest import REPOSITORY
from hipdrive.config import CoachConfig, Config, HubConfig
from hipdrive.hub.home_assistant.discovery import announcement, device_name, discovery, object_id
from hipdrive.hub.home_assistant.entities import ENTITIES
from hipdrive.hub.home_assistant.entity import Platform
from hipdrive.hub.messages.encoding import encode
from hipdrive.hub.mqtt.topics import Topics
from support.hub.commands import TOPICS, hub_and_coach

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DASHBOARDS = sorted((REPOSITORY / "config" / "home-assistant").glob("*.yaml"))
ROOT = "hipdrive/home/treadmill"


def as_received(message: Mapping[str, object]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(encode(message))
    return body


def discovered(**hub: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the field takes
    return as_received(discovery(hub_and_coach(**hub), TOPICS))


def components(**hub: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401
    found: dict[str, dict[str, Any]] = discovered(**hub)["components"]
    return found


def test_it_is_one_retained_message_for_the_whole_device() -> None:
    [message] = announcement(hub_and_coach(), TOPICS)
    assert message.topic == "homeassistant/device/hipdrive_home_AT_treadmill/config"
    assert (message.qos, message.retain) == (1, True)
    assert json.loads(message.payload) == discovered()


def test_the_prefix_is_the_configurations_and_may_be_none() -> None:
    [message] = announcement(hub_and_coach(discovery_prefix="house"), TOPICS)
    assert message.topic.startswith("house/device/")
    assert announcement(hub_and_coach(discovery_prefix=""), TOPICS) == ()


def test_it_names_the_device_and_its_origin() -> None:
    whole = discovered()
    assert whole["device"]["identifiers"] == ["hipdrive_home_AT_treadmill"]
    assert whole["origin"]["name"] == "hipdrive"
    assert whole["availability"] == [{"topic": f"{ROOT}/availability"}]


def test_every_component_has_a_platform_and_an_id_of_its_own_and_no_object_id() -> None:
    ids = [one["unique_id"] for one in components().values()]
    assert len(set(ids)) == len(ids) == len(ENTITIES) == 24
    assert {one["platform"] for one in components().values()} == set(Platform)
    assert not any("object_id" in one for one in components().values())


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("thigh_ext_live", (None, "°", "measurement", "live")),
        ("thigh_ext_mean", (None, "°", "measurement", "summary")),
        ("in_band_share", (None, "%", "measurement", "summary")),
        ("cadence", (None, "spm", "measurement", "live")),
        ("strides", (None, "strides", "total_increasing", "summary")),
        ("buzzes", (None, "cues", "total_increasing", "summary")),
        ("cue", (None, None, None, "cue")),
        ("session_active", ("running", None, None, "state")),
        ("runner_present", ("occupancy", None, None, "live")),
        ("belt_speed", ("speed", "m/s", "measurement", "summary")),
        ("frame_rate", (None, "fps", "measurement", "health")),
        ("temperature", ("temperature", "°C", "measurement", "health")),
        ("throttling", ("problem", None, None, "health")),
        ("last_session", ("timestamp", None, None, "summary")),
        ("mute", (None, None, None, "state")),
        ("target_offset", (None, "°", None, "state")),
        ("runner_name", (None, None, None, "state")),
        ("runner_profile", (None, None, None, "state")),
    ],
)
def test_device_class_and_unit_of_entities(key: str, expected: tuple[str | None, ...]) -> None:
    one = components()[key]
    *words, topic = expected
    names = ("device_class", "unit_of_measurement", "state_class")
    assert [one.get(name) for name in names] == words
    assert one["state_topic"] == f"{ROOT}/{topic}"


def test_only_what_is_live_expires() -> None:
    expiring = {key for key, one in components().items() if "expire_after" in one}
    live = {key for key, one in components().items() if one.get("state_topic", "")[-5:] == "/live"}
    health = {
        key for key, one in components().items() if one.get("state_topic", "")[-7:] == "/health"
    }
    assert expiring == live | health
    assert (len(live), len(health)) == (3, 3)


def test_entities_about_the_device_are_diagnostic() -> None:
    marked = {key for key, one in components().items() if one.get("entity_category")}
    working = {"frame_rate", "temperature", "throttling", "safe_mode"}
    assert marked == working | {"refused_commands", "update"}


def test_only_allowed_commands_have_controls() -> None:
    controls = {key for key, one in components().items() if "command_topic" in one}
    sessions, runner = {"session_start", "session_end"}, {"runner_name", "runner_profile"}
    assert controls == {"mute", "privacy", "target_offset"} | sessions | runner
    some = {key for key, one in components(commands=["session"]).items() if "command_topic" in one}
    assert some == {"session_start", "session_end"}


def test_the_number_has_the_configurations_limits() -> None:
    one = components()["target_offset"]
    assert (one["min"], one["max"], one["step"]) == (-1, 1, 0.5)
    fixed = Config(hub=HubConfig(host="broker"), coach=CoachConfig(offset_deg=0.0))
    assert "target_offset" not in as_received(discovery(fixed, TOPICS))["components"]


def test_two_devices_are_never_taken_for_one() -> None:
    pairs = [("a_b", "c"), ("a", "b_c"), ("a_", "b"), ("a", "_b"), ("a-b", "c"), ("a", "b-c")]
    assert len({object_id(Topics(*pair)) for pair in pairs}) == len(pairs)


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.name)
def test_a_dashboard_names_only_entities_that_are_there(dashboard: Path) -> None:
    text = dashboard.read_text(encoding="utf-8")
    named = set(re.findall(r"\b[a-z_]+\.hipdrive_\w+", text))
    there = {entity.entity_id(device_name(TOPICS)) for entity in ENTITIES}
    assert named
    assert named <= there


def test_there_is_a_dashboard() -> None:
    assert DASHBOARDS


@pytest.mark.parametrize("name", ["<b>", "anna >", "{{ states }}"])
def test_a_name_that_the_device_refuses_is_refused_by_home_assistant_too(name: str) -> None:
    """It matches from the beginning, and no further than the pattern says."""
    pattern = components()["runner_name"]["pattern"]
    assert re.match(pattern, "anna-3")
    assert not re.match(pattern, name)
