"""What the wall is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipdrive.gym.wall.board import Board
    from hipdrive.gym.wall.listener import Listener
    from hipdrive.gym.wall.past import PastStore
    from hipdrive.gym.wall.sign_in import SignIn
    from hipdrive.web.own_names import OwnNames


@dataclass(frozen=True, slots=True)
class WallParts:
    """What the page shows and steers.

    Attributes:
        board: the tiles.
        listener: sends commands.
        past: the database.
        sign_in: who may look, and who may steer.
        names: of this machine.
        device_page: address of a device's own page, with {site} and {device} in it; empty: none.
    """

    board: Board
    listener: Listener
    past: PastStore
    sign_in: SignIn
    names: OwnNames
    device_page: str
