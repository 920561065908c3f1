"""Errors of an SQLite file: what they mean, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


def corrupt(reason: str) -> sqlite3.DatabaseError:
    """The error that SQLite raises for a damaged file, for damage that SQLite does not see."""
    import sqlite3

    error = sqlite3.DatabaseError(reason)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _code(error: Exception) -> int:
    """SQLite's primary result code (sqlite.org/rescode.html); 0 for other errors."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_damage(error: Exception) -> bool:
    """True when the file is not, or no longer, a readable database."""
    import sqlite3

    return _code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def reason(error: Exception) -> str:
    """What is wrong, for people."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def remedy(error: Exception) -> str:
    """What to do about it."""
    import sqlite3

    if _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return "another hipdrive holds it: end that one, or give each a data_dir of its own"
    if _code(error) in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        return "free space on the disk"
    return "check that data_dir is a folder that hipdrive may write"
