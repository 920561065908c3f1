"""From a message to the row that is stored of it, or the reason why it is not."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from hipdrive.gym.collector.received_schema import (
    FromDevice,
    ReceivedCue,
    ReceivedCueCount,
    ReceivedHealth,
    ReceivedStride,
    ReceivedSummary,
)
from hipdrive.gym.collector.rows import DeviceName, Row, StoreRefusal, Table
from hipdrive.gym.runner_pseudonym import pseudonym

if TYPE_CHECKING:
    from collections.abc import Callable

    from hipdrive.gym.collector.rows import Value
    from hipdrive.gym.database.retention import Retention

_TOPIC = re.compile(r"hipdrive/([a-z0-9_-]{1,200})/([a-z0-9_-]{1,200})/([a-z]+)", re.ASCII)
MOST_BYTES = 32_768
"""Several times the longest summary."""
STRIDE_FIGURES = tuple(ReceivedStride.model_fields)[
    tuple(ReceivedStride.model_fields).index("thigh_ext_deg") :
]
"""Columns of a stride's figures; keys of the message have the same names."""
COLUMNS = {
    Table.STRIDE: (
        "started", "token", "t_s", "leg", "near", "accepted", "reason", *STRIDE_FIGURES, "written",
    ),
    Table.CUE: ("started", "token", "t_s", "kind", "thigh_ext_deg", "written"),
    Table.SUMMARY: (
        "started", "token", "id", "series", "seq", "dropped", "final", "runner", "verdict",
        "duration_s", "strides", "rejected_strides", "cadence_spm", "thigh_ext_deg",
        "thigh_ext_sd_deg", "hip_ext_deg", "figures", "written",
    ),
    Table.CUE_COUNT: (
        "started", "token", "id", "series", "seq", "dropped", "t_s", "cues", "written",
    ),
    Table.HEALTH: (
        "written", "monotonic_s", "session", "uptime_s", "problems", "frames_per_second",
        "loop_p95_ms", "pose_score", "temperature_c", "throttled", "disk_free_mb", "outbox_depth",
        "outbox_oldest_s", "outbox_dropped", "reconnects", "encrypted", "version",
        "clock_synchronised",
    ),
}  # fmt: skip
"""Columns of the rows of each table, beside `device_id`."""
_NOT_FIGURES = ("schema", "id", "series", "seq", "dropped", "session", "runner")
"""Keys of a summary that have columns of their own, or say who ran."""
AnyReceived = TypeVar("AnyReceived", bound=FromDevice)


class RefusedMessageError(ValueError):
    """A message that is not stored.

    Attributes:
        reason: why not.
    """

    def __init__(self, reason: StoreRefusal) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Decoder:
    """Makes rows of messages.

    Args:
        runner_key: key of the pseudonyms.
        retention: what is too old to be stored; from a device whose clock is not set all is stored.
        now: the time.
    """

    def __init__(
        self,
        runner_key: bytes,
        retention: Retention,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._runner_key = runner_key
        self._retention = retention
        self._now = now

    def row(self, topic: str, payload: bytes) -> Row:
        """The row of a message.

        Raises:
            RefusedMessageError: it is none that a device sends, or too old.
        """
        device, kind = addressed(topic, payload)
        match kind:
            case "stride":
                return self._stride(device, checked(ReceivedStride, payload))
            case "cue":
                return self._cue(device, checked(ReceivedCue, payload))
            case "summary":
                return self._summary(device, checked(ReceivedSummary, payload), payload)
            case "cues":
                return self._cue_count(device, checked(ReceivedCueCount, payload))
            case "health":
                return self._health(device, checked(ReceivedHealth, payload))
            case _:
                raise RefusedMessageError(StoreRefusal.TOPIC)

    def _stride(self, device: DeviceName, message: ReceivedStride) -> Row:
        started, token = self._session(Table.STRIDE, message, message.session)
        figures = message.__dict__
        values = (
            started,
            token,
            message.t_s,
            str(message.leg),
            message.near,
            message.accepted,
            message.reason,
            *[figures[name] for name in STRIDE_FIGURES],
            message.utc,
        )
        return _row(Table.STRIDE, device, started, values)

    def _cue(self, device: DeviceName, message: ReceivedCue) -> Row:
        started, token = self._session(Table.CUE, message, message.session)
        what = (message.t_s, message.event_type, message.thigh_ext_deg)
        return _row(Table.CUE, device, started, (started, token, *what, message.utc))

    def _summary(self, device: DeviceName, message: ReceivedSummary, payload: bytes) -> Row:
        started, token = self._session(Table.SUMMARY, message, message.session)
        runner = message.runner and pseudonym(self._runner_key, device.site, message.runner)
        figures = json.loads(payload)
        for name in _NOT_FIGURES:
            del figures[name]
        values = (
            started,
            token,
            message.id,
            message.series,
            message.seq,
            message.dropped,
            message.final,
            runner or None,
            message.verdict,
            message.duration_s,
            message.strides,
            message.rejected_strides,
            message.cadence_spm,
            message.thigh_ext_deg.mean,
            message.thigh_ext_deg.sd,
            message.hip_ext_deg.mean,
            json.dumps(figures),
            message.utc,
        )
        return _row(Table.SUMMARY, device, started, values)

    def _cue_count(self, device: DeviceName, message: ReceivedCueCount) -> Row:
        started, token = self._session(Table.CUE_COUNT, message, message.session)
        values = (
            started,
            token,
            message.id,
            message.series,
            message.seq,
            message.dropped,
            message.t_s,
            json.dumps(message.cues),
            message.utc,
        )
        return _row(Table.CUE_COUNT, device, started, values)

    def _health(self, device: DeviceName, message: ReceivedHealth) -> Row:
        self._refuse_old(Table.HEALTH, message, message.utc)
        figures = message.__dict__
        values = (message.utc, *[figures[name] for name in COLUMNS[Table.HEALTH][1:]])
        return _row(Table.HEALTH, device, message.utc, values)

    def _session(self, table: Table, message: FromDevice, session: str) -> tuple[datetime, str]:
        """When a session began, and what tells it from others of that second."""
        try:
            started = datetime.strptime(session[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError as error:
            raise RefusedMessageError(StoreRefusal.CONTENT) from error
        if not 1970 <= started.year <= 9998:  # noqa: PLR2004  # as in `received_schema`
            raise RefusedMessageError(StoreRefusal.CONTENT)
        self._refuse_old(table, message, started)
        return started, session[17:]

    def _refuse_old(self, table: Table, message: FromDevice, began: datetime) -> None:
        oldest = self._retention.oldest(table, self._now())
        if oldest is not None and began < oldest and message.clock_synchronised:
            raise RefusedMessageError(StoreRefusal.TOO_OLD)


def _row(table: Table, device: DeviceName, began: datetime, values: tuple[Value, ...]) -> Row:
    utc = began.astimezone(UTC)
    return Row(table, device, f"{utc.year:04}-{utc.month:02}-01", values)


def addressed(topic: str, payload: bytes) -> tuple[DeviceName, str]:
    """Whose message it is, and of which kind: the last level of its topic.

    Raises:
        RefusedMessageError: it is no topic of a device, or longer than anything that one sends.
    """
    levels = _TOPIC.fullmatch(topic)
    if levels is None:
        raise RefusedMessageError(StoreRefusal.TOPIC)
    if len(payload) > MOST_BYTES:
        raise RefusedMessageError(StoreRefusal.TOO_LONG)
    return DeviceName(levels[1], levels[2]), levels[3]


def checked(kind: type[AnyReceived], payload: bytes) -> AnyReceived:
    """A message that fits.

    Raises:
        RefusedMessageError: it does not.
    """
    if b"\\u0000" in payload:
        # PostgreSQL's texts cannot hold it.
        raise RefusedMessageError(StoreRefusal.CONTENT)
    try:
        return kind.model_validate_json(payload)
    except ValidationError as error:
        raise RefusedMessageError(StoreRefusal.CONTENT) from error
