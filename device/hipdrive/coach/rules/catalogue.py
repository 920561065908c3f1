"""Every rule of the coach, in the order in which they judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.coach.rules.band_led import BandLed
from hipdrive.coach.rules.baseline import MeasureBaseline
from hipdrive.coach.rules.belt_speed import BaselineOfSpeed
from hipdrive.coach.rules.buzz import BuzzBelowBand
from hipdrive.coach.rules.new_runner import NewRunner
from hipdrive.coach.rules.off_block import OffBlock
from hipdrive.coach.rules.pause import Pause
from hipdrive.coach.rules.probe import RetentionProbe
from hipdrive.coach.rules.programme_clock import ProgrammeClock
from hipdrive.coach.rules.recent import RecentStrides
from hipdrive.coach.rules.runner_record import CountRunning
from hipdrive.coach.rules.watch_guards import WatchGuards

if TYPE_CHECKING:
    from hipdrive.coach.rule import CueRule

RULES: tuple[CueRule, ...] = (
    Pause(),
    NewRunner(),
    CountRunning(),
    ProgrammeClock(),
    BaselineOfSpeed(),
    WatchGuards(),
    RetentionProbe(),
    MeasureBaseline(),
    OffBlock(),
    RecentStrides(),
    BandLed(),
    BuzzBelowBand(),
)
"""A rule added behind these is asked of every stride with a full mean, after the baseline and while
the programme gives feedback."""
