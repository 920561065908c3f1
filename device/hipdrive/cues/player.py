"""Plays cues as patterns of light and sound, in a thread of its own."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.types.cue import CueKind

if TYPE_CHECKING:
    from hipdrive.cues.pins import Colour
    from hipdrive.types.cue import Cue

BASELINE_BLINK_S = 1.0
"""A slow blink, well below the 3 Hz that a light at eye level must not exceed."""
GUARD_BLINK_S = 0.75
"""Longer than a stride, so that the light changes no more than three times a second also where a
cue begins between two steps of the blink."""
MOST_CUES_WAITING = 16
"""More than a stride can bring; beyond, the oldest are dropped: a late cue is a wrong one."""
JOIN_S = 2.0
RETRY_S = 5.0
"""After a failure the outputs are tried again so often, and with every cue."""
LOOK_S = 3.0
"""How often dark LEDs look whether a part of the device has failed."""


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

    def off(self) -> None:
        """Switch everything off for now; does not raise."""
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
    CueKind.LED_QUICKER_STEPS: (
        PatternStep("blue", GUARD_BLINK_S),
        PatternStep(None, GUARD_BLINK_S),
    ),
    CueKind.LED_LOOK_AHEAD: (
        PatternStep("blue", GUARD_BLINK_S),
        PatternStep("green", GUARD_BLINK_S),
    ),
}
"""What each LED cue looks like; the steps are repeated."""
TROUBLE = (PatternStep("amber", 0.15), PatternStep(None, LOOK_S))
"""Instead of dark LEDs while a part of the device does not work: no cue looks like that."""


class CuePlayer:
    """Plays the loop's cues on LEDs and buzzer; `show` returns at once.

    Args:
        outputs: what to drive; closed by `close`.
        buzz_s: length of a buzz, s.
        parts: told when the outputs fail and when they work again; while some part of the device
            does not work, dark LEDs flash now and then.

    Attributes:
        unseen: cues that `show` took and nobody saw or heard.
    """

    def __init__(self, outputs: Outputs, buzz_s: float, parts: DegradedParts | None = None) -> None:
        self._outputs = outputs
        self._buzz_s = buzz_s
        self._parts = parts or DegradedParts()
        self._broken = False
        self.unseen: Counter[CueKind] = Counter()
        self._changed = threading.Condition()
        self._queue: deque[CueKind] = deque(maxlen=MOST_CUES_WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._play, name="cues", daemon=True)
        self._thread.start()

    def show(self, cue: Cue) -> bool:
        """Queue the cue: the newest LED cue holds, a buzz sounds once.

        Returns:
            False while the outputs fail. They are tried again with it, but nobody may see it.
        """
        working = not self._broken
        with self._changed:
            self._queue.append(cue.kind)
            self._changed.notify()
        return working

    def close(self) -> None:
        """Stop at once, also in the middle of a buzz, and switch everything off. Safe to repeat."""
        with self._changed:
            self._closing.set()
            self._changed.notify()
        self._thread.join(JOIN_S)
        self._outputs.close()

    def _play(self) -> None:
        led, step, seconds = CueKind.LED_OFF, 0, self._patience_s(None)
        while not self._closing.is_set():
            kind = self._next(seconds)
            try:
                if kind is CueKind.BUZZ:
                    self._buzz()
                    continue
                led, step = (led, step + 1) if kind is None else (kind, 0)
                pattern = self._pattern(led)
                shown = pattern[step % len(pattern)]
                seconds = self._patience_s(shown.seconds)
                self._outputs.light(shown.colour)
                self._works()
            except Exception as error:  # noqa: BLE001  # gpiozero, lgpio and the kernel each raise their own
                self._fail(kind, error)
                seconds = RETRY_S

    def _pattern(self, led: CueKind) -> tuple[PatternStep, ...]:
        return TROUBLE if led is CueKind.LED_OFF and self._parts.now else LED_PATTERNS[led]

    def _patience_s(self, seconds: float | None) -> float | None:
        """How long a step lasts; what holds until another cue is looked at again now and then."""
        return LOOK_S if seconds is None else seconds

    def _fail(self, kind: CueKind | None, error: Exception) -> None:
        """A broken LED must not stop the measurement, so it is told, and tried again."""
        if kind is not None and not self._broken:
            self.unseen[kind] += 1
        self._broken = True
        self._parts.degrade(
            DevicePart.CUES, f"the LEDs and the buzzer do not work ({error}); check their wires"
        )
        # What they still show is out of date.
        self._outputs.off()

    def _works(self) -> None:
        if self._broken:
            self._broken = False
            self._parts.recover(DevicePart.CUES)

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
        self._works()
