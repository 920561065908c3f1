"""Plays cues as patterns of light and sound, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.cues.pins import Colour
    from hipdrive.types.cue import Cue

log = logging.getLogger("hipdrive.cues")

BASELINE_BLINK_S = 1.0
"""A slow blink, well below the 3 Hz that a light at eye level must not exceed."""
MOST_CUES_WAITING = 16
"""More than a stride can bring; beyond, the oldest are dropped: a late cue is a wrong one."""
JOIN_S = 2.0


class Outputs(Protocol):
    """The LEDs and the buzzer; `pins.PinOutputs`."""

    def light(self, colour: Colour | None) -> None:
        """Light the LED of one colour alone; None: all off."""
        ...

    def sound(self, *, on: bool) -> None:
        """Start or stop the buzzer."""
        ...

    def close(self) -> None:
        """Switch everything off. Safe to call twice; does not raise."""
        ...


@dataclass(frozen=True, slots=True)
class PatternStep:
    """One step of a blinking pattern.

    Attributes:
        colour: of the LED that is lit; None: all are off.
        seconds: how long the step lasts; None: until another cue.
    """

    colour: Colour | None
    seconds: float | None = None


LED_PATTERNS: dict[CueKind, tuple[PatternStep, ...]] = {
    CueKind.LED_OFF: (PatternStep(None),),
    CueKind.LED_BASELINE: (
        PatternStep("green", BASELINE_BLINK_S),
        PatternStep(None, BASELINE_BLINK_S),
    ),
    CueKind.LED_IN_BAND: (PatternStep("green"),),
    CueKind.LED_BELOW: (PatternStep("amber"),),
    CueKind.LED_ABOVE: (PatternStep("blue"),),
}
"""What each LED cue looks like; the steps are repeated."""


class CuePlayer:
    """Plays the loop's cues on LEDs and buzzer; `show` returns at once.

    Args:
        outputs: what to drive; closed by `close`.
        buzz_s: length of a buzz, s.
    """

    def __init__(self, outputs: Outputs, buzz_s: float) -> None:
        self._outputs = outputs
        self._buzz_s = buzz_s
        self._changed = threading.Condition()
        self._queue: deque[CueKind] = deque(maxlen=MOST_CUES_WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._play, name="cues", daemon=True)
        self._thread.start()

    def show(self, cue: Cue) -> None:
        """Queue the cue: the newest LED cue holds, a buzz sounds once."""
        with self._changed:
            self._queue.append(cue.kind)
            self._changed.notify()

    def close(self) -> None:
        """Stop at once, also in the middle of a buzz, and switch everything off. Safe to repeat."""
        with self._changed:
            self._closing.set()
            self._changed.notify()
        self._thread.join(JOIN_S)
        self._outputs.close()

    def _play(self) -> None:
        pattern, step = LED_PATTERNS[CueKind.LED_OFF], 0
        try:
            while not self._closing.is_set():
                kind = self._next(pattern[step].seconds)
                if kind is CueKind.BUZZ:
                    self._buzz()
                    continue
                if kind is not None:
                    pattern, step = LED_PATTERNS[kind], -1
                step = (step + 1) % len(pattern)
                self._outputs.light(pattern[step].colour)
        except Exception as error:  # noqa: BLE001  # gpiozero, lgpio and the kernel each raise their own
            # A broken LED must not stop the measurement, so it is logged.
            log.error("the LEDs and the buzzer have stopped working: %s", error)  # noqa: TRY400  # one line
            # What they still show is out of date.
            self._outputs.close()

    def _next(self, seconds: float | None) -> CueKind | None:
        """The next cue; None when none came within `seconds`, which may be None for no limit."""
        with self._changed:
            if not self._queue and not self._closing.is_set():
                self._changed.wait(seconds)
            return self._queue.popleft() if self._queue else None

    def _buzz(self) -> None:
        self._outputs.sound(on=True)
        self._closing.wait(self._buzz_s)
        self._outputs.sound(on=False)
