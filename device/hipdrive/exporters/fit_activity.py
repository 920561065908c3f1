"""`fit`: the session as an activity that sports platforms import, as Garmin's FIT protocol has it.

Order and content of the messages follow the FIT SDK's page on activity files: file id first, what
developer fields mean before they are used, the timer's events around the records, each lap behind
its records, then session and activity.
"""

from __future__ import annotations

import uuid
import zlib
from itertools import chain
from typing import TYPE_CHECKING

from hipdrive import __version__
from hipdrive.exporters.activity import LAP_S, S_PER_MIN, activity_of, value_of
from hipdrive.exporters.extra import missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from fit_tool.data_message import DataMessage
    from fit_tool.developer_field import DeveloperField
    from fit_tool.profile.messages.lap_message import LapMessage
    from fit_tool.profile.messages.session_message import SessionMessage
    from fit_tool.profile.profile_type import EventType

    from hipdrive.api.stored_session import Session
    from hipdrive.exporters.activity import Activity, ActivityPoint, Lap

APPLICATION = uuid.uuid5(uuid.NAMESPACE_URL, "https://hipdrive.example/fit")
"""What platforms tell our developer field by; never to change."""
FIELD, FIELD_NAME, FIELD_UNITS = 0, "thigh_extension", "deg"
FLOAT32 = 0x88
"""FIT's base type."""
PRODUCT = 1
MM_PER_M, MS_PER_S = 1000, 1000
RECORD, LAP, EVENT = 0, 1, 2
OTHER = 3
"""Local message types; the first three come often, the rest shares one."""
CADENCE_PARTS = 128
DYNAMICS = (
    ("stance_time", "contact_time_s", MS_PER_S),
    ("vertical_oscillation", "vertical_oscillation_m", MM_PER_M),
    ("vertical_ratio", "vertical_ratio_percent", 1),
    ("step_length", "step_length_m", MM_PER_M),
)
"""FIT's field, our column, and its unit of FIT in one of ours: ms, mm, percent."""


class FitActivity:
    """An activity with laps; see `docs/exports.md` for its fields."""

    name = "fit"

    def write(self, session: Session, path: Path) -> None:
        """Write one activity.

        Raises:
            ExportError: there is no run in the session, or it is not known when it was.
            MissingPackageError: fit-tool is not installed.
        """
        activity = activity_of(session)
        try:
            from fit_tool.fit_file_builder import FitFileBuilder
        except ImportError as error:
            raise missing(self.name, "fit-tool") from error
        builder = FitFileBuilder(auto_define=True, strict=True)
        name = session.summary.id if session.summary else session.folder.name
        for message in chain(_head(activity, name), _body(activity), _tail(activity)):
            builder.add(message)
        path.write_bytes(builder.build_bytes())


def _ms(utc: datetime) -> int:
    """The library takes ms since 1970 and writes FIT's seconds since 1989."""
    return round(utc.timestamp() * MS_PER_S)


def _head(activity: Activity, name: str) -> Iterator[DataMessage]:
    from fit_tool.profile.messages.developer_data_id_message import DeveloperDataIdMessage
    from fit_tool.profile.messages.device_info_message import DeviceInfoMessage
    from fit_tool.profile.messages.field_description_message import FieldDescriptionMessage
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.profile_type import FileType, Manufacturer

    began = activity.whole.began
    file_id = FileIdMessage(local_id=OTHER)
    file_id.type = FileType.ACTIVITY
    file_id.manufacturer = Manufacturer.DEVELOPMENT.value
    file_id.product = PRODUCT
    # 0 means that there is none.
    file_id.serial_number = zlib.crc32(name.encode()) or 1
    file_id.time_created = _ms(began)
    yield file_id
    developer = DeveloperDataIdMessage(local_id=OTHER)
    developer.developer_data_index = 0
    developer.application_id = APPLICATION.bytes
    yield developer
    field = FieldDescriptionMessage(local_id=OTHER)
    field.developer_data_index = 0
    field.field_definition_number = FIELD
    field.fit_base_type_id = FLOAT32
    field.field_name = FIELD_NAME
    field.units = FIELD_UNITS
    yield field
    device = DeviceInfoMessage(local_id=OTHER)
    device.timestamp = _ms(began)
    device.device_index = 0
    device.manufacturer = Manufacturer.DEVELOPMENT.value
    device.product = PRODUCT
    device.product_name = "hipdrive"
    device.software_version = float(".".join(__version__.split(".")[:2]))
    yield device


def _body(activity: Activity) -> Iterator[DataMessage]:
    """The timer's events, the records while it runs, and each lap once it has ended."""
    from fit_tool.profile.profile_type import EventType

    laps = iter(enumerate(activity.laps))
    number, lap = next(laps)
    for run in activity.runs:
        yield _timer(run[0].utc, EventType.START)
        for point in run:
            yield _record(point)
            if point.utc == lap.ended and lap is not activity.laps[-1]:
                yield _lap_message(number, lap)
                number, lap = next(laps)
        yield _timer(run[-1].utc, EventType.STOP_ALL)
    yield _lap_message(number, lap)


def _timer(utc: datetime, event_type: EventType) -> DataMessage:
    from fit_tool.profile.messages.event_message import EventMessage
    from fit_tool.profile.profile_type import Event

    message = EventMessage(local_id=EVENT)
    message.timestamp = _ms(utc)
    message.event = Event.TIMER
    message.event_type = event_type
    message.event_group = 0
    return message


def _record(point: ActivityPoint) -> DataMessage:
    from fit_tool.profile.messages.record_message import RecordMessage

    stride = point.stride
    developer = [] if stride is None else [_thigh_extension(stride.thigh_ext_deg)]
    message = RecordMessage(local_id=RECORD, developer_fields=developer)
    message.timestamp = _ms(point.utc)
    message.distance = point.distance_m
    message.enhanced_speed = point.speed_mps
    if stride is not None:
        message.cadence, message.fractional_cadence = _cadence(S_PER_MIN / stride.stride_time_s)
        for name, column, factor in DYNAMICS:
            value = value_of(stride, column)
            setattr(message, name, None if value is None else value * factor)
    return message


def _cadence(rpm: float) -> tuple[int, float]:
    """Whole strides a minute, and the rest, which FIT has in 128ths."""
    parts = round(rpm * CADENCE_PARTS)
    return parts // CADENCE_PARTS, parts % CADENCE_PARTS / CADENCE_PARTS


def _thigh_extension(degrees: float) -> DeveloperField:
    from fit_tool.base_type import BaseType
    from fit_tool.developer_field import DeveloperField

    field = DeveloperField(
        field_id=FIELD,
        developer_data_index=0,
        name=FIELD_NAME,
        base_type=BaseType.FLOAT32,
        units=FIELD_UNITS,
        growable=True,
    )
    field.set_value(0, degrees)
    return field


def _lap_message(number: int, lap: Lap) -> DataMessage:
    from fit_tool.profile.messages.lap_message import LapMessage
    from fit_tool.profile.profile_type import Event, LapTrigger

    message = LapMessage(local_id=LAP, developer_fields=_mean_thigh_extension(lap))
    message.event = Event.LAP
    _fill(message, lap)
    message.message_index = number
    if lap.by_distance:
        message.lap_trigger = LapTrigger.DISTANCE
    else:
        message.lap_trigger = LapTrigger.TIME if lap.timer_s == LAP_S else LapTrigger.SESSION_END
    return message


def _tail(activity: Activity) -> Iterator[DataMessage]:
    from fit_tool.profile.messages.activity_message import ActivityMessage
    from fit_tool.profile.messages.session_message import SessionMessage
    from fit_tool.profile.profile_type import Activity as ActivityKind
    from fit_tool.profile.profile_type import Event, EventType, SessionTrigger

    whole = activity.whole
    session = SessionMessage(local_id=OTHER, developer_fields=_mean_thigh_extension(whole))
    session.event = Event.SESSION
    _fill(session, whole)
    session.message_index = 0
    session.first_lap_index, session.num_laps = 0, len(activity.laps)
    session.trigger = SessionTrigger.ACTIVITY_END
    yield session
    message = ActivityMessage(local_id=OTHER)
    message.timestamp = _ms(whole.ended)
    message.total_timer_time = whole.timer_s
    message.num_sessions = 1
    message.type = ActivityKind.MANUAL
    message.event, message.event_type = Event.ACTIVITY, EventType.STOP
    yield message


def _mean_thigh_extension(lap: Lap) -> list[DeveloperField]:
    mean_deg = lap.mean("thigh_ext_deg")
    return [] if mean_deg is None else [_thigh_extension(mean_deg)]


def _fill(message: LapMessage | SessionMessage, lap: Lap) -> None:
    """What laps and sessions have in common."""
    from fit_tool.profile.profile_type import EventType, Sport, SubSport

    message.timestamp = _ms(lap.ended)
    message.start_time = _ms(lap.began)
    message.event_type = EventType.STOP
    message.total_elapsed_time = lap.elapsed_s
    message.total_timer_time = lap.timer_s
    message.total_distance = lap.distance_m
    message.enhanced_avg_speed = lap.speed_mps
    message.sport, message.sub_sport = Sport.RUNNING, SubSport.TREADMILL
    rpm = lap.cadence_rpm
    if rpm is not None:
        message.avg_cadence, message.avg_fractional_cadence = _cadence(rpm)
        message.total_cycles = round(rpm * lap.timer_s / S_PER_MIN)
    for name, column, factor in DYNAMICS:
        mean = lap.mean(column)
        setattr(message, f"avg_{name}", None if mean is None else mean * factor)
