"""Puts the wall together and serves it until it is stopped."""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import TYPE_CHECKING

from hipdrive.errors import MissingPackageError
from hipdrive.gym.database.connection import DatabaseError
from hipdrive.gym.runner_pseudonym import runner_key
from hipdrive.gym.wall.board import Board
from hipdrive.gym.wall.listener import Listener
from hipdrive.gym.wall.past import PastStore
from hipdrive.gym.wall.runner_choices import RunnerChoices
from hipdrive.gym.wall.tile import TileRules
from hipdrive.hub.mqtt.client_names import ClientRole
from hipdrive.hub.warn_once import WarnOnce
from hipdrive.web.own_names import OwnNames, is_loopback
from hipdrive.web.page_link import page_link

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from hipdrive.gym.settings import GymConfig
    from hipdrive.gym.wall.sign_in import SignIn, WallRefusal

REFRESH_S = 0.5
HOUSEKEEPING_S = 5.0
IN_THE_CLEAR = "wall.cert_file is empty: passwords cross the network in the clear"
NO_USER = "nobody may log in yet: hipdrive wall user add NAME --role staff"


def serve_wall(config: GymConfig, stop: Event, tell: Callable[[str], None]) -> None:
    """Serve the wall.

    Args:
        config: of the gym's server.
        stop: set when it is to end.
        tell: told in a line what somebody who starts it must know.

    Raises:
        ConfigError, MissingPackageError, WebError, WallUserError: it can never work.
    """
    try:
        import psycopg  # noqa: F401  # what reads the past needs it

        from hipdrive.gym.wall.application import wall_application
        from hipdrive.gym.wall.sign_in import SignIn
        from hipdrive.gym.wall.users import WallUsers
        from hipdrive.gym.wall.wall_parts import WallParts
        from hipdrive.web.page_server import PageServer
    except ImportError as error:
        message = f"the wall needs {error.name}: pip install 'hipdrive[gym,web]'"
        raise MissingPackageError(message) from error
    wall = config.wall
    client = f"hipdrive-wall.{os.uname().nodename.split('.')[0]}"
    login = config.broker_login(client, ClientRole.WALL)
    choices = RunnerChoices(runner_key(config.database.runner_key_file))
    rules = TileRules(wall.silent_s, wall.version)
    board = Board(rules, choices, frozenset(wall.sites), time.monotonic, time.time)
    users = WallUsers(wall.users_file)
    sign_in = SignIn(users, time.monotonic, time.time)
    past = PastStore(config.database.connection)
    listener = Listener(login, board, stop.is_set)
    names = OwnNames.of(wall.names)
    parts = WallParts(board, listener, past, sign_in, names, wall.device_page)
    someone = bool(users.all())
    server = PageServer(wall_application(parts), wall, "wall")
    try:
        listener.start()
        if not server.secure and not is_loopback(wall.host):
            tell(IN_THE_CLEAR)
        if not someone:
            tell(NO_USER)
        tell(f"wall: {page_link(wall.host, server.port, None, secure=server.secure)}")
        _keep_up(board, _WallUpkeep(past, choices, sign_in), stop)
    finally:
        stop.set()
        listener.close()
        server.close()
        past.close()


def _keep_up(board: Board, housekeeping: _WallUpkeep, stop: Event) -> None:
    due_s = 0.0
    while not stop.wait(REFRESH_S):
        board.refresh()
        if time.monotonic() >= due_s:
            housekeeping.run()
            due_s = time.monotonic() + HOUSEKEEPING_S


class _WallUpkeep:
    """Takes from the database what runners chose, and gives it what was refused."""

    def __init__(self, past: PastStore, choices: RunnerChoices, sign_in: SignIn) -> None:
        self._past = past
        self._choices = choices
        self._sign_in = sign_in
        self._refused: Counter[WallRefusal] = Counter()
        self._warning = WarnOnce("wall")

    def run(self) -> None:
        """Once; a database that is away is told of, and tried again the next time."""
        self._refused += self._sign_in.take_refused()
        try:
            self._choices.replace(self._past.choices())
            if self._refused:
                self._past.count_refused(self._refused)
                self._refused = Counter()
        except DatabaseError as error:
            self._warning.warn(str(error))
        else:
            self._warning.clear()
