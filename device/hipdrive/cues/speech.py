"""Speaks a short sentence for some cues, through a program that is installed."""

from __future__ import annotations

import logging
import queue
import shutil
import subprocess
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.config.panel import NOT_SPOKEN
from hipdrive.errors import SpeechError
from hipdrive.texts.coach import said_for
from hipdrive.types.cue import CueKind
from hipdrive.types.time import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hipdrive.config import SpeechConfig
    from hipdrive.texts.catalogue import Language

log = logging.getLogger("hipdrive.cues")

LEAST_GAP_NS = 10 * NS_PER_S
"""From the begin of one sentence to the next: more than eight strides."""
LONGEST_S = 6.0
"""A program that speaks for longer is ended."""
END_S = 1.0
PIPER_HZ = "22050"
"""Of piper's voices of medium and high quality."""
Commands = tuple[tuple[str, ...], ...]
"""Programs with their arguments; each gets what the one before writes, the first the sentence."""


class _Spoken(NamedTuple):
    """A text to be spoken, unless there was a hush since it came."""

    text: str
    turn: object


def speech_commands(
    config: SpeechConfig, which: Callable[[str], str | None] = shutil.which
) -> Commands | None:
    """What speaks, as configured; None for nothing.

    Args:
        config: the program and its voice.
        which: finds a program.

    Raises:
        SpeechError: a program is not installed, or a voice is missing; the message says what to do.
    """
    if config.program == "none":
        return None
    if config.program == "espeak-ng":
        voice = ("-v", config.voice) if config.voice else ()
        return ((_found("espeak-ng", which), *voice, "--stdin"),)
    if not config.voice:
        raise SpeechError("cues.speech.voice must name the file of piper's model, such as a .onnx")
    return (
        (_found("piper", which), "--model", config.voice, "--output-raw"),
        (_found("aplay", which), "-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", PIPER_HZ, "-"),
    )


def _found(program: str, which: Callable[[str], str | None]) -> str:
    path = which(program)
    if path is None:
        raise SpeechError(
            f"{program} is not installed; install it, or set cues.speech.program = 'none'"
        )
    return path


def sentences(config: SpeechConfig, language: Language) -> dict[CueKind, str]:
    """What is said for which cue; those for which nothing is said are left out."""
    chosen = {
        CueKind.LED_BELOW: config.below,
        CueKind.LED_ABOVE: config.above,
        CueKind.LED_IN_BAND: config.in_band,
        CueKind.LED_QUICKER_STEPS: config.quicker_steps,
        CueKind.LED_LOOK_AHEAD: config.look_ahead,
        CueKind.BASELINE_DONE: config.baseline_done,
    }
    return {
        kind: sentence or said_for(kind, language)
        for kind, sentence in chosen.items()
        if sentence != NOT_SPOKEN
    }


class Speaker:
    """Says one sentence at a time, in a thread of its own; nobody waits for it.

    A sentence that comes while another is spoken, or too soon after it, is left out: it would be
    late, and who is told much listens to little.

    Args:
        commands: of `speech_commands`.
        said: of `sentences`.
        clock_ns: a monotonic clock.
    """

    def __init__(
        self,
        commands: Commands,
        said: Mapping[CueKind, str],
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._commands = commands
        self._said = said
        self._clock_ns = clock_ns
        self._begun_ns: int | None = None
        self._queue: queue.Queue[_Spoken | None] = queue.Queue(maxsize=1)
        self._turn = object()
        self._running: list[subprocess.Popen[bytes]] = []
        self._failed = False
        self._thread = threading.Thread(target=self._speak, name="speech", daemon=True)
        self._thread.start()

    def say(self, kind: CueKind) -> None:
        """Begin the sentence of a cue, if there is one and it is time for one."""
        sentence, now_ns = self._said.get(kind), self._clock_ns()
        if sentence is None or self._running:
            return
        if self._begun_ns is not None and now_ns - self._begun_ns < LEAST_GAP_NS:
            return
        self._put(sentence)

    def tell(self, text: str) -> None:
        """Begin a text that somebody waits for, in place of whatever is said now."""
        self.hush()
        self._put(text)

    def hush(self) -> None:
        """End the sentence at once."""
        self._turn = object()
        for process in self._running:
            process.kill()

    def close(self) -> None:
        """End the sentence and the thread. Safe to repeat."""
        self.hush()
        self._queue_alone(None)
        self._thread.join(END_S)

    def _put(self, text: str) -> None:
        self._begun_ns = self._clock_ns()
        self._queue_alone(_Spoken(text, self._turn))

    def _queue_alone(self, sentence: _Spoken | None) -> None:
        """Queue it in place of one that has not begun."""
        with suppress(queue.Empty):
            self._queue.get_nowait()
        with suppress(queue.Full):
            self._queue.put_nowait(sentence)

    def _speak(self) -> None:
        while (sentence := self._queue.get()) is not None:
            try:
                self._run(sentence)
            except (OSError, subprocess.SubprocessError) as error:
                self._warn(str(error))

    def _run(self, sentence: _Spoken) -> None:
        if sentence.turn is not self._turn:
            return
        self._running = running = _started(self._commands)
        try:
            # Hushed while they were started, without a lock: nobody waits for that.
            if sentence.turn is not self._turn:
                return
            _feed(running[0], sentence.text)
            running[-1].wait(LONGEST_S)
        finally:
            ended = [each.poll() for each in running]
            for process in running:
                process.kill()
                process.wait()
            # Of the first, if it was hushed before it got its sentence.
            if running[0].stdin is not None:
                with suppress(BrokenPipeError):
                    running[0].stdin.close()
            self._running = []
        if sentence.turn is self._turn and (ended[-1] is None or any(ended)):
            self._warn(f"{self._commands[0][0]} or what plays it ended with {ended}")

    def _warn(self, what: str) -> None:
        """Said once: the lights tell the same, so nothing is lost."""
        if not self._failed:
            log.warning("nothing is spoken: %s", what)
        self._failed = True


def open_speaker(config: SpeechConfig, language: Language) -> Speaker | None:
    """What speaks, as configured; None for nothing.

    Speech that is not there costs no session: the lights say the same. It is logged.
    """
    try:
        commands = speech_commands(config)
    except SpeechError as error:
        log.warning("nothing is spoken: %s", error)
        return None
    return None if commands is None else Speaker(commands, sentences(config, language))


def _started(commands: Commands) -> list[subprocess.Popen[bytes]]:
    """The programs, each reading what the one before it writes."""
    found: list[subprocess.Popen[bytes]] = []
    for command in commands:
        before = found[-1].stdout if found else None
        found.append(
            subprocess.Popen(  # noqa: S603  # programs of the configuration, found on PATH
                command,
                stdin=before or subprocess.PIPE,
                stdout=subprocess.DEVNULL if command is commands[-1] else subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        )
        if before is not None:
            before.close()
    return found


def _feed(process: subprocess.Popen[bytes], sentence: str) -> None:
    assert process.stdin is not None  # noqa: S101  # a pipe, as asked for
    with suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(sentence.encode() + b"\n")
