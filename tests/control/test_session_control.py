"""Several commands between two frames."""

from __future__ import annotations

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.coach.muting import MuteSwitch
from hipdrive.config import Config, HubConfig
from hipdrive.control.command_handler import CommandHandler
from hipdrive.control.session_control import SessionControl
from hipdrive.session.coach_settings import coach_settings
from support.hub.commands import command


@pytest.fixture
def commands() -> CommandHandler:
    return CommandHandler(Config(hub=HubConfig(host="broker")))


def begin(control: SessionControl, session: str) -> None:
    coach = Coach(coach_settings(Config().coach))
    control.begin(session, coach, MuteSwitch(coach))


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
