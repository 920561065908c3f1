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
        """Light one colour, or none."""
        ...

    def sound(self, *, on: bool) -> None:
        """Start or stop the buzzer."""
        ...

    def close(self) -> None:
        """Everything off. Safe to call twice; does not raise."""
        ...


@dataclass(frozen=True, slots=True)
class Light:
    """A colour for some time, then the next; None: until another cue."""

    colour: Colour | None
    seconds: float | None = None


LIGHTS: dict[CueKind, tuple[Light, ...]] = {
    CueKind.LED_OFF: (Light(None),),
    CueKind.LED_BASELINE: (Light("green", BASELINE_BLINK_S), Light(None, BASELINE_BLINK_S)),
    CueKind.LED_IN_BAND: (Light("green"),),
    CueKind.LED_BELOW: (Light("amber"),),
    CueKind.LED_ABOVE: (Light("blue"),),
}
"""What each LED cue looks like, over and over."""


class CuePlayer:
    """The panel that the loop shows cues on; `show` returns at once.

    Args:
        outputs: what to drive; closed by `close`, everything off.
        buzz_s: length of a buzz.
    """

    def __init__(self, outputs: Outputs, buzz_s: float) -> None:
        self._outputs = outputs
        self._buzz_s = buzz_s
        self._arrived = threading.Condition()
        self._waiting: deque[CueKind] = deque(maxlen=MOST_CUES_WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._play, name="cues", daemon=True)
        self._thread.start()

    def show(self, cue: Cue) -> None:
        """Start showing the cue: the newest LED cue holds, a buzz sounds once."""
        with self._arrived:
            self._waiting.append(cue.kind)
            self._arrived.notify()

    def close(self) -> None:
        """Stop in the middle of whatever is playing, everything off. Safe to call twice."""
        with self._arrived:
            self._closing.set()
            self._arrived.notify()
        self._thread.join(JOIN_S)
        self._outputs.close()

    def _play(self) -> None:
        pattern, step = LIGHTS[CueKind.LED_OFF], 0
        try:
            while not self._closing.is_set():
                kind = self._next(pattern[step].seconds)
                if kind is CueKind.BUZZ:
                    self._buzz()
                    continue
                if kind is not None:
                    pattern, step = LIGHTS[kind], -1
                step = (step + 1) % len(pattern)
                self._outputs.light(pattern[step].colour)
        except Exception as error:  # noqa: BLE001  # gpiozero, lgpio and the kernel each raise their own
            # A broken LED must not stop the measurement: the operator is told.
            log.error("the LEDs and the buzzer have stopped working: %s", error)  # noqa: TRY400  # one line
            # What they show by now is nobody's judgement.
            self._outputs.close()

    def _next(self, seconds: float | None) -> CueKind | None:
        """The next cue, or None when the time is up."""
        with self._arrived:
            if not self._waiting and not self._closing.is_set():
                self._arrived.wait(seconds)
            return self._waiting.popleft() if self._waiting else None

    def _buzz(self) -> None:
        self._outputs.sound(on=True)
        self._closing.wait(self._buzz_s)
        self._outputs.sound(on=False)
