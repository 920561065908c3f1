"""Opens the runners' profiles of a configuration."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hipdrive.runners.keeper import ProfileKeeper
from hipdrive.runners.store import STORE_NAME, ProfileStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from hipdrive.config import Config
    from hipdrive.health.degraded import DegradedParts

log = logging.getLogger("hipdrive.runners")

CLOSE_S = 4.0
"""How long the end of the program waits until the last session is in its runner's profile."""


def profile_store(config: Config, said: Callable[[str], None] = log.warning) -> ProfileStore:
    """The store of the data folder.

    Args:
        config: where that is.
        said: told what became of a damaged store.
    """
    path = config.data_path(os.environ) / STORE_NAME
    return ProfileStore(path, lambda: datetime.now(UTC), said)


def open_keeper(config: Config, parts: DegradedParts, stack: ExitStack) -> ProfileKeeper:
    """The runners' profiles, read if the disk gives them in time; closed with the stack."""
    keeper = ProfileKeeper(profile_store(config), config.coach, parts)
    stack.callback(keeper.close, CLOSE_S)
    keeper.wait_loaded()
    return keeper
