from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.cues.patterns import (
    EVENT_OF_CUE,
    MOST_CHANGES,
    MOST_PATTERN_CHANGES,
    PanelEvent,
    Pattern,
    PatternStep,
    changes_in_a_second,
    parse_pattern,
    patterns_for,
)
from hipdrive.types.cue import CueKind

MS = 1_000_000
KINDS = ("three", "rgb", "strip")


def test_a_colour_alone_is_a_steady_light() -> None:
    assert parse_pattern("green") == Pattern((PatternStep("green"),))


def test_steps_have_their_milliseconds_and_are_repeated() -> None:
    steps = (PatternStep("blue", 150 * MS), PatternStep(None, 1850 * MS))
    assert parse_pattern("blue 150, dark 1850") == Pattern(steps)
    assert parse_pattern("20x blue 150, dark 1850") == Pattern(steps, rounds=20)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("red", "no light is red"),
        ("red 500, dark 500", "no light is red"),
        ("white", "'white' is no light; there are green, amber, blue and dark"),
        ("green 1000", "one alone with one"),
        ("green, dark 1000", "a step without its time"),
        ("2x green", "one alone"),
        ("green 99, dark 1000", "lasts 100 to 5000 ms"),
        ("green 5001, dark 1000", "lasts 100 to 5000 ms"),
        ("green 1000,dark 1000", "has 'green 1000,dark 1000' in it"),
        ("0x green 1000, dark 1000", "1 to 100 times"),
        ("101x green 1000, dark 1000", "1 to 100 times"),
        ("green 499, dark 499", "more than 2 times in a second"),
        ("amber 150, dark 150, amber 150, dark 5000", "more than 2 times in a second"),
        ("green 99999999999", "has 'green 99999999999' in it"),
    ],
)
def test_what_breaks_a_limit_is_refused_with_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_pattern(text)


def test_changes_are_counted_over_any_second_also_from_one_round_into_the_next() -> None:
    # On at 0, off at 0.9, on again at 1.0: off and on lie 0.1 s apart, then 0.9 s pass.
    quick = Pattern((PatternStep("green", 900 * MS), PatternStep(None, 100 * MS)))
    assert changes_in_a_second(quick) == 2
    # Three steps of 0.4 s: at 0, 0.4 and 0.8 within one second.
    steps = tuple(PatternStep(colour, 400 * MS) for colour in ("amber", "green", "blue"))
    assert changes_in_a_second(Pattern(steps)) == 3
    assert changes_in_a_second(Pattern((PatternStep("green"),))) == 0


step = st.tuples(st.sampled_from(["green", "amber", "blue", "dark"]), st.integers(1, 60))


@given(st.lists(step, min_size=2, max_size=6))
def test_no_pattern_that_is_taken_changes_more_often_than_it_may(
    steps: list[tuple[str, int]],
) -> None:
    text = ", ".join(f"{name} {50 * units}" for name, units in steps)
    try:
        pattern = parse_pattern(text)
    except ValueError:
        return
    # Counted again, in another way: the colour in every 50 ms of twenty rounds.
    tape = [each.colour for each in pattern.steps for _ in range((each.lasts_ns or 0) // (50 * MS))]
    tape = tape * 20
    changed = [index for index in range(1, len(tape)) if tape[index] != tape[index - 1]]
    seconds = [sum(first <= each < first + 20 for each in changed) for first in changed]
    most = max(seconds, default=0)
    assert most <= MOST_PATTERN_CHANGES < MOST_CHANGES


@pytest.mark.parametrize("kind", KINDS)
def test_every_event_has_a_pattern_and_every_lasting_cue_an_event(kind: str) -> None:
    assert set(patterns_for(kind, {})) == set(PanelEvent)
    assert {each for each in CueKind if each.holds} - set(EVENT_OF_CUE) == {CueKind.LED_OFF}


@pytest.mark.parametrize("kind", KINDS)
def test_all_events_are_told_apart_without_colour(kind: str) -> None:
    """On one light by when it is on, on several by where as well."""
    where = (0, 0, 0) if kind == "rgb" else (1, 2, 3)
    places = dict(zip(("amber", "green", "blue"), where, strict=True))
    looks = {}
    for event, pattern in patterns_for(kind, {}).items():
        steps = tuple(
            (None if s.colour is None else places[s.colour], s.lasts_ns) for s in pattern.steps
        )
        if kind == "rgb" and event is PanelEvent.SESSION_BEGINS:
            continue
        looks[event] = steps
    assert len(set(looks.values())) == len(looks)


def test_two_events_that_look_alike_are_refused() -> None:
    with pytest.raises(ValueError, match="above and below look the same to the runner"):
        patterns_for("three", {PanelEvent.ABOVE: "amber"})
    with pytest.raises(ValueError, match="above and in_band look the same without its colours"):
        patterns_for("rgb", {PanelEvent.ABOVE: "blue"})


def test_what_is_shown_once_must_say_how_often() -> None:
    with pytest.raises(ValueError, match="session_begins: is shown once"):
        patterns_for("three", {PanelEvent.SESSION_BEGINS: "blue"})


@pytest.mark.parametrize("text", ["blue", "3x blue 400, dark 600"])
def test_the_flashes_of_a_runner_are_as_many_as_their_number(text: str) -> None:
    with pytest.raises(ValueError, match="runner: is repeated as often as the runner's number"):
        patterns_for("three", {PanelEvent.RUNNER: text})


def test_what_is_shown_while_the_button_is_held_has_no_end_of_its_own() -> None:
    with pytest.raises(ValueError, match="letting_go: is shown while the button is held"):
        patterns_for("three", {PanelEvent.LETTING_GO: "2x amber 700, blue 700"})
    assert patterns_for("three", {PanelEvent.LETTING_GO: "amber 700, blue 700"})
