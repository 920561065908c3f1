"""What each light means: patterns as data, and the limits that none may break."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, get_args

from hipdrive.cues.outputs import Colour
from hipdrive.types.cue import CueKind
from hipdrive.types.time import NS_PER_MS, NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CHANGES = 3
"""Within a second, of all lights together. WCAG 2.3.1 allows three flashes, of two changes each."""
MOST_PATTERN_CHANGES = 2
"""Of them by a pattern that goes on, so that the next cue need not wait for it."""
LEAST_STEP_MS, MOST_STEP_MS = 100, 5000
MOST_ROUNDS = 100
COLOURS: tuple[Colour, ...] = get_args(Colour)
ONE_LIGHT = "rgb"
"""The kind of lights that have one position."""
_STEP = re.compile(r"(\w+)(?: (\d{1,6}))?")
_PATTERN = re.compile(r"(?:(\d{1,6})x )?(.+)")


class PanelEvent(StrEnum):
    """What the lights tell."""

    SESSION_BEGINS = "session_begins"
    BASELINE = "baseline"
    BASELINE_DONE = "baseline_done"
    IN_BAND = "in_band"
    BELOW = "below"
    ABOVE = "above"
    QUICKER_STEPS = "quicker_steps"
    LOOK_AHEAD = "look_ahead"
    LOST = "lost"
    FAULT = "fault"
    LETTING_GO = "letting_go"
    """The button is held so long that letting go of it now begins or ends a session."""
    CAMERA_CLOSED = "camera_closed"
    GUEST = "guest"
    """The button has chosen nobody by name."""
    RUNNER = "runner"
    """It has chosen a runner, whose number is how often this is repeated."""


PASSING = frozenset(
    {
        PanelEvent.SESSION_BEGINS,
        PanelEvent.BASELINE_DONE,
        PanelEvent.CAMERA_CLOSED,
        PanelEvent.GUEST,
    }
)
"""Shown once; then the lights show again what they did."""
EVENT_OF_CUE: Mapping[CueKind, PanelEvent] = {
    CueKind.LED_BASELINE: PanelEvent.BASELINE,
    CueKind.LED_IN_BAND: PanelEvent.IN_BAND,
    CueKind.LED_BELOW: PanelEvent.BELOW,
    CueKind.LED_ABOVE: PanelEvent.ABOVE,
    CueKind.LED_QUICKER_STEPS: PanelEvent.QUICKER_STEPS,
    CueKind.LED_LOOK_AHEAD: PanelEvent.LOOK_AHEAD,
    CueKind.LED_LOST: PanelEvent.LOST,
    CueKind.BASELINE_DONE: PanelEvent.BASELINE_DONE,
}
"""Not in it: `led_off` is dark, a buzz is heard."""


@dataclass(frozen=True, slots=True)
class PatternStep:
    """One step of a pattern.

    Attributes:
        colour: of the light that is on; None: all are dark.
        lasts_ns: how long, ns; None: until another cue.
    """

    colour: Colour | None
    lasts_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A light, steady or blinking.

    Attributes:
        steps: in their order, then from the first again.
        rounds: how often; None: until another cue. After them all is dark.
    """

    steps: tuple[PatternStep, ...]
    rounds: int | None = None

    @property
    def steady(self) -> bool:
        """True for one light that stays."""
        return len(self.steps) == 1


def parse_pattern(text: str) -> Pattern:
    """A pattern from its words.

    Args:
        text: a colour, which stays; or colours and `dark`, each with its milliseconds, which are
            repeated: `green 1000, dark 1000`; or so many times of it: `20x blue 150, dark 1850`.

    Raises:
        ValueError: it is none, or breaks a limit; the message says what is allowed.
    """
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise ValueError(_how_to("is empty"))
    times, steps_text = found.groups()
    rounds = None if times is None else int(times)
    if rounds is not None and not 1 <= rounds <= MOST_ROUNDS:
        raise ValueError(f"{rounds}x: a pattern is repeated 1 to {MOST_ROUNDS} times, or for ever")
    pattern = Pattern(tuple(_step(each) for each in steps_text.split(", ")), rounds)
    _check(pattern)
    return pattern


def _step(text: str) -> PatternStep:
    found = _STEP.fullmatch(text)
    if found is None:
        raise ValueError(_how_to(f"has {text!r} in it"))
    name, ms = found.groups()
    if name == "red":
        raise ValueError("no light is red: it stands for danger, and flashing red harms most")
    colours: dict[str, Colour | None] = {**{each: each for each in COLOURS}, "dark": None}
    if name not in colours:
        raise ValueError(f"{name!r} is no light; there are {', '.join(COLOURS)} and dark")
    if ms is None:
        return PatternStep(colours[name])
    if not LEAST_STEP_MS <= int(ms) <= MOST_STEP_MS:
        raise ValueError(f"{text!r}: a step lasts {LEAST_STEP_MS} to {MOST_STEP_MS} ms")
    return PatternStep(colours[name], NS_PER_MS * int(ms))


def _check(pattern: Pattern) -> None:
    held = [step for step in pattern.steps if step.lasts_ns is None]
    if pattern.steady and held and pattern.rounds is None:
        return
    if held or pattern.steady:
        raise ValueError(_how_to("has a step without its time, or one alone with one"))
    if changes_in_a_second(pattern) > MOST_PATTERN_CHANGES:
        raise ValueError(
            f"the light changes more than {MOST_PATTERN_CHANGES} times in a second; make its steps "
            f"longer ({MOST_CHANGES} are allowed, and one of them is kept for the next cue)"
        )


def _how_to(what: str) -> str:
    return (
        f"the pattern {what}; write a colour ('green'), or steps with their milliseconds "
        "('green 1000, dark 1000')"
    )


def changes_in_a_second(pattern: Pattern) -> int:
    """The most changes of the light within any second, while the pattern goes on."""
    shown = [step.colour for step in pattern.steps]
    at_ns, now_ns = [], 0
    length_ns = sum(step.lasts_ns or 0 for step in pattern.steps)
    # As many rounds as reach a second beyond the first one.
    for turn in range(2 + NS_PER_S // length_ns if length_ns else 0):
        for index, step in enumerate(pattern.steps):
            if step.colour != shown[index - 1] or turn == index == 0:
                at_ns.append(now_ns)
            now_ns += step.lasts_ns or 0
    return max(
        (sum(first <= each < first + NS_PER_S for each in at_ns) for first in at_ns), default=0
    )


def blinking(pattern: Pattern) -> tuple[tuple[bool, int | None], ...]:
    """What is left of a pattern where one light's colours cannot be told: on or off, how long."""
    return tuple((step.colour is not None, step.lasts_ns) for step in pattern.steps)


DEFAULT_TEXTS: Mapping[PanelEvent, str] = {
    PanelEvent.SESSION_BEGINS: "1x amber 600, green 600, blue 600",
    PanelEvent.BASELINE: "green 1000, dark 1000",
    PanelEvent.BASELINE_DONE: "3x green 500, dark 500",
    PanelEvent.IN_BAND: "green",
    PanelEvent.BELOW: "amber",
    PanelEvent.ABOVE: "blue",
    PanelEvent.QUICKER_STEPS: "blue 750, dark 750",
    PanelEvent.LOOK_AHEAD: "blue 750, green 750",
    PanelEvent.LOST: "20x blue 150, dark 1850",
    PanelEvent.FAULT: "amber 150, dark 3000",
    PanelEvent.LETTING_GO: "amber 600, blue 600",
    PanelEvent.CAMERA_CLOSED: "1x blue 600, green 600, amber 600",
    PanelEvent.GUEST: "1x blue 2500, dark 500",
    PanelEvent.RUNNER: "blue 400, dark 600",
}
"""Lights in a row: where the light is tells what it means."""
ONE_LIGHT_TEXTS: Mapping[PanelEvent, str] = {
    PanelEvent.BASELINE_DONE: "2x green 1500, dark 500",
    PanelEvent.BELOW: "amber 750, dark 250",
    PanelEvent.ABOVE: "blue 250, dark 750",
    PanelEvent.QUICKER_STEPS: "blue 500, dark 500",
    PanelEvent.LOOK_AHEAD: "green 400, dark 1100",
    PanelEvent.LETTING_GO: "amber 1200, dark 200",
    PanelEvent.CAMERA_CLOSED: "2x green 200, dark 800",
}
"""One light, whose colour not everybody sees: how it blinks tells what it means."""


def patterns_for(kind: str, chosen: Mapping[PanelEvent, str]) -> dict[PanelEvent, Pattern]:
    """Every event's pattern.

    Args:
        kind: of the lights, as `cues.leds.kind`.
        chosen: those of the configuration; an empty text stands for the default.

    Raises:
        ValueError: one breaks a limit, or two look the same.
    """
    texts = {**DEFAULT_TEXTS, **(ONE_LIGHT_TEXTS if kind == ONE_LIGHT else {})}
    found: dict[PanelEvent, Pattern] = {}
    for event in PanelEvent:
        text = chosen.get(event) or texts[event]
        try:
            found[event] = parse_pattern(text)
        except ValueError as error:
            raise ValueError(f"{event}: {error}") from error
        _check_rounds(event, found[event], text)
    _refuse_alike(kind, found)
    return found


def _check_rounds(event: PanelEvent, pattern: Pattern, text: str) -> None:
    if event in PASSING and pattern.rounds is None:
        raise ValueError(f"{event}: is shown once; say how often, as in '1x {text}'")
    if event is PanelEvent.LETTING_GO and pattern.rounds is not None:
        raise ValueError(f"{event}: is shown while the button is held; say not how often: '{text}'")
    if event is PanelEvent.RUNNER and (pattern.rounds is not None or pattern.steady):
        raise ValueError(
            f"{event}: is repeated as often as the runner's number says; write steps with their "
            "milliseconds, and not how often"
        )


def _refuse_alike(kind: str, patterns: Mapping[PanelEvent, Pattern]) -> None:
    seen: dict[object, PanelEvent] = {}
    for event, pattern in patterns.items():
        # The begin of a session is the one time that nothing else is shown.
        if kind == ONE_LIGHT and event is PanelEvent.SESSION_BEGINS:
            continue
        look = blinking(pattern) if kind == ONE_LIGHT else pattern.steps
        if look in seen:
            how = "without its colours " if kind == ONE_LIGHT else ""
            raise ValueError(f"{event} and {seen[look]} look the same {how}to the runner")
        seen[look] = event
