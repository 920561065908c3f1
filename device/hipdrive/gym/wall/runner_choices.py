"""What runners chose to show on the wall; nothing, unless they chose."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from hipdrive.gym.runner_pseudonym import pseudonym

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import Connection as Database

MOST_KNOWN = 10_000
"""Names whose pseudonyms are remembered."""


class RunnerChoice(NamedTuple):
    """What one runner chose.

    Attributes:
        name: it may be shown who runs.
        figures: so may cadence and thigh extension.
    """

    name: bool = False
    figures: bool = False


class RunnerChoices:
    """What all runners chose, as the database had it lately.

    Args:
        key: of the pseudonyms.
    """

    def __init__(self, key: bytes) -> None:
        self._pseudonym = lru_cache(MOST_KNOWN)(lambda site, runner: pseudonym(key, site, runner))
        self._chosen: Mapping[str, RunnerChoice] = {}

    def of(self, site: str, runner: str) -> RunnerChoice:
        """What a runner chose who was named at a site."""
        return self._chosen.get(self._pseudonym(site, runner), RunnerChoice())

    def replace(self, chosen: Mapping[str, RunnerChoice]) -> None:
        """Take what the database has now, by pseudonym."""
        self._chosen = chosen


def keep_choice(database: Database, key: bytes, runner: str, choice: RunnerChoice) -> int:
    """Keep what a runner chose, at every site of the database; returns how many sites that are.

    Raises:
        psycopg.Error: the database is away; then nothing is kept.
    """
    with database.transaction():
        sites = [site for (site,) in database.execute("SELECT DISTINCT site FROM device")]
        for site in sites:
            database.execute(
                "INSERT INTO runner_choice (runner, name, figures) VALUES (%s, %s, %s)"
                " ON CONFLICT (runner) DO UPDATE SET name = excluded.name,"
                " figures = excluded.figures, chosen = now()",
                (pseudonym(key, site, runner), *choice),
            )
    return len(sites)
