"""Outputs that record the calls made to them, and that can be blocked or broken."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from hipdrive.config import CuesConfig
from hipdrive.cues.driver import PanelDriver
from hipdrive.cues.timeline import PanelTimeline
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.cues.outputs import Colour, Outputs
    from hipdrive.cues.player import CuePlayer
    from hipdrive.health.degraded import DegradedParts

PATIENCE_S = 60.0
"""Waiting this long means that it will not come."""
SOUND_ON, SOUND_OFF = "sound on", "sound off"


class RecordedOutputs:
    """Passes everything on to real outputs, if there are any.

    Attributes:
        calls: a colour or "dark" for `light`, `SOUND_ON`, `SOUND_OFF`, and "close".
        gate: `light` and `sound` wait here until it is set.
        broken: what `light` and `sound` raise.
    """

    def __init__(self, outputs: Outputs | None = None) -> None:
        self._outputs = outputs
        self._changed = threading.Condition()
        self.calls: list[str] = []
        self.waiting = 0
        self.gate = threading.Event()
        self.gate.set()
        self.broken: Exception | None = None

    def light(self, colour: Colour | None) -> None:
        self._pass(colour or "dark", lambda outputs: outputs.light(colour))

    def sound(self, *, on: bool) -> None:
        self._pass(SOUND_ON if on else SOUND_OFF, lambda outputs: outputs.sound(on=on))

    def close(self) -> None:
        if self._outputs is not None:
            self._outputs.close()
        self._note("close")

    def off(self) -> None:
        if self._outputs is not None:
            self._outputs.off()
        self._note("off")

    def renew(self) -> None:
        if self._outputs is not None:
            self._outputs.renew()

    def _pass(self, name: str, action: Callable[[Outputs], None]) -> None:
        if not self.gate.is_set():
            with self._changed:
                self.waiting += 1
                self._changed.notify_all()
            assert self.gate.wait(PATIENCE_S)
        if self.broken is not None:
            raise self.broken
        if self._outputs is not None:
            action(self._outputs)
        self._note(name)

    def _note(self, name: str) -> None:
        with self._changed:
            self.calls.append(name)
            self._changed.notify_all()

    def wait_until(self, done: Callable[[list[str]], bool]) -> None:
        """Wait for the calls to be as wanted."""
        with self._changed:
            assert self._changed.wait_for(lambda: done(self.calls), PATIENCE_S), self.calls

    def wait_for(self, *calls: str) -> None:
        """Wait until these are the latest calls."""
        self.wait_until(lambda made: made[-len(calls) :] == list(calls))

    def wait_until_blocked(self) -> None:
        """Wait until a call is blocked at the gate."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.waiting > 0, PATIENCE_S)


def driver(
    outputs: Outputs,
    parts: DegradedParts | None = None,
    clock_ns: Callable[[], int] = time.monotonic_ns,
) -> PanelDriver:
    """What drives outputs as the default configuration has it."""
    config = CuesConfig()
    timeline = PanelTimeline(config.patterns, NS_PER_MS * config.buzzer.buzz_ms)
    return PanelDriver(outputs, timeline, clock_ns, parts)


def show(player: CuePlayer, *kinds: CueKind) -> None:
    for kind in kinds:
        player.show(Cue(0, kind))
