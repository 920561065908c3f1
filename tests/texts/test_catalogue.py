"""Every sentence exists in every language, with the same fields, and says nothing medical."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

import hipdrive
from hipdrive.config.panel import LONGEST_SENTENCE
from hipdrive.gait.metrics.catalogue import FIELDS, METRICS
from hipdrive.gait.metrics.metric import Confidence
from hipdrive.overlay.measured import FOOT_STRIKE, PEAK, TOE_OFF
from hipdrive.overlay.strip import MID_STANCE
from hipdrive.report.skeletons import MOMENTS
from hipdrive.session.verdict import VerdictKind
from hipdrive.texts.catalogue import LANGUAGES, WORDS, Language, field_names, sentences, text_of
from hipdrive.texts.coach import guard, plain, said_for, said_now
from hipdrive.texts.message import Message, MessageId
from hipdrive.texts.phrases import NameTable, Phrases, named
from hipdrive.types.coach_status import CoachStatus, GuardReason, SilenceReason
from hipdrive.types.cue import CueKind
from hipdrive.types.skeleton import COCO_17_FEET
from hipdrive.types.stride import Rejection

MEDICAL = {
    "en": (
        "achilles|ache|arthr|clinic|condition|cure|damage|deficit|diagnos|disease|disorder|doctor"
        "|dysfunction|fracture|heal|hurt|impair|inflam|injur|lesion|medic|pain|patholog|patient"
        "|physio|prevent|problem|prognos|recover|rehab|sick|sore|sprain|strain|symptom|syndrome"
        "|tendin|tendon|therap|treat|trauma|unhealthy|weak"
    ),
    "de": (
        "achilles|arzt|ärzt|befund|behand|beschwerd|defizit|diagnos|entzünd|erkrank|fraktur|gesund"
        "|heil|klinik|krank|läsion|leiden|medizin|patholog|patient|physio|problem|prognos|reha"
        "|schaden|schmerz|schwach|schwäche|störung|sympto|syndrom|sehne|therap|trauma|verletz"
        "|vorbeug|zerrung"
    ),
}
"""Beginnings of words; hipdrive is no medical device."""
PRAISE = {
    "en": "amazing|awesome|bravo|brilliant|excellent|fantastic|good|great|nice|perfect|super|well",
    "de": "ausgezeichnet|bravo|fantastisch|glückwunsch|gut|hervorragend|perfekt|prima|super|toll",
}

SAID = [kind for kind in CueKind if kind is not CueKind.BUZZ]
"""A buzz is heard."""

PACKAGE = Path(hipdrive.__file__).parent


def asked_for(*files: str) -> set[str]:
    """The sentences that sources ask for by their name."""
    texts = [(PACKAGE / file).read_text("utf-8") for file in files]
    return {name for text in texts for name in re.findall(r'\bsay\("(\w+)"', text)}


PAGE = [
    str(file.relative_to(PACKAGE))
    for pattern in ("*.py", "static/*.js")
    for file in (PACKAGE / "web").glob(pattern)
    if file.name != "alignment.py"
]
SHOWN: dict[str, set[str]] = {
    "report": asked_for("report/report.html.j2", "report/page.py")
    | set(MOMENTS)
    | {"near_leg", "far_leg"}
    | set(get_args(Confidence)),
    "chart": asked_for("report/charts.py"),
    "overlay": asked_for("overlay/caption.py") | {FOOT_STRIKE, MID_STANCE, TOE_OFF, PEAK},
    "page": asked_for(*PAGE)
    | set(re.findall(r"\$(\w+)", (PACKAGE / "web/static/index.html").read_text("utf-8")))
    - {"language"},
    "check": asked_for("web/alignment.py"),
    "joint": {joint.rpartition("_")[2] for joint in COCO_17_FEET.joints},
    "metric": {metric.name for metric in (*FIELDS, *METRICS)},
    "meaning": {metric.name for metric in (*FIELDS, *METRICS)},
    "rejection": {str(each) for each in Rejection},
    "verdict": {str(each) for each in VerdictKind},
}
"""What tables hold that are no messages, by where it is shown."""
NO_DEVICE_FOR_THAT = {"report.limits"}
"""It says that hipdrive is none, and what the angle is not."""

each_language = pytest.mark.parametrize("language", LANGUAGES)


def every_sentence(language: Language) -> dict[str, str]:
    tables = sentences(language).items()
    return {f"{name}.{key}": text for name, table in tables for key, text in table.items()}


@each_language
def test_every_sentence_is_there_and_none_that_nobody_says(language: Language) -> None:
    names = [*MessageId, *(f"{table}.{name}" for table in SHOWN for name in SHOWN[table])]
    said = {name for name in every_sentence(language) if not name.startswith(f"{WORDS}.")}
    assert said == set(names)


def test_the_search_for_what_is_shown_finds_it() -> None:
    """One of each kind, as they stand in the sources."""
    assert {"cannot_see", "no_mean_stride", "toe_off", "low"} <= SHOWN["report"]
    assert "held_back" in SHOWN["chart"]


@each_language
def test_every_light_silence_and_guard_has_its_sentence(language: Language) -> None:
    names = [f"light.{kind.removeprefix('led_')}" for kind in SAID]
    names += [f"silence.{reason}" for reason in SilenceReason]
    names += [f"guard.{reason}" for reason in GuardReason]
    assert set(names) <= set(every_sentence(language))


@each_language
def test_a_light_s_sentence_can_be_spoken_while_it_lasts(language: Language) -> None:
    """Of as many letters as the configuration allows for one that is chosen."""
    spoken = [said_for(kind, language) for kind in SAID]
    assert [text for text in spoken if len(text) > LONGEST_SENTENCE] == []


@each_language
def test_a_guard_with_a_cue_of_its_own_says_what_to_do_and_others_that_no_more_is_asked(
    language: Language,
) -> None:
    said = {
        led: said_now(CoachStatus(led=led, silence=SilenceReason.GUARD), language)
        for led in (CueKind.LED_QUICKER_STEPS, CueKind.LED_OFF)
    }
    assert said == {
        CueKind.LED_QUICKER_STEPS: said_for(CueKind.LED_QUICKER_STEPS, language),
        CueKind.LED_OFF: plain(MessageId.SILENCE_GUARD, language),
    }


def test_a_guard_from_elsewhere_is_called_by_its_name() -> None:
    assert guard("heart_rate", "de") == "heart rate"


@each_language
def test_a_sentence_has_the_same_fields_in_every_language(language: Language) -> None:
    english = every_sentence("en")
    assert {name: field_names(text) for name, text in every_sentence(language).items()} == {
        name: field_names(text) for name, text in english.items()
    }


@each_language
def test_no_language_repeats_the_words_of_another(language: Language) -> None:
    english = every_sentence("en")
    same = [name for name, text in every_sentence(language).items() if text == english[name]]
    assert language == "en" or same == []


@each_language
def test_no_sentence_has_a_medical_word(language: Language) -> None:
    found = {
        name: re.findall(rf"\b(?:{MEDICAL[language]})\w*", text, re.IGNORECASE)
        for name, text in every_sentence(language).items()
        if name not in NO_DEVICE_FOR_THAT
    }
    assert {name: words for name, words in found.items() if words} == {}


@each_language
def test_no_sentence_praises(language: Language) -> None:
    found = {
        name: re.findall(rf"\b(?:{PRAISE[language]})\b", text, re.IGNORECASE)
        for name, text in every_sentence(language).items()
    }
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("word", ["injuries", "Diagnosis", "painful"])
def test_the_search_for_medical_words_finds_them(word: str) -> None:
    assert re.search(rf"\b(?:{MEDICAL['en']})\w*", f"so {word} it is", re.IGNORECASE)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    message = Message(MessageId.TRY_LOOK_AHEAD, {"change": 4.25, "now": 10.06})
    assert "leaned 4.2° further forward, 10.1° in all" in text_of(message, "en")
    assert "war 4,2° weiter nach vorn geneigt, 10,1° insgesamt" in text_of(message, "de")


def test_words_are_translated() -> None:
    message = Message(MessageId.SUMMARY_RUN, {"minutes": 19.6, "strides": 840, "leg": "left"})
    assert text_of(message, "en") == "You ran 19.6 minutes; 840 strides of your left leg count."
    assert text_of(message, "de") == (
        "Du bist 19,6 Minuten gelaufen; 840 Schritte deines linken Beins zählen."
    )


def test_text_stays_as_it_is_and_a_sign_is_shown() -> None:
    say = Phrases("report", "de")
    assert say("pose_model", model="left") == "Posenmodell left"
    assert "+0,5° in zehn Minuten" in say("drift", drift=0.46, se=0.1)


@pytest.mark.parametrize("table", ["metric", "rejection", "verdict", "joint"])
def test_what_is_not_known_goes_by_its_name(table: NameTable) -> None:
    assert named(table, "out_of_sight", "de") == "out of sight"


def test_a_message_without_its_field_is_a_defect_and_no_sentence_with_a_hole() -> None:
    with pytest.raises(KeyError):
        text_of(Message(MessageId.TRY_LOOK_AHEAD, {"change": 4.2}), "en")
