"""What simulated pins do, and when, while time is stepped."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from hipdrive.config import BuzzerConfig, CuesConfig, LightsConfig
from hipdrive.cues.outputs import PanelState
from hipdrive.cues.timeline import PanelTimeline
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.types.cue import Cue, CueKind
from support.cues.stepped_panel import BUZZER, START_NS, SteppedPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

S, MS = 1_000_000_000, 1_000_000
BELOW, BUZZ = CueKind.LED_BELOW, CueKind.BUZZ


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> SteppedPanel:
    return SteppedPanel(monkeypatch)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (CueKind.LED_IN_BAND, "green"),
        (CueKind.LED_BELOW, "amber"),
        (CueKind.LED_ABOVE, "blue"),
    ],
)
def test_a_steady_light_comes_at_once_and_stays(
    panel: SteppedPanel, kind: CueKind, shown: str
) -> None:
    panel.wait(1)
    panel.show(kind)
    panel.wait(60)
    assert panel.lit() == [(1, shown)]


def test_the_baseline_blinks_slowly_and_over_and_over(panel: SteppedPanel) -> None:
    panel.show(CueKind.LED_BASELINE)
    panel.wait(5)
    assert panel.lit() == [
        (0, "green"),
        (1, "dark"),
        (2, "green"),
        (3, "dark"),
        (4, "green"),
        (5, "dark"),
    ]


def test_a_session_begins_with_the_lights_one_after_the_other(panel: SteppedPanel) -> None:
    panel.driver.begin()
    panel.show()
    panel.wait(10)
    assert panel.lit() == [(0, "amber"), (0.6, "green"), (1.2, "blue"), (1.8, "dark")]


def test_what_passes_gives_the_light_back_to_what_holds(panel: SteppedPanel) -> None:
    panel.show(CueKind.LED_IN_BAND)
    panel.wait(2)
    panel.show(CueKind.BASELINE_DONE)
    panel.wait(60)
    blinks = [(2.5, "dark"), (3, "green"), (3.5, "dark"), (4, "green"), (4.5, "dark"), (5, "green")]
    assert panel.lit() == [(0, "green"), *blinks]


def test_a_cue_cuts_what_passes(panel: SteppedPanel) -> None:
    panel.driver.begin()
    panel.show()
    panel.wait(0.7)
    panel.show(CueKind.LED_ABOVE)
    panel.wait(60)
    assert panel.lit() == [(0, "amber"), (0.6, "green"), (0.7, "blue")]


def test_a_runner_out_of_sight_is_told_for_a_while_and_then_it_is_dark(panel: SteppedPanel) -> None:
    panel.show(CueKind.LED_LOST)
    panel.wait(600)
    lit = panel.lit()
    assert lit[:4] == [(0, "blue"), (0.15, "dark"), (2, "blue"), (2.15, "dark")]
    assert lit[-1] == (38.15, "dark"), "twenty times, two seconds apart"
    assert len(lit) == 40


def test_a_fault_shows_where_nothing_is_claimed_and_never_instead_of_a_cue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = DegradedParts()
    panel = SteppedPanel(monkeypatch, parts=parts)
    parts.degrade(DevicePart.RECORDER, "the disk is full")
    panel.show()
    panel.wait(1)
    panel.show(CueKind.LED_IN_BAND)
    panel.wait(9)
    panel.show(CueKind.LED_OFF)
    panel.wait(1)
    assert panel.lit() == [
        (0, "amber"),
        (0.15, "dark"),
        (1, "green"),
        (10, "amber"),
        (10.15, "dark"),
    ]
    parts.recover(DevicePart.RECORDER)
    panel.show()
    panel.wait(60)
    assert panel.lit()[-1] == (10.15, "dark")


def test_while_letting_go_of_the_button_would_do_something_nothing_else_is_shown(
    panel: SteppedPanel,
) -> None:
    panel.show(CueKind.LED_IN_BAND)
    panel.wait(1)
    panel.driver.letting_go = True
    panel.show()
    panel.wait(1)
    panel.show(CueKind.LED_BELOW)
    panel.wait(1)
    panel.driver.letting_go = False
    panel.show()
    panel.wait(60)
    lit = panel.lit()
    assert lit[0] == (0, "green")
    assert lit[1:3] == [(1, "amber"), (1.6, "blue")]
    assert {name for t_s, name in lit if 1 <= t_s < 3} == {"amber", "blue"}
    assert lit[-1][1] == "amber", "the light that came meanwhile"
    assert lit[-1][0] <= 3


def test_a_cue_that_the_held_button_hides_is_not_taken_for_shown() -> None:
    timeline = PanelTimeline(CuesConfig().patterns, 80 * MS)
    timeline.letting_go = True
    timeline.take(Cue(0, CueKind.LED_BELOW), 0)
    state, begun = timeline.due(0)
    assert (state.colour, begun) == ("amber", ())
    timeline.shown(state, 0)
    timeline.letting_go = False
    state, begun = timeline.due(S)
    assert (state.colour, begun) == ("amber", ())


def test_a_buzz_lasts_as_long_as_configured_and_leaves_the_light_alone(panel: SteppedPanel) -> None:
    panel.show(CueKind.LED_BELOW, CueKind.BUZZ)
    panel.wait(1)
    assert [(each.t_ns - START_NS, each.value) for each in panel.changes(BUZZER)] == [
        (0, 1),
        (80 * MS, 0),
    ]
    assert panel.lit() == [(0, "amber")]


def test_a_sound_is_never_longer_than_a_tenth_of_a_second_whatever_is_asked_for() -> None:
    timeline = PanelTimeline(CuesConfig().patterns, 5 * S)
    timeline.take(Cue(0, CueKind.BUZZ), 0)
    state, _ = timeline.due(0)
    timeline.shown(state, 0)
    assert timeline.next_ns(0) == 100 * MS
    assert timeline.due(100 * MS)[0] == PanelState(None, sounding=False)


def test_sounds_are_four_seconds_apart_whatever_is_asked_for(panel: SteppedPanel) -> None:
    for _ in range(100):
        panel.show(CueKind.BUZZ)
        panel.wait(0.1)
    begun = [each.t_ns - START_NS for each in panel.changes(BUZZER) if each.value]
    assert begun == [0, 4 * S, 8 * S]


def test_a_cue_that_asks_for_what_is_shown_begins_at_once(panel: SteppedPanel) -> None:
    panel.show(CueKind.LED_BASELINE)
    timeline = PanelTimeline(CuesConfig().patterns, 80 * MS)
    for kind in (CueKind.LED_BASELINE, CueKind.LED_IN_BAND):
        cue = Cue(0, kind)
        timeline.take(cue, 0)
        state, begun = timeline.due(0)
        timeline.shown(state, 0)
        assert begun == (cue,)
        assert state.colour == "green"


def test_a_cue_in_a_blinking_pattern_never_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The blink leaves one change of each second to it: tried every 10 ms of a period."""
    for after_ms in range(0, 2000, 10):
        panel = SteppedPanel(monkeypatch)
        panel.show(CueKind.LED_LOOK_AHEAD)
        panel.wait(2 + after_ms / 1000)
        panel.show(CueKind.LED_BELOW)
        assert panel.lit()[-1] == (round(2 + after_ms / 1000, 3), "amber")


@pytest.mark.parametrize(
    ("since_peak_ms", "waits_ms"), [(80, 35), (114, 1), (115, 0), (130, 0), (900, 0)]
)
def test_a_cue_keeps_its_distance_from_the_peak(
    panel: SteppedPanel, since_peak_ms: int, waits_ms: int
) -> None:
    panel.wait(1)
    # The frames' own clock begins elsewhere, and the model has taken its time.
    frame_ns = 7 * S
    peak_ns = frame_ns - since_peak_ms * MS
    panel.driver.drive([Cue(frame_ns, kind, None, peak_ns) for kind in (BELOW, BUZZ)])
    panel.wait(1)
    assert panel.lit() == [(1 + waits_ms / 1000, "amber")]
    assert panel.changes(BUZZER)[0].t_ns - START_NS == S + waits_ms * MS


def test_no_cue_overtakes_one_that_waits(panel: SteppedPanel) -> None:
    panel.driver.drive([Cue(7 * S, BELOW, None, 7 * S - 90 * MS)])
    panel.wait(0.01)
    panel.show(CueKind.LED_LOST)
    panel.wait(0.01)
    assert panel.lit() == []
    panel.wait(5)
    assert [name for _, name in panel.lit()][:1] == ["blue"], "the newer of two at one time holds"


def test_what_tells_nothing_of_a_stride_does_not_wait(panel: SteppedPanel) -> None:
    panel.driver.drive([Cue(7 * S, CueKind.BASELINE_DONE, None, 7 * S - 90 * MS)])
    assert panel.lit() == [(0, "green")]


def most_in_a_second(times_ns: Sequence[int]) -> int:
    return max(sum(0 <= each - first < S for each in times_ns) for first in times_ns)


CHOSEN = LightsConfig(
    baseline="green 100, dark 900",
    quicker_steps="blue 500, dark 500",
    lost="100x amber 100, dark 900",
)


@pytest.mark.parametrize("lights", [LightsConfig(), CHOSEN], ids=["default", "chosen"])
@pytest.mark.parametrize("seed", range(5))
def test_lights_change_three_times_a_second_at_most_over_ten_thousand_cues(
    monkeypatch: pytest.MonkeyPatch, seed: int, lights: LightsConfig
) -> None:
    chance = random.Random(seed)
    parts = DegradedParts()
    panel = SteppedPanel(monkeypatch, CuesConfig(lights=lights), parts)
    panel.driver.begin()
    kinds = list(CueKind)
    for _ in range(2_000):
        panel.show(*chance.choices(kinds, k=chance.choice((1, 1, 1, 2, 3))))
        # From cues that pour in, over strides, to pauses.
        panel.wait(chance.choice((0.001, 0.03, 0.2, 0.7, 0.7, 5)) * chance.random())
        if chance.random() < 0.05:
            parts.degrade(DevicePart.BROKER, "away")
            parts.recover(DevicePart.BROKER) if chance.random() < 0.5 else None
        panel.driver.letting_go = chance.random() < 0.1
    lit = panel.lit()
    times_ns = [round(t_s * S) for t_s, _ in lit]
    assert len(lit) > 500
    assert most_in_a_second(times_ns) == 3, "and three are used"
    sounds = panel.changes(BUZZER)
    lasted = {off.t_ns - on.t_ns for on, off in zip(sounds[::2], sounds[1::2], strict=False)}
    assert lasted == {80 * MS}


def test_a_long_buzz_of_a_configuration_is_refused() -> None:
    with pytest.raises(ValueError, match="less than or equal to 100"):
        BuzzerConfig(buzz_ms=101)


def test_the_newest_light_holds_when_several_came_too_fast_to_be_shown(panel: SteppedPanel) -> None:
    for kind in (CueKind.LED_BELOW, CueKind.LED_IN_BAND, CueKind.LED_ABOVE) * 5:
        panel.show(kind)
        panel.wait(0.02)
    panel.wait(10)
    assert panel.lit() == [(0, "amber"), (0.02, "green"), (0.04, "blue")]
