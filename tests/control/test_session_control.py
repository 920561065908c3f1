"""Several commands between two frames."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.coach.muting import MuteSwitch
from hipdrive.coach.programme import SessionPlan, plan_for
from hipdrive.config import Config, HubConfig
from hipdrive.control.command_handler import CommandHandler
from hipdrive.control.session_control import SessionControl
from hipdrive.cues.button import Press
from hipdrive.session.coach_settings import coach_settings
from hipdrive.types.programme import CoachMode
from support.hub.commands import command


@pytest.fixture
def commands() -> CommandHandler:
    return CommandHandler(Config(hub=HubConfig(host="broker")))


def begin(control: SessionControl, session: str) -> Coach:
    coach = Coach(coach_settings(Config().coach))
    control.begin(session, coach, MuteSwitch(coach))
    return coach


def test_a_command_behind_the_end_of_a_session_is_for_the_next_session(
    commands: CommandHandler,
) -> None:
    control = SessionControl(commands)
    begin(control, "first")
    commands.handle(command("runner", {"runner": "anna"}))
    commands.handle(command("session", {"action": "end"}))
    commands.handle(command("runner", {"runner": "bob"}))
    assert control.ended()
    # The last summary of the first session is made now.
    assert control.state.runner == "anna"
    control.end()
    assert not control.idle_until_start([None])
    begin(control, "second")
    assert control.state.runner == "bob"
    assert not control.ended()


PLANS = {
    "": SessionPlan(),
    "anna": plan_for(CoachMode.PROGRAMME, 2),
    "bob": plan_for(CoachMode.FREE, 0),
    "carl": plan_for(CoachMode.PROGRAMME, 0),
}


@dataclass
class Button:
    """A button that was pressed."""

    presses: list[Press]
    held_long: bool = False

    def next_press(self) -> Press | None:
        return self.presses.pop(0) if self.presses else None

    def long_so_far(self) -> bool:
        return self.held_long


def test_a_short_press_mutes_and_the_next_ends_that() -> None:
    button = Button([Press.SHORT])
    control = SessionControl(None, button)
    begin(control, "first")
    assert not control.ended()
    assert control.state.muted
    button.presses.append(Press.SHORT)
    assert not control.ended()
    assert not control.state.muted


def test_a_long_press_ends_a_session_and_the_next_begins_one() -> None:
    button = Button([Press.LONG])
    control = SessionControl(None, button)
    begin(control, "first")
    assert control.ended()
    control.end()
    assert not control.idle_until_start([None, None])
    button.presses.append(Press.LONG)
    assert control.idle_until_start([None])


CHOICES = ("", "anna", "bob")


def between_sessions(
    presses: int, runner: str = "", choices: tuple[str, ...] = CHOICES
) -> tuple[SessionControl, list[tuple[int, str]]]:
    """A device whose button was pressed so often after a session, and whom it told of."""
    button, told = Button([]), []
    control = SessionControl(None, button, runner, PLANS.__getitem__, lambda: choices)
    control.on_choice = lambda number, name: told.append((number, name))
    begin(control, "first")
    control.end()
    button.presses = [Press.SHORT] * presses
    assert not control.idle_until_start([None])
    return control, told


@pytest.mark.parametrize(
    ("presses", "name"), [(0, ""), (1, "anna"), (2, "bob"), (3, ""), (4, "anna")]
)
def test_between_two_sessions_a_short_press_chooses_the_next_runner(
    presses: int, name: str
) -> None:
    control, told = between_sessions(presses)
    assert (control.state.runner, control.state.muted) == (name, False)
    steps = [(1, "anna"), (2, "bob"), (0, "")]
    assert told == (steps * 2)[:presses]
    assert begin(control, "second").plan == PLANS[name]


def test_in_a_session_a_short_press_mutes_and_chooses_nobody() -> None:
    control = SessionControl(
        None, Button([Press.SHORT]), "anna", PLANS.__getitem__, lambda: CHOICES
    )
    begin(control, "first")
    assert not control.ended()
    assert (control.state.muted, control.state.runner) == (True, "anna")


def test_who_is_no_choice_of_the_button_is_followed_by_the_guest() -> None:
    control, told = between_sessions(1, runner="carl")
    assert (control.state.runner, told) == ("", [(0, "")])


def test_with_nobody_stored_the_button_chooses_the_guest() -> None:
    control, told = between_sessions(3, choices=("",))
    assert (control.state.runner, told) == ("", [(0, "")] * 3)


def test_a_button_that_chooses_nobody_mutes_between_two_sessions_too() -> None:
    control = SessionControl(None, Button([Press.SHORT]), "anna")
    assert not control.idle_until_start([None])
    assert (control.state.muted, control.state.runner) == (True, "anna")


def test_the_hub_is_told_whom_the_button_has_chosen(commands: CommandHandler) -> None:
    control = SessionControl(
        commands, Button([Press.SHORT]), choices=lambda: ("", "anna"), plan_of=PLANS.__getitem__
    )
    assert not control.idle_until_start([None])
    assert commands.status.state.runner == "anna"


def test_the_button_needs_no_leave_of_the_hub() -> None:
    """`hub.commands` says what may be asked for from afar."""
    commands = CommandHandler(Config(hub=HubConfig(host="broker", commands=[])))
    control = SessionControl(commands, Button([Press.SHORT]))
    begin(control, "first")
    assert not control.ended()
    assert commands.status.state.muted


def test_a_named_runner_is_coached_by_their_plan_and_the_next_by_theirs(
    commands: CommandHandler,
) -> None:
    control = SessionControl(commands, runner="anna", plan_of=PLANS.__getitem__)
    coach = begin(control, "first")
    assert coach.plan == PLANS["anna"]
    for name in ("bob", "guest", "anna"):
        commands.handle(command("runner", {"runner": name}))
        assert not control.ended()
        assert coach.plan == PLANS["" if name == "guest" else name]


def test_a_command_about_something_else_leaves_the_runner_to_their_plan(
    commands: CommandHandler,
) -> None:
    control = SessionControl(commands, runner="anna", plan_of=PLANS.__getitem__)
    coach = begin(control, "first")
    coach.begin_runner(PLANS["bob"])
    for name, payload in (("mute", {"muted": True}), ("runner", {"runner": "anna"})):
        commands.handle(command(name, payload))
    assert not control.ended()
    assert coach.plan == PLANS["bob"]


def test_whoever_was_given_on_the_command_line_runs_the_next_session_again(
    commands: CommandHandler,
) -> None:
    control = SessionControl(commands, runner="anna", plan_of=PLANS.__getitem__)
    begin(control, "first")
    commands.handle(command("runner", {"runner": "bob"}))
    assert not control.ended()
    control.end()
    assert control.state.runner == "anna"
    assert begin(control, "second").plan == PLANS["anna"]


def test_a_name_between_two_sessions_is_for_the_next(commands: CommandHandler) -> None:
    control = SessionControl(commands, runner="", plan_of=PLANS.__getitem__)
    begin(control, "first")
    control.end()
    commands.handle(command("runner", {"runner": "anna"}))
    commands.handle(command("session", {"action": "start"}))
    assert control.idle_until_start([None])
    assert begin(control, "second").plan == PLANS["anna"]


def test_privacy_closes_the_camera_at_once_and_ends_the_session(commands: CommandHandler) -> None:
    control = SessionControl(commands)
    closed: list[str | None] = []
    control.on_closing = lambda: closed.append(control.state.session)
    begin(control, "first")
    commands.handle(command("privacy", {"private": True}))
    commands.handle(command("mute", {"muted": True}))
    assert control.ended()
    assert closed == ["first"], "before the session is finished, which may take a while"
    control.end()
    assert control.state.private
    assert not control.camera_is_wanted()
    assert control.state.muted, "what else was asked is followed meanwhile"
    commands.handle(command("privacy", {"private": False}))
    assert control.camera_is_wanted()
    assert not control.starting()


def test_a_session_that_is_asked_for_ends_privacy_and_safe_mode(commands: CommandHandler) -> None:
    control = SessionControl(commands)
    control.stay_private()
    control.enter_safe_mode()
    assert not control.camera_is_wanted()
    commands.handle(command("session", {"action": "start"}))
    assert control.camera_is_wanted()
    assert control.starting()
    assert not control.starting(), "once"
    assert not commands.status.state.without_camera


def test_who_holds_the_button_closes_the_camera_and_a_long_press_opens_it() -> None:
    button = Button([Press.HELD])
    control = SessionControl(None, button)
    begin(control, "first")
    assert control.ended()
    control.end()
    assert control.state.private
    button.presses.append(Press.LONG)
    assert control.camera_is_wanted()
    assert control.starting()
