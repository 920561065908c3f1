"""What orders do when several come between two frames."""

from __future__ import annotations

import pytest

from hipdrive.coach.coach import Coach
from hipdrive.coach.muting import MuteSwitch
from hipdrive.config import Config, HubConfig
from hipdrive.control.command_handler import CommandHandler
from hipdrive.control.session_control import SessionControl
from hipdrive.session.coach_settings import coach_settings
from support.hub.outgoing import CLOCK
from support.hub.received import TOPICS, arrival


@pytest.fixture
def desk() -> CommandHandler:
    return CommandHandler(Config(hub=HubConfig(host="broker")), TOPICS, CLOCK)


def begin(steering: SessionControl, session: str) -> None:
    coach = Coach(coach_settings(Config().coach))
    steering.begin(session, coach, MuteSwitch(coach))


def test_what_is_ordered_behind_an_end_is_for_the_next_session(desk: CommandHandler) -> None:
    steering = SessionControl(desk)
    begin(steering, "first")
    desk.receive(arrival("runner", {"runner": "anna"}))
    desk.receive(arrival("session", {"action": "end"}))
    desk.receive(arrival("runner", {"runner": "bob"}))
    assert steering.ended()
    # The last summary of the first session is made now.
    assert steering.setting.runner == "anna"
    steering.end()
    assert not steering.idle_until_start([None])
    begin(steering, "second")
    assert steering.setting.runner == "bob"
    assert not steering.ended()
