"""Rows of the tables, as the collector makes them from messages; columns in the order of `COPY`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

Value: TypeAlias = str | float | bool | datetime | UUID | list[str] | None


class Table(StrEnum):
    """The tables that messages go to."""

    STRIDE = "stride"
    CUE = "cue"
    SUMMARY = "summary"
    CUE_COUNT = "cue_count"
    HEALTH = "health"


class StoreRefusal(StrEnum):
    """Why a message is not stored; what the column `refused.reason` has."""

    TOPIC = "topic"
    TOO_LONG = "too_long"
    CONTENT = "content"
    TOO_OLD = "too_old"
    FORGOTTEN = "forgotten"
    DATABASE = "database"
    NO_ROOM = "no_room"


@dataclass(frozen=True, slots=True)
class DeviceName:
    """Which device of which site; both are levels of its topics."""

    site: str
    device: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row for the database.

    Attributes:
        table: where it goes.
        device: which device sent it.
        month: the first day of the month that it belongs to, as `2026-03-01`.
        values: the other columns, in the order of `COLUMNS`.
    """

    table: Table
    device: DeviceName
    month: str
    values: tuple[Value, ...]
