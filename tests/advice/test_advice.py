"""What is said of a run whose figures are known."""

from __future__ import annotations

import re

import pytest

from hipdrive.advice.advice import advise
from hipdrive.advice.detectable import StrideMean
from hipdrive.texts.catalogue import LANGUAGES, Language, field_names, sentences, text_of
from hipdrive.texts.message import MessageId

USUAL = {
    "thigh_ext": (20.0, 2.0),
    "stride_time": (0.71, 0.014),
    "overstride": (21.0, 2.2),
    "shank_contact": (5.0, 1.6),
    "trunk_lean": (6.0, 0.6),
    "bounce": (7.0, 0.7),
    "contact_time": (0.230, 0.012),
    "foot_contact_angle": (8.0, 1.5),
}
"""Mean and SD from stride to stride, as key points with MoveNet's noise give them."""


def figures(n: int, **means: float) -> dict[str, StrideMean]:
    """Of the usual runner, but for these means."""
    return {name: StrideMean(n, means.get(name, mean), sd) for name, (mean, sd) in USUAL.items()}


BEFORE = figures(40)


def said(**means: float) -> list[MessageId]:
    """After a run whose first part was the usual."""
    return [message.id for message in advise(BEFORE, figures(600, **means), {})]


def said_beside(baseline_deg: float, **means: float) -> list[MessageId]:
    """The same with a baseline of another day."""
    baseline = figures(300, thigh_ext=baseline_deg)
    return [message.id for message in advise(BEFORE, figures(600, **means), baseline)]


def test_nothing_is_said_where_nothing_changed() -> None:
    assert said() == []


def test_nothing_is_said_of_a_change_that_may_be_chance() -> None:
    """0.8 degrees: 40 strides of SD 2 have a standard error of 0.32, and eight metrics are seen."""
    assert said(thigh_ext=20.8, trunk_lean=6.2, contact_time=0.233) == []


def test_nothing_is_said_of_a_change_that_is_sure_and_small() -> None:
    """4 % of cadence, 2 degrees of lean, 8 % of bounce: sure, and less than counts."""
    assert said(stride_time=0.738, trunk_lean=8.0, bounce=7.56) == []


def test_a_rise_is_told_with_the_words_to_keep_and_without_an_exercise() -> None:
    assert said(thigh_ext=22.0) == [MessageId.THIGH_UP, MessageId.TRY_KEEP_WORDS]


def test_a_rise_beyond_what_is_asked_for_is_to_be_less() -> None:
    assert said(thigh_ext=26.0) == [MessageId.THIGH_UP, MessageId.TRY_PUSH_LESS]


def test_a_fall_is_told_with_the_push_and_the_bridge() -> None:
    assert said(thigh_ext=18.0) == [
        MessageId.THIGH_DOWN,
        MessageId.TRY_PUSH_BACK,
        MessageId.EXERCISE_BRIDGE,
    ]


@pytest.mark.parametrize(
    ("means", "told"),
    [
        ({"stride_time": 0.76}, MessageId.TRY_QUICKER_STEPS),
        ({"stride_time": 0.66}, MessageId.TRY_LONGER_PUSH),
        ({"overstride": 24.0}, MessageId.TRY_LAND_NEARER),
        ({"shank_contact": 9.0}, MessageId.TRY_LAND_UNDER),
        ({"trunk_lean": 10.0}, MessageId.TRY_LOOK_AHEAD),
        ({"trunk_lean": 2.0}, MessageId.TRY_TO_THE_FRONT),
        ({"bounce": 8.4}, MessageId.TRY_LOW_CEILING),
        ({"contact_time": 0.260}, MessageId.TRY_HOT_BELT),
    ],
)
def test_what_was_paid_for_a_rise_comes_before_the_rise(
    means: dict[str, float], told: MessageId
) -> None:
    assert said(thigh_ext=22.0, **means)[:2] == [MessageId.THIGH_UP, told]


def test_of_two_things_that_got_worse_the_worse_one_is_told() -> None:
    """Lean by 1.1 times its amount, cadence by 2.1 times."""
    assert MessageId.TRY_QUICKER_STEPS in said(trunk_lean=9.3, stride_time=0.79)
    assert MessageId.TRY_LOOK_AHEAD in said(trunk_lean=13.0, stride_time=0.76)


def test_a_foot_that_lands_nearer_is_no_overstride() -> None:
    assert said(overstride=18.0) == []


@pytest.mark.parametrize(
    ("means", "rest"),
    [
        ({"contact_time": 0.200}, MessageId.REST_CONTACT),
        ({"bounce": 8.4}, MessageId.REST_BOUNCE),
        ({"foot_contact_angle": 2.0}, MessageId.REST_TOE),
    ],
)
def test_rest_takes_the_place_of_an_exercise(means: dict[str, float], rest: MessageId) -> None:
    assert said(thigh_ext=18.0, **means)[-1] is rest
    assert MessageId.EXERCISE_BRIDGE not in said(thigh_ext=18.0, **means)


def test_who_leans_for_it_is_told_to_stretch() -> None:
    assert said(thigh_ext=22.0, trunk_lean=10.0) == [
        MessageId.THIGH_UP,
        MessageId.TRY_LOOK_AHEAD,
        MessageId.EXERCISE_STRETCH,
    ]


def test_another_day_is_told_of_if_it_is_more_than_days_differ() -> None:
    assert said_beside(15.5, thigh_ext=22.0)[0] is MessageId.THIGH_UP_SINCE
    assert said_beside(27.5, thigh_ext=22.0)[0] is MessageId.THIGH_DOWN_SINCE


def test_a_difference_of_days_is_not_told_as_a_change() -> None:
    """Four degrees, where the camera was set up anew in between."""
    assert said_beside(16.5) == []
    assert said_beside(18.5, thigh_ext=22.0)[0] is MessageId.THIGH_UP


def test_without_figures_before_another_day_will_do() -> None:
    baseline, after = figures(300, thigh_ext=14.0), figures(600)
    assert [message.id for message in advise({}, after, baseline)] == [
        MessageId.THIGH_UP_SINCE,
        MessageId.TRY_PUSH_LESS,
    ]


def test_the_figures_are_those_that_were_compared() -> None:
    change = advise(BEFORE, figures(600, thigh_ext=22.0), {})[0]
    assert change.fields["before"] == 20.0
    assert change.fields["now"] == 22.0
    assert change.fields["change"] == 2.0
    # Student's t of 5 % shared by eight, both sides, with Welch's 44.3 degrees of freedom: 2.871;
    # standard errors 2 / sqrt(40) and 2 / sqrt(600).
    assert change.fields["detectable"] == pytest.approx(2.871 * (0.1 + 1 / 150) ** 0.5, abs=0.001)


EVERY_KIND = [
    {"thigh_ext": 18.0},
    {"thigh_ext": 22.0},
    {"thigh_ext": 26.0},
    {"stride_time": 0.79, "contact_time": 0.200},
    {"stride_time": 0.66, "foot_contact_angle": 2.0},
    {"overstride": 26.0},
    {"shank_contact": 9.0},
    {"trunk_lean": 10.0},
    {"trunk_lean": 2.0},
    {"bounce": 8.4},
    {"contact_time": 0.260},
]
OTHER_DAYS: list[dict[str, StrideMean]] = [
    {},
    figures(300, thigh_ext=12.0),
    figures(300, thigh_ext=33.0),
]


def every_message() -> dict[MessageId, list[frozenset[str]]]:
    """All advice there is, with the fields that it came with."""
    found: dict[MessageId, list[frozenset[str]]] = {}
    for means in EVERY_KIND:
        for day in OTHER_DAYS:
            for message in advise(BEFORE, figures(600, **means), day):
                found.setdefault(message.id, []).append(frozenset(message.fields))
    return found


NOT_ADVICE = {"recall", "runner", "summary", "guard", "light", "silence"}
ADVICE = [name for name in MessageId if name.split(".")[0] not in NOT_ADVICE]


def test_all_advice_is_tried_here() -> None:
    assert set(every_message()) == set(ADVICE)


@pytest.mark.parametrize("name", ADVICE)
def test_a_sentence_uses_every_figure_that_it_rests_on(name: MessageId) -> None:
    table, _, key = name.partition(".")
    needed = {field.partition(":")[0] for field in field_names(sentences("en")[table][key])}
    for fields in every_message()[name]:
        assert fields == needed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("means", EVERY_KIND)
def test_every_sentence_can_be_said_and_names_a_figure(
    means: dict[str, float], language: Language
) -> None:
    for day in OTHER_DAYS:
        messages = advise(BEFORE, figures(600, **means), day)
        assert len(messages) <= 3
        for message in messages:
            text = text_of(message, language)
            assert re.search(r"\d", text), text
            assert text.endswith((".", ")."))
            assert "{" not in text
