"""Profiles in memory: right at once, whatever the disk does."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hipdrive.coach.programme import SessionPlan
from hipdrive.coach.record import RunnerRecord
from hipdrive.config import CoachConfig
from hipdrive.errors import ProfileStoreError
from hipdrive.health.degraded import DegradedParts, DevicePart
from hipdrive.runners.keeper import ProfileKeeper
from hipdrive.runners.sink import ProfileSink
from hipdrive.types.programme import CoachMode
from support.hub.frames import until
from support.runners.results import EASY, Store, result
from support.session.summaries import PROGRAMME, SUMMARY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hipdrive.runners.profile import RunnerProfile, SessionResult

LONG_S = 30.0
"""Far longer than anything here takes."""


class Disk(Store):
    """A disk that can be held and can fail."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.free = threading.Event()
        self.free.set()
        self.full = False

    def profiles(self) -> tuple[RunnerProfile, ...]:
        self.free.wait(LONG_S)
        return super().profiles()

    def keep(self, result: SessionResult) -> RunnerProfile | None:
        self.free.wait(LONG_S)
        if self.full:
            raise ProfileStoreError("the disk is full; free space on the disk")
        return super().keep(result)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path)
    yield disk
    disk.free.set()


def keeper_of(disk: Disk, parts: DegradedParts | None = None, **config: str) -> ProfileKeeper:
    checked = CoachConfig.model_validate(config)
    return ProfileKeeper(disk, checked, parts or DegradedParts())


def test_a_plan_follows_from_the_profile(disk: Disk) -> None:
    disk.keep(result("anna", "s-1"))
    keeper = keeper_of(disk)
    assert keeper.wait_loaded(LONG_S)
    plan = keeper.plan_of("anna")
    assert (plan.mode, plan.session, plan.named) == (CoachMode.PROGRAMME, 2, True)
    assert plan.baselines == (EASY,)
    assert keeper.names == ("anna",)
    assert keeper.close(LONG_S)


@pytest.mark.parametrize("mode", ["programme", "free"])
def test_who_is_new_and_who_gives_no_name_are_coached_as_configured(disk: Disk, mode: str) -> None:
    keeper = keeper_of(disk, runner_mode=mode, guest_mode=mode)
    keeper.wait_loaded(LONG_S)
    new, guest = keeper.plan_of("bob"), keeper.plan_of("")
    assert (new.mode, new.session, new.named) == (CoachMode(mode), 1, True)
    assert guest == SessionPlan(CoachMode(mode))
    assert keeper.close(LONG_S)
    assert not disk.path.exists()


def test_a_disk_that_stalls_holds_nobody_up_and_its_sessions_count_at_once(disk: Disk) -> None:
    disk.keep(result("anna", "s-1"))
    keeper = keeper_of(disk)
    keeper.wait_loaded(LONG_S)
    disk.free.clear()
    keeper.keep(result("anna", "s-2"))
    keeper.keep(result("anna", "s-3"))
    assert keeper.plan_of("anna").session == 4
    assert not keeper.close(0.01)
    disk.free.set()
    assert keeper.close(LONG_S)
    assert disk.find("anna").sessions_done == 3
    # What is on the disk by now is not counted twice.
    assert keeper.plan_of("anna").session == 4


def test_the_end_of_a_session_waits_until_the_profile_has_it(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper, keep = keeper_of(disk), disk.keep
    keeper.wait_loaded(LONG_S)

    def keep_once_waited_for(result: SessionResult) -> RunnerProfile | None:
        until(lambda: keeper._changed._waiters)  # type: ignore[attr-defined]
        return keep(result)

    monkeypatch.setattr(disk, "keep", keep_once_waited_for)
    summary = replace(SUMMARY, runner="anna", programme=PROGRAMME)
    assert not keeper.has_session("anna", summary.id)
    ProfileSink(keeper, RunnerRecord).end(summary)
    assert [each.session_id for each in disk.find("anna").sessions] == [summary.id]
    assert keeper.has_session("anna", summary.id)
    assert keeper.close(LONG_S)


def test_a_disk_that_stalls_is_waited_for_no_longer_than_that(disk: Disk) -> None:
    keeper = keeper_of(disk)
    keeper.wait_loaded(LONG_S)
    disk.free.clear()
    assert not keeper.keep(result("anna", "s-1"), 0.01)
    disk.free.set()
    assert keeper.keep(result("anna", "s-2"), LONG_S)
    assert keeper.has_session("anna", "s-1")
    assert keeper.close(LONG_S)


def test_profiles_that_do_not_come_in_time_are_said_to_be_missing(disk: Disk) -> None:
    parts = DegradedParts()
    disk.keep(result("anna", "s-1"))
    disk.free.clear()
    keeper = keeper_of(disk, parts)
    assert not keeper.wait_loaded(0.01)
    assert [each.part for each in parts.now] == [DevicePart.PROFILES]
    assert keeper.plan_of("anna").session == 1
    disk.free.set()
    keeper.close(LONG_S)
    assert parts.now == ()
    assert keeper.plan_of("anna").session == 2


def test_a_disk_that_is_full_is_told_and_tried_again(disk: Disk) -> None:
    parts = DegradedParts()
    disk.keep(result("anna", "s-1"))
    keeper = keeper_of(disk, parts)
    keeper.wait_loaded(LONG_S)
    disk.full = True
    tried, keep = threading.Event(), disk.keep

    def trying(result: SessionResult) -> RunnerProfile | None:
        try:
            return keep(result)
        finally:
            tried.set()

    disk.keep = trying  # type: ignore[method-assign]
    keeper.keep(result("anna", "s-2"))
    assert tried.wait(LONG_S)
    disk.full = False
    assert keeper.close(LONG_S)
    assert disk.find("anna").sessions_done == 2
    assert any("the disk is full" in warning for warning in parts.warnings)


def test_a_store_of_a_newer_hipdrive_makes_everybody_new(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.keep(result("anna", "s-1"))
    monkeypatch.setattr("hipdrive.runners.store.MIGRATIONS", ())
    parts = DegradedParts()
    keeper = keeper_of(disk, parts)
    keeper.wait_loaded(LONG_S)
    assert keeper.plan_of("anna").session == 1
    (degraded,) = parts.now
    assert "newer hipdrive" in degraded.reason
    keeper.close(LONG_S)


def test_whoever_listens_is_told_of_a_new_profile(disk: Disk) -> None:
    keeper = keeper_of(disk)
    keeper.wait_loaded(LONG_S)
    told = threading.Event()
    keeper.add_listener(told.set)
    keeper.keep(result("anna", "s-1"))
    assert told.wait(LONG_S)
    assert keeper.names == ("anna",)
    keeper.close(LONG_S)


def test_a_button_steps_through_runners_whose_numbers_stay(disk: Disk) -> None:
    for session, name in enumerate(["carl", "anna", "bob", "anna", "carl"]):
        disk.keep(result(name, f"s{session}"))
    keeper = keeper_of(disk)
    keeper.wait_loaded()
    assert keeper.names == ("carl", "anna", "bob"), "the newest session first"
    assert keeper.choices() == ("", "carl", "anna", "bob"), "in the order in which they came"
    keeper.close(LONG_S)


def test_of_more_runners_than_one_counts_flashes_those_of_the_newest_sessions_are_left(
    disk: Disk,
) -> None:
    for session, number in enumerate([*range(12), 2]):
        disk.keep(result(f"r{number:02}", f"s{session}"))
    keeper = keeper_of(disk)
    keeper.wait_loaded()
    assert keeper.choices() == ("", "r02", *(f"r{number:02}" for number in range(5, 12)))
    keeper.close(LONG_S)


def test_a_runner_who_was_forgotten_meanwhile_stays_so(disk: Disk) -> None:
    disk.keep(result("anna", "s-1"))
    keeper = keeper_of(disk)
    keeper.wait_loaded(LONG_S)
    profile = keeper.profile("anna")
    assert profile is not None
    disk.forget("anna")
    keeper.keep(replace(result("anna", "s-2"), profile_id=profile.profile_id))
    assert keeper.close(LONG_S)
    assert disk.profiles() == ()
