"""Connections to PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipdrive.errors import ConfigError, HipdriveError, MissingPackageError

if TYPE_CHECKING:
    from psycopg import Connection as Database

CONNECT_S = 5
LONGEST_STATEMENT_MS = 60_000
"""A database that takes longer is taken for one that hangs."""


class DatabaseError(HipdriveError, OSError):
    """The database cannot be used."""


def connect(conninfo: str) -> Database:
    """Open a connection that commits by itself; transactions are asked for.

    Args:
        conninfo: where the database is, as libpq writes it.

    Raises:
        ConfigError: it is no such text, or has a password in it.
        DatabaseError: there is no connection; the message says why.
        MissingPackageError: psycopg is not installed.
    """
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict, make_conninfo
    except ImportError as error:
        raise MissingPackageError(
            "the database needs psycopg: pip install 'hipdrive[gym]'"
        ) from error
    try:
        given = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError as error:
        raise ConfigError(f"database.connection is no text that libpq knows: {error}") from error
    if given.get("password"):
        raise ConfigError(
            "database.connection has a password in it: put it into ~/.pgpass, or into a file that "
            "passfile= names"
        )
    options = f"-c search_path=hipdrive -c statement_timeout={LONGEST_STATEMENT_MS}"
    try:
        asked = make_conninfo(
            conninfo,
            options=options,
            application_name="hipdrive",
            connect_timeout=given.get("connect_timeout") or CONNECT_S,
        )
        return psycopg.connect(asked, autocommit=True)
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise DatabaseError(f"the database cannot be reached: {reason}") from error
