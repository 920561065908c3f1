from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from hipdrive.coach.coach import Coach
from hipdrive.coach.settings import CoachSettings
from hipdrive.config import CuesConfig
from hipdrive.cues.pin_factory import simulated_pins
from hipdrive.cues.pins import PinOutputs
from hipdrive.cues.terminal import SCALE_WIDTH, TerminalPanel, band_scale
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.session.stats import SessionStats
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.band import Band
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.gait_update import GaitUpdate, Sample
from hipdrive.types.side import Side
from hipdrive.types.stride import Stride
from support.keypoints import all_at
from support.session.summaries import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = CoachSettings(5, bam_from_deg(2), bam_from_deg(5), 8)
STRIDE_NS = 750_000_000
FRAME_NS = 20_000_000


class PanelUnderTest:
    """A panel with all that it looks at."""

    def __init__(self) -> None:
        self.outputs = PinOutputs(CuesConfig(), simulated_pins())
        self.coach = Coach(SETTINGS)
        self.stats = SessionStats()
        console = Console(file=StringIO(), width=120)
        self.parts = DegradedParts()
        self.panel = TerminalPanel(self.outputs, self.stats, console, self.parts)

    def take(self, t_ns: int, update: GaitUpdate | None = None, *, score: int = ONE) -> None:
        update = update or GaitUpdate()
        pose = all_at(t_ns, 0, 0, score)
        cues = self.coach.step(t_ns, update)
        result = FrameResult(pose, update, cues, self.coach.status)
        self.stats.on_frame(result)
        self.panel.on_frame(result)

    def stride(self, number: int, degrees: float) -> None:
        t_ns = number * STRIDE_NS
        bam = bam_from_deg(degrees)
        stride = Stride(t_ns, Side.LEFT, True, bam, bam, STRIDE_NS, None)  # noqa: FBT003  # the near leg
        self.take(t_ns, GaitUpdate((), (stride,)))

    def text(self) -> str:
        console = Console(file=StringIO(), width=120)
        with console.capture() as captured:
            console.print(self.panel.render())
        return captured.get()


@pytest.fixture
def shown() -> Iterator[PanelUnderTest]:
    shown = PanelUnderTest()
    yield shown
    shown.panel.end(SUMMARY)
    shown.outputs.close()


def test_what_does_not_work_is_a_line_until_it_works(shown: PanelUnderTest) -> None:
    assert "fault" not in shown.text()
    shown.parts.degrade(DevicePart.RECORDER, "recording has stopped: [red]No space\x1b[2J left")
    shown.parts.degrade(DevicePart.BROKER, "nothing listens at broker:1883")
    lines = [line for line in shown.text().splitlines() if "fault" in line]
    assert "recording has stopped: [red]No space?[2J left" in lines[0]
    assert "nothing listens at broker:1883" in lines[1]
    shown.parts.recover(DevicePart.RECORDER)
    assert "recording" not in shown.text()


def test_before_the_first_frame_the_panel_claims_nothing(shown: PanelUnderTest) -> None:
    text = shown.text()
    assert "no runner" in text
    assert "none yet" in text
    assert "●" not in text


@pytest.mark.parametrize("colour", ["green", "amber", "blue"])
def test_the_led_that_is_lit_on_the_pins_is_lit_on_the_panel(
    shown: PanelUnderTest, colour: str
) -> None:
    shown.outputs.light(colour)  # type: ignore[arg-type]  # one of the literals
    text = shown.text()
    assert f"● {colour}" in text
    assert text.count("●") == 1


def test_the_baseline_counts_up(shown: PanelUnderTest) -> None:
    for number in range(1, 4):
        shown.stride(number, 10)
    assert "baseline: 3 of 5 strides" in shown.text()


def test_after_the_baseline_band_mean_and_cadence_are_shown(shown: PanelUnderTest) -> None:
    for number in range(1, 11):
        shown.stride(number, 10 if number <= 5 else 13)
    text = shown.text()
    assert "10.5 to 17.0°" in text
    # 0.75 s a stride are 160 steps a minute; one frame each 0.75 s is 1.3 frames a second.
    assert "160 steps/min   10 strides   1 frames/s" in text


def test_the_angle_is_that_of_the_newest_sample(shown: PanelUnderTest) -> None:
    samples = [Sample(1, bam_from_deg(deg), 0, 0, 0) for deg in (5.0, -12.3)]
    shown.take(1, GaitUpdate(tuple(samples)))
    assert "-12.3° now" in shown.text()


def test_frames_a_second_come_from_the_times_of_the_frames(shown: PanelUnderTest) -> None:
    for number in range(200):
        shown.take(number * FRAME_NS)
    assert "50 frames/s" in shown.text()


def test_a_picture_without_a_runner_is_shown_as_such(shown: PanelUnderTest) -> None:
    shown.take(1)
    assert "no runner" not in shown.text()
    shown.take(2, score=0)
    assert "no runner" in shown.text()


def test_the_sign_of_a_buzz_stays_for_six_tenths_of_a_second(shown: PanelUnderTest) -> None:
    pose = all_at(0, 0, 0, ONE)
    shown.panel.on_frame(FrameResult(pose, GaitUpdate(), (Cue(0, CueKind.BUZZ),)))
    assert "♪ buzz" in shown.text()
    shown.take(599_999_999)
    assert "♪ buzz" in shown.text()
    shown.take(600_000_000)
    assert "♪ buzz" not in shown.text()


def test_a_buzzer_that_sounds_is_shown_whatever_the_time(shown: PanelUnderTest) -> None:
    shown.outputs.sound(on=True)
    assert "♪ buzz" in shown.text()


def test_the_scale_runs_from_0_to_40_degrees_with_the_band_and_the_mean_in_it() -> None:
    # 48 columns over 40 degrees: 10 degrees are column 11.75, 20 are 23.5, 30 are 35.25.
    band = Band(bam_from_deg(10), bam_from_deg(15), bam_from_deg(30))
    glyphs = [character for character in band_scale(band, bam_from_deg(20.2)) if character in "─━▲"]
    assert len(glyphs) == SCALE_WIDTH == 48
    assert "".join(glyphs) == "─" * 12 + "━" * 12 + "▲" + "━" * 11 + "─" * 12


@pytest.mark.parametrize(("degrees", "column"), [(-30, 0), (90, 47)])
def test_a_mean_beyond_the_scale_is_marked_at_its_end(degrees: float, column: int) -> None:
    band = Band(bam_from_deg(10), bam_from_deg(15), bam_from_deg(30))
    scale = band_scale(band, bam_from_deg(degrees))
    glyphs = [character for character in scale if character in "─━▲"]
    assert glyphs.index("▲") == column
