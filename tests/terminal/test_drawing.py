"""What the terminal shows of strides, lights and cues made by hand."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from hipdrive.cues.outputs import DARK, PanelState
from hipdrive.health.degraded import DegradedPart, DevicePart
from hipdrive.session.stats import SessionStats
from hipdrive.terminal.big_figures import big
from hipdrive.terminal.drawing import Shown, drawn
from hipdrive.terminal.lines import TerminalLines
from hipdrive.terminal.spark_bars import spark_bars
from hipdrive.texts import coach as texts
from hipdrive.types.angle import bam_from_deg
from hipdrive.types.band import Band
from hipdrive.types.coach_status import CoachStatus, GuardReason, SilenceReason
from hipdrive.types.cue import Cue, CueKind
from hipdrive.types.fixed_point import ONE
from hipdrive.types.frame_result import FrameResult
from hipdrive.types.gait_update import GaitUpdate
from hipdrive.types.programme import CoachMode, ProgrammeStatus
from hipdrive.types.stride import Rejection
from hipdrive.web.live_view import LiveState
from support.keypoints import all_at
from support.session.results import S, stride

if TYPE_CHECKING:
    from hipdrive.types.stride import Stride

BAND = Band(bam_from_deg(12), bam_from_deg(14), bam_from_deg(18))
JUDGED = CoachStatus(
    CueKind.LED_BELOW, BAND, recent_strides=5, mean_bam=bam_from_deg(10.44), silence=None
)


def state(coach: CoachStatus, *strides: Stride, score: int = ONE, t_s: int = 47) -> LiveState:
    result = FrameResult(all_at(t_s * S, 0, 0, score), GaitUpdate(), (), coach)
    return LiveState(1, "id", result, strides)


def text_of(
    live: LiveState,
    lit: PanelState = DARK,
    *,
    buzzing: bool = False,
    frame_count: int | None = None,
    faults: tuple[DegradedPart, ...] = (),
    page: str = "",
    columns: int = 80,
) -> str:
    stats = SessionStats()
    if live.result is not None:
        stats.on_frame(live.result)
    console = Console(file=StringIO(), width=columns)
    shown = Shown("clip.mp4", live, lit, buzzing, stats, frame_count, faults, page)
    with console.capture() as captured:
        console.print(drawn(shown, columns))
    return captured.get()


def test_before_the_first_frame_nothing_is_claimed() -> None:
    text = text_of(LiveState())
    assert "starting" in text
    assert "no band yet" in text
    assert "●" not in text
    assert "-- steps/min" in text


def test_the_mean_stands_large_against_its_band() -> None:
    lines = text_of(state(JUDGED)).splitlines()
    large = big("10.4°")
    shown = [line for line in lines if any(row.rstrip() in line for row in large)]
    assert len(shown) == len(large) == 5
    assert "mean of the last 5 strides" in shown[1]
    assert "your band: 12.0 to 18.0°" in shown[3]
    assert "▲ more" in shown[4]
    assert any("push the belt away behind you" in line for line in lines)


def test_figures_differ_from_each_other_in_every_pair() -> None:
    glyphs = [tuple(big(figure)) for figure in "0123456789.-°"]
    assert len(set(glyphs)) == 13
    assert all(len({len(row) for row in glyph}) == 1 for glyph in glyphs)
    assert [row.count("█") for row in big("1")] == [1, 2, 1, 1, 3]


@pytest.mark.parametrize("colour", ["green", "amber", "blue"])
def test_the_light_that_is_lit_on_the_pins_is_lit_here(colour: str) -> None:
    text = text_of(state(JUDGED), PanelState(colour, sounding=False))  # type: ignore[arg-type]
    assert f"● {colour}" in text
    assert text.count("●") == 1


@pytest.mark.parametrize(("sounding", "buzzing"), [(True, False), (False, True)])
def test_a_buzz_has_its_sign(*, sounding: bool, buzzing: bool) -> None:
    assert "♪ buzz" in text_of(state(JUDGED), PanelState(None, sounding), buzzing=buzzing)
    assert "♪ buzz" not in text_of(state(JUDGED))


def test_the_baseline_counts_up_and_says_what_to_do() -> None:
    coach = CoachStatus(
        CueKind.LED_BASELINE,
        baseline_strides=3,
        baseline_strides_needed=30,
        silence=SilenceReason.BASELINE,
    )
    text = text_of(state(coach))
    assert "baseline: 3 of 30 strides" in text
    assert "run as you always do" in text


def test_who_is_muted_and_who_is_gone_is_said() -> None:
    muted = CoachStatus(muted=True, silence=SilenceReason.MUTED)
    assert "muted" in text_of(state(muted))
    assert "muted" not in text_of(state(JUDGED))
    assert "no runner in the picture" in text_of(state(JUDGED, score=0))
    assert "no runner" not in text_of(state(JUDGED))


def test_the_guard_that_holds_the_coach_back_is_named() -> None:
    held = replace(
        JUDGED,
        led=CueKind.LED_QUICKER_STEPS,
        silence=SilenceReason.GUARD,
        guard=GuardReason.OVERSTRIDE,
        withheld={GuardReason.OVERSTRIDE: 7},
    )
    text = text_of(state(held))
    assert texts.said_now(held, "en") in text
    assert texts.guard("overstride", "en") in text
    assert "more withheld at 7 strides so far" in text
    assert "withheld" not in text_of(state(JUDGED))


def test_the_programme_has_a_line() -> None:
    status = ProgrammeStatus(CoachMode.PROGRAMME, 3, None)
    text = text_of(state(replace(JUDGED, programme=status)))
    assert "session 3 of " in text
    assert "not begun" in text


def test_cadence_progress_page_and_faults() -> None:
    # 0.75 s a stride are 160 steps a minute.
    live = state(JUDGED, stride(time_ns=S * 3 // 4))
    fault = DegradedPart(DevicePart.RECORDER, "recording has stopped: [red]No space\x1b[2J left")
    text = text_of(live, frame_count=4, faults=(fault,), page="http://127.0.0.1:8080/")
    assert "160 steps/min" in text
    assert "━ 25%" in text
    assert "page: http://127.0.0.1:8080/" in text
    assert "fault: recording has stopped: [red]No space?[2J left" in text


def test_nothing_is_wider_than_the_terminal() -> None:
    live = state(JUDGED, *[stride(number * S, 14) for number in range(20)])
    text = text_of(live, page="http://" + "long" * 40, columns=60)
    assert max(map(len, text.splitlines())) <= 60
    assert len(text_of(live).splitlines()) <= 24


def test_bars_stand_for_the_strides_and_the_band() -> None:
    # 12 degrees around 15: the bars begin at 9, a line is 3 degrees.
    strides = [stride(0, deg) for deg in (9.8, 12, 15, 18, 20.2)]
    rejected = stride(0, 15, rejection=Rejection.GAP)
    lines = [line.plain for line in spark_bars([*strides, rejected], BAND)]
    columns = ["".join(line[2 * number] for line in lines) for number in range(6)]
    assert columns == ["   ▂", "   █", "  ██", " ███", "▆███", "   ·"]
    # 12 is where the second line begins, 18 where the fourth does.
    assert "┤ 12.0°" in lines[2]
    assert "┤ 18.0°" in lines[0]


def test_lines_are_said_when_something_changes_and_every_half_minute() -> None:
    said: list[str] = []
    lines = TerminalLines(said.append, "en")
    below = JUDGED
    within = replace(JUDGED, led=CueKind.LED_IN_BAND, mean_bam=bam_from_deg(14))
    for tenth in range(700):
        t_ns = tenth * S // 10
        coach = below if tenth < 105 or tenth == 200 else within
        cues = (Cue(t_ns, CueKind.BUZZ),) if tenth == 50 else ()
        lines.on_frame(FrameResult(all_at(t_ns, 0, 0, ONE), GaitUpdate(), cues, coach))
    times = [line.split()[0] for line in said]
    # The change at 20.0 s back and forth within a tenth is told as one, at 20.0 and 21.0.
    assert times == ["0:00", "0:05", "0:10", "0:20", "0:21", "0:51"]
    assert (
        said[1] == "  0:05   10.4°, your band: 12.0 to 18.0°  push the belt away behind you (buzz)"
    )
    assert said[2].endswith("in your band")
