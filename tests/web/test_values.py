"""What the page shows of the coach: the sentence of the moment, and what holds it back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.control.device_state import DeviceState
from hipdrive.texts.coach import plain
from hipdrive.texts.message import MessageId
from hipdrive.types.coach_status import CoachStatus, GuardReason, SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.programme import CoachMode, ProgrammeStatus
from hipdrive.web.live_view import LiveState
from hipdrive.web.values import page_values
from support.session.results import frame_result

if TYPE_CHECKING:
    from hipdrive.texts.catalogue import Language

GUARDED = CoachStatus(
    led=CueKind.LED_LOOK_AHEAD, silence=SilenceReason.GUARD, guard=GuardReason.TRUNK_LEAN
)


def shown(status: CoachStatus, language: Language = "en") -> tuple[str, str]:
    """The sentence, and why no more is asked for."""
    state = LiveState(1, "s", replace(frame_result(0), coach=status), runners=("anna", "bob"))
    values = page_values(state, DeviceState(), (), language)
    assert values["runners"] == ["anna", "bob"]
    return values["state"], values["guard"]


@pytest.mark.parametrize(
    ("language", "said", "why"),
    [
        ("en", "look ahead, to the end of the room", "the trunk leans otherwise"),
        ("de", "sieh nach vorn, ans Ende des Raums", "der Rumpf ist anders geneigt"),
    ],
)
def test_a_guard_says_what_to_do_and_why_no_more_is_asked(
    language: Language, said: str, why: str
) -> None:
    assert shown(GUARDED, language) == (said, why)


def test_a_guard_without_a_cue_says_that_no_more_is_asked() -> None:
    status = replace(GUARDED, led=CueKind.LED_OFF, guard=GuardReason.DOSE)
    assert shown(status) == ("no more is asked for", "enough cues for today")


@pytest.mark.parametrize("language", ["en", "de"])
def test_before_the_first_stride_of_a_programme_the_words_to_recall_are_shown(
    language: Language,
) -> None:
    programme = ProgrammeStatus(CoachMode.PROGRAMME, 3, 87)
    said, _ = shown(CoachStatus(programme=programme), language)
    assert said.endswith(plain(MessageId.RECALL, language))
    said, _ = shown(CoachStatus(), language)
    assert said == plain(MessageId.SILENCE_NO_STRIDE_YET, language)


def test_without_a_guard_there_is_no_reason() -> None:
    assert shown(CoachStatus(led=CueKind.LED_BELOW, silence=None)) == (
        "push the belt away behind you",
        "",
    )
