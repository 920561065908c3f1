"""The schemas and the AsyncAPI document, and that messages are what they say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from hipdrive.config import HubConfig
from hipdrive.control.command import COMMANDS
from hipdrive.hub.messages.clock import Stamp
from hipdrive.hub.messages.encoding import timestamped
from hipdrive.hub.messages.session_messages import cue_message, live_message
from hipdrive.hub.mqtt.topics import Topics
from hipdrive.session.cue_times import CueTime
from hipdrive.types.angle import TURN
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.stride import Rejection
from support.messages import validation
from support.messages.examples import every_example
from support.messages.schemas import PUBLISHED

if TYPE_CHECKING:
    from pathlib import Path

ASYNCAPI = validation.read(validation.DOCS / "asyncapi.json")
TIMES_NS = st.integers(0, 10**15)
ANGLES_BAM = st.none() | st.integers(-TURN // 2, TURN // 2)


@pytest.mark.parametrize("file", validation.files(), ids=lambda file: file.name)
def test_a_schema_is_one(file: Path) -> None:
    Draft7Validator.check_schema(validation.read(file))


@pytest.mark.parametrize("name", [each.name for each in PUBLISHED])
def test_the_example_is_as_documented(name: str) -> None:
    example = every_example()[name]
    assert validation.violations(example) == []


@pytest.mark.parametrize("name", [each.name for each in PUBLISHED])
def test_every_key_of_a_message_is_wanted_and_no_other_is_taken(name: str) -> None:
    example = every_example()[name]
    for key in set(example) - {"schema"}:
        rest = {other: value for other, value in example.items() if other != key}
        assert any(repr(key) in error for error in validation.violations(rest))
    assert any("'surprise'" in error for error in validation.violations({**example, "surprise": 1}))


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("live", "score", 1.01),
        ("live", "doubt", "no reason at all"),
        ("stride", "contact_time_s", "0.2"),
        ("stride", "leg", "near"),
        ("summary", "utc", "yesterday"),
        ("summary", "metrics", {}),
        ("summary", "verdict", "fine"),
        ("cues", "id", "7"),
        ("cues", "cues", {"led_off": -1}),
        ("health", "disk_free_mb", 0.5),
    ],
)
def test_a_wrong_value_is_noticed(name: str, key: str, value: object) -> None:
    assert validation.violations({**every_example()[name], key: value}) != []


def written(body: Any) -> Any:  # noqa: ANN401 - JSON is anything
    return timestamped(body, Stamp(10**18, 0), synchronised=False)


@given(
    st.text(),
    TIMES_NS,
    st.none() | st.floats(),
    st.floats(0, 1),
    st.none() | st.sampled_from(Rejection),
    ANGLES_BAM,
)
def test_any_live_message_is_as_documented(
    session: str,
    t_ns: int,
    cadence_spm: float | None,
    score: float,
    doubt: Rejection | None,
    angle_bam: int | None,
) -> None:
    body = live_message(
        session,
        t_ns,
        None,
        cadence_spm,
        score,
        "off",
        runner_seen=False,
        doubt=doubt,
        stride_thigh_ext_bam=angle_bam,
    )
    assert validation.violations(validation.as_received(written(body))) == []


@given(
    st.text(),
    TIMES_NS,
    st.sampled_from(CueKind),
    ANGLES_BAM,
    st.none() | TIMES_NS,
    st.none() | st.builds(CueTime, TIMES_NS, st.none() | TIMES_NS),
)
def test_any_cue_is_as_documented(  # what a cue may have each
    session: str,
    t_ns: int,
    kind: CueKind,
    angle_bam: int | None,
    peak_ns: int | None,
    time: CueTime | None,
) -> None:
    body = cue_message(session, 0, Cue(t_ns, kind, angle_bam, peak_ns), time)
    assert validation.violations(validation.as_received(written(body))) == []


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        found = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return found + [each for value in node.values() for each in references(value)]
    if isinstance(node, list):
        return [each for value in node for each in references(value)]
    return []


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    found = references(ASYNCAPI)
    assert found
    for reference in found:
        file, _, path = reference.partition("#/")
        if file:
            assert (validation.DOCS / file).is_file(), reference
            continue
        node = ASYNCAPI
        for step in path.split("/"):
            node = node[step]


def test_the_asyncapi_document_has_every_topic_and_no_other() -> None:
    config = HubConfig()
    topics = Topics(config.site, config.device)
    documented = {
        re.sub(r"\{(site|device)\}", lambda m: str(getattr(topics, m[1])), channel["address"])
        for channel in ASYNCAPI["channels"].values()
    }
    properties = [name for name, value in vars(Topics).items() if isinstance(value, property)]
    # Below these there are others; on `check` nothing is expected.
    levels = {topics.root, topics.command, topics.answer, topics.check}
    known = {getattr(topics, name) for name in properties} - levels
    known |= {f"{topics.command}/{name}" for name in COMMANDS}
    assert documented == known | {f"{topics.answer}/{{caller}}"}
