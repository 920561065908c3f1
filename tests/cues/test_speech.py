"""Speech through programs that stand in for espeak-ng and piper."""

from __future__ import annotations

import os
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from hipdrive.config import CuesConfig, SpeechConfig
from hipdrive.cues.speech import LEAST_GAP_NS, Speaker, open_speaker, sentences, speech_commands
from hipdrive.errors import SpeechError
from hipdrive.types.cue import Cue, CueKind
from support.cues.stepped_panel import SteppedPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE_S = 60.0
BELOW = "push the belt away behind you"


class Spoken:
    """A folder of programs: each notes what it was given, and speaks until it is let go.

    Attributes:
        folder: where they are, and what they note.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now_ns = 0
        for name in ("begun", "go", "ended"):
            os.mkfifo(folder / name)
        self.program(
            "espeak-ng", 'read sentence; echo "$@ $sentence" > begun; read _ < go; echo . > ended'
        )

    def program(self, name: str, script: str) -> None:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\ncd {self.folder}\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def which(self, name: str) -> str | None:
        path = self.folder / name
        return str(path) if path.exists() else None

    def begun(self) -> str:
        """Wait for a sentence to begin."""
        return (self.folder / "begun").read_text(encoding="utf-8").strip()

    def end(self) -> None:
        """Let it end."""
        (self.folder / "go").write_text("\n", encoding="utf-8")
        (self.folder / "ended").read_text(encoding="utf-8")


@pytest.fixture
def spoken(tmp_path: Path) -> Spoken:
    return Spoken(tmp_path)


@pytest.fixture
def speaker(spoken: Spoken) -> Iterator[Speaker]:
    config = SpeechConfig(program="espeak-ng", voice="en-gb")
    commands = speech_commands(config, spoken.which)
    assert commands is not None
    speaker = Speaker(commands, sentences(config, "en"), lambda: spoken.now_ns)
    yield speaker
    speaker.close()


def idle(speaker: Speaker) -> bool:
    return speaker._queue.empty() and not speaker._running


def wait_until(done: Callable[[], bool]) -> None:
    tick = threading.Event()
    for _ in range(round(PATIENCE_S * 100)):
        if done():
            return
        tick.wait(0.01)
    raise AssertionError("it did not come")


def test_a_cue_is_said_in_its_sentence_with_the_voice(speaker: Speaker, spoken: Spoken) -> None:
    speaker.say(CueKind.LED_BELOW)
    assert spoken.begun() == f"-v en-gb --stdin {BELOW}"
    spoken.end()


def test_nobody_waits_for_a_sentence_and_a_second_one_is_left_out(
    speaker: Speaker, spoken: Spoken
) -> None:
    speaker.say(CueKind.LED_BELOW)
    assert BELOW in spoken.begun()
    spoken.now_ns = 2 * LEAST_GAP_NS
    speaker.say(CueKind.LED_ABOVE)
    spoken.end()
    wait_until(lambda: idle(speaker))
    speaker.say(CueKind.LED_ABOVE)
    assert "ease off" in spoken.begun()
    spoken.end()


def test_sentences_are_ten_seconds_apart(speaker: Speaker, spoken: Spoken) -> None:
    speaker.say(CueKind.LED_BELOW)
    spoken.begun()
    spoken.end()
    wait_until(lambda: idle(speaker))
    spoken.now_ns = LEAST_GAP_NS - 1
    speaker.say(CueKind.LED_ABOVE)
    assert speaker._queue.empty()
    assert LEAST_GAP_NS == 10_000_000_000


def test_a_hush_ends_the_sentence_in_the_middle(speaker: Speaker, spoken: Spoken) -> None:
    speaker.say(CueKind.LED_BELOW)
    spoken.begun()
    (process,) = speaker._running
    speaker.hush()
    wait_until(lambda: idle(speaker))
    assert process.returncode == -9


def test_what_is_waited_for_is_said_at_once_in_place_of_the_sentence(
    speaker: Speaker, spoken: Spoken
) -> None:
    speaker.say(CueKind.LED_BELOW)
    spoken.begun()
    speaker.tell("anna")
    assert spoken.begun() == "-v en-gb --stdin anna"
    speaker.tell("bob")
    assert spoken.begun() == "-v en-gb --stdin bob"
    spoken.end()
    wait_until(lambda: idle(speaker))
    spoken.now_ns = LEAST_GAP_NS - 1
    speaker.say(CueKind.LED_BELOW)
    assert speaker._queue.empty(), "a cue keeps its distance from that too"


def test_of_several_that_come_at_once_the_last_is_said(speaker: Speaker, spoken: Spoken) -> None:
    speaker.say(CueKind.LED_BELOW)
    first = spoken.begun()
    for name in ("anna", "bob", "carl"):
        speaker.tell(name)
    said = [first]
    while not said[-1].endswith("carl"):
        said.append(spoken.begun())
    spoken.end()
    wait_until(lambda: idle(speaker))


def test_a_cue_without_a_sentence_says_nothing(speaker: Speaker) -> None:
    speaker.say(CueKind.LED_LOST)
    assert idle(speaker)


@pytest.mark.parametrize("script", ["exit 3", "kill -9 $$"])
def test_a_program_that_fails_is_told_once_and_costs_nothing(
    speaker: Speaker, spoken: Spoken, caplog: pytest.LogCaptureFixture, script: str
) -> None:
    spoken.program("espeak-ng", script)
    for turn in range(2):
        spoken.now_ns = turn * LEAST_GAP_NS
        speaker.say(CueKind.LED_BELOW)
        wait_until(lambda: idle(speaker))
    speaker.close()
    (record,) = caplog.records
    assert record.getMessage().startswith("nothing is spoken: ")
    assert record.levelname == "WARNING"


def test_piper_is_played_by_aplay(spoken: Spoken) -> None:
    spoken.program("piper", 'read sentence; echo "sound of $sentence"')
    spoken.program("aplay", "read sound; echo $sound > begun")
    config = SpeechConfig(program="piper", voice="voice.onnx")
    commands = speech_commands(config, spoken.which)
    assert commands is not None
    assert commands[0][1:3] == ("--model", "voice.onnx")
    speaker = Speaker(commands, sentences(config, "en"))
    speaker.say(CueKind.LED_BELOW)
    assert spoken.begun() == f"sound of {BELOW}"
    wait_until(lambda: idle(speaker))
    speaker.close()


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (SpeechConfig(program="espeak-ng"), "espeak-ng is not installed"),
        (SpeechConfig(program="piper"), "must name the file of piper's model"),
        (SpeechConfig(program="piper", voice="v.onnx"), "piper is not installed"),
    ],
)
def test_what_is_missing_is_told_with_what_to_do(config: SpeechConfig, said: str) -> None:
    with pytest.raises(SpeechError, match=said):
        speech_commands(config, lambda _: None)


def test_speech_that_is_not_there_costs_no_session(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert open_speaker(SpeechConfig(program="espeak-ng"), "en") is None
    assert "nothing is spoken" in caplog.text
    assert open_speaker(SpeechConfig(), "en") is None


@pytest.mark.parametrize("sentence", ["x" * 61, "two\nlines", "--wav=/etc/passwd", "bell\a"])
def test_what_is_no_short_sentence_is_refused(sentence: str) -> None:
    with pytest.raises(ValueError, match=r"may have 60|no sentence"):
        SpeechConfig(below=sentence)


class Voice:
    """Notes what it should say, and when it was hushed."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def say(self, kind: CueKind) -> None:
        self.calls.append(kind)

    def tell(self, text: str) -> None:
        self.calls.append(text)

    def hush(self) -> None:
        self.calls.append("hush")


def test_nothing_is_said_while_there_is_a_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    panel, voice = SteppedPanel(monkeypatch, CuesConfig()), Voice()
    panel.driver._voice = voice
    panel.show(CueKind.LED_BELOW, CueKind.BUZZ)
    assert voice.calls == ["hush"]
    panel.wait(0.07)
    assert voice.calls == ["hush"]
    panel.wait(0.02)
    assert voice.calls == ["hush", "led_below"]
    panel.wait(10)
    assert voice.calls == ["hush", "led_below"]
    panel.driver.drive([Cue(panel.now_ns, CueKind.LED_ABOVE)])
    assert voice.calls == ["hush", "led_below", "led_above"]
