"""`tcx`: the session as an activity in Garmin's older format, which every platform imports.

The order of the elements is that of Garmin's schemas TrainingCenterDatabase v2 and, for speed and
cadence of runs, ActivityExtension v2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from hipdrive.exporters.activity import S_PER_MIN, activity_of

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from hipdrive.api.stored_session import Session
    from hipdrive.exporters.activity import ActivityPoint, Lap

NAMESPACE = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
EXTENSION = "http://www.garmin.com/xmlschemas/ActivityExtension/v2"
MOST_CADENCE = 254
"""The schema's."""


class TcxActivity:
    """An activity with laps: time, distance, speed, cadence in strides of one leg a minute."""

    name = "tcx"

    def write(self, session: Session, path: Path) -> None:
        """Write one activity.

        Raises:
            ExportError: there is no run in the session, or it is not known when it was.
        """
        activity = activity_of(session)
        root = ET.Element("TrainingCenterDatabase", {"xmlns": NAMESPACE, "xmlns:ns3": EXTENSION})
        each = ET.SubElement(ET.SubElement(root, "Activities"), "Activity", {"Sport": "Running"})
        _add(each, "Id", _utc(activity.whole.began))
        for number, lap in enumerate(activity.laps):
            element = _add_lap(each, lap)
            for run in activity.runs:
                # The second in which one lap ends and the next begins belongs to the first.
                inside = [
                    point
                    for point in run
                    if lap.began < point.utc <= lap.ended
                    or (number == 0 and point.utc == lap.began)
                ]
                if inside:
                    _add_track(element, inside)
            _add_lap_extension(element, lap)
        ET.indent(root)
        ET.ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _utc(time: datetime) -> str:
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def _add_lap(parent: ET.Element, lap: Lap) -> ET.Element:
    element = ET.SubElement(parent, "Lap", {"StartTime": _utc(lap.began)})
    _add(element, "TotalTimeSeconds", f"{lap.timer_s:.1f}")
    # The schema asks for both; hipdrive does not know what was burnt.
    _add(element, "DistanceMeters", f"{lap.distance_m or 0:.2f}")
    _add(element, "Calories", "0")
    _add(element, "Intensity", "Active")
    _add(element, "TriggerMethod", "Distance" if lap.by_distance else "Time")
    return element


def _add_track(parent: ET.Element, points: list[ActivityPoint]) -> None:
    track = ET.SubElement(parent, "Track")
    for point in points:
        element = ET.SubElement(track, "Trackpoint")
        _add(element, "Time", _utc(point.utc))
        if point.distance_m is not None:
            _add(element, "DistanceMeters", f"{point.distance_m:.2f}")
        rpm = None if point.stride is None else S_PER_MIN / point.stride.stride_time_s
        if point.speed_mps is None and rpm is None:
            continue
        told = ET.SubElement(ET.SubElement(element, "Extensions"), "ns3:TPX")
        if point.speed_mps is not None:
            _add(told, "ns3:Speed", f"{point.speed_mps:.3f}")
        if rpm is not None:
            _add(told, "ns3:RunCadence", f"{min(round(rpm), MOST_CADENCE)}")


def _add_lap_extension(parent: ET.Element, lap: Lap) -> None:
    speed_mps, rpm = lap.speed_mps, lap.cadence_rpm
    if speed_mps is None and rpm is None:
        return
    told = ET.SubElement(ET.SubElement(parent, "Extensions"), "ns3:LX")
    if speed_mps is not None:
        _add(told, "ns3:AvgSpeed", f"{speed_mps:.3f}")
    if rpm is not None:
        _add(told, "ns3:AvgRunCadence", f"{min(round(rpm), MOST_CADENCE)}")
