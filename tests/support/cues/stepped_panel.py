"""A panel whose time is stepped, on simulated pins that remember when they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gpiozero.pins import mock

from hipdrive.config import CuesConfig
from hipdrive.cues.driver import PanelDriver
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.cues.timeline import PanelTimeline
from hipdrive.types.cue import Cue
from hipdrive.types.time import NS_PER_MS, NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from hipdrive.health.degraded import DegradedParts
    from hipdrive.types.cue import CueKind

GREEN, AMBER, BLUE, BUZZER = 17, 27, 22, 18
"""The pins of the default configuration, as config/hipdrive.toml states them."""
START_NS = 50 * NS_PER_S


class Change(NamedTuple):
    """A pin that changed, and when."""

    t_ns: int
    pin: int
    value: float


class SteppedPanel:
    """Lights and buzzer, driven by a clock that stands until it is stepped.

    Attributes:
        now_ns: the time.
    """

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        config: CuesConfig | None = None,
        parts: DegradedParts | None = None,
    ) -> None:
        config = config or CuesConfig()
        self.now_ns = START_NS
        # A mock pin notes how long each state lasted, by this clock.
        monkeypatch.setattr(mock, "monotonic", lambda: self.now_ns)
        self.factory: Any = simulated_pins()
        self.outputs = PinOutputs(config, self.factory)
        timeline = PanelTimeline(config.patterns, NS_PER_MS * config.buzzer.buzz_ms)
        self.driver = PanelDriver(self.outputs, timeline, lambda: self.now_ns, parts)

    def show(self, *kinds: CueKind) -> None:
        """Give cues now."""
        self.driver.drive(Cue(self.now_ns, kind) for kind in kinds)

    def wait(self, seconds: float) -> None:
        """Let time pass, and the panel do what is due."""
        until_ns = self.now_ns + round(seconds * NS_PER_S)
        while (next_ns := self.driver.next_ns()) is not None and next_ns <= until_ns:
            self.now_ns = max(self.now_ns, next_ns)
            self.driver.drive()
        self.now_ns = until_ns

    def changes(self, *pins: int) -> list[Change]:
        """What the pins did after they were set up, oldest first."""
        return pin_changes({pin: self.factory.pin(pin) for pin in pins}, START_NS, *pins)

    def lit(self) -> list[tuple[float, str]]:
        """The light as it changed: seconds since the start, and the colour or `dark`."""
        return lights_lit(self.changes(GREEN, AMBER, BLUE), START_NS)


def pin_changes(made: Mapping[int, Any], start_ns: int, *pins: int) -> list[Change]:
    """What simulated pins did since they were made at a time, oldest first."""
    found = []
    for pin in pins:
        t_ns = start_ns
        for state in made[pin].states[1:]:
            t_ns += state.timestamp
            found.append(Change(t_ns, pin, float(state.state)))
    # Several changes of one pin in one moment stay in their order.
    return sorted(found, key=lambda change: change.t_ns)


def lights_lit(changes: list[Change], start_ns: int) -> list[tuple[float, str]]:
    """What is lit after all changes of one moment."""
    names = {GREEN: "green", AMBER: "amber", BLUE: "blue"}
    on: dict[int, float] = {}
    found: dict[int, str] = {}
    for change in changes:
        on[change.pin] = change.value
        lit = [names[pin] for pin, value in on.items() if value]
        found[change.t_ns] = lit[0] if lit else "dark"
    return [(round((t_ns - start_ns) / NS_PER_S, 3), name) for t_ns, name in found.items()]
