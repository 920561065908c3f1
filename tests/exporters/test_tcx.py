"""TCX files against the order and the types of Garmin's schemas, and read by another library."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from hipdrive.cli import main
from support.stored_session import BELT_MPS, STRIDE_S, MadeStride, steady, stored

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TCX = "{http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2}"
TPX = "{http://www.garmin.com/xmlschemas/ActivityExtension/v2}"
LAP = (
    *("TotalTimeSeconds", "DistanceMeters", "MaximumSpeed", "Calories", "AverageHeartRateBpm"),
    *("MaximumHeartRateBpm", "Intensity", "Cadence", "TriggerMethod", "Track", "Notes"),
    "Extensions",
)
"""ActivityLap_t of TrainingCenterDatabase v2, a sequence."""
LAP_NEEDS = {"TotalTimeSeconds", "DistanceMeters", "Calories", "Intensity", "TriggerMethod"}
POINT = (
    *("Time", "Position", "AltitudeMeters", "DistanceMeters", "HeartRateBpm", "Cadence"),
    *("SensorState", "Extensions"),
)
"""Trackpoint_t."""
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def exported(tmp_path: Path, strides: Iterable[MadeStride]) -> Path:
    folder, out = stored(tmp_path / "20260301T180504Z-5f3a9c", strides), tmp_path / "run.tcx"
    assert main(["export", str(folder), "--to", "tcx", "--out", str(out)]) == 0
    return out


def root(path: Path) -> ET.Element:
    return ET.parse(path).getroot()  # noqa: S314  # our own


def children(element: ET.Element) -> list[str]:
    return [child.tag.removeprefix(TCX) for child in element]


def in_order(names: list[str], sequence: tuple[str, ...]) -> bool:
    places = [sequence.index(name) for name in names]
    return places == sorted(places)


def test_elements_have_the_order_and_the_types_of_the_schema(tmp_path: Path) -> None:
    database = root(exported(tmp_path, steady(700)))
    assert database.tag == f"{TCX}TrainingCenterDatabase"
    (activity,) = database.iter(f"{TCX}Activity")
    assert activity.attrib == {"Sport": "Running"}
    assert children(activity) == ["Id", "Lap", "Lap", "Lap"]
    for lap in activity.iter(f"{TCX}Lap"):
        assert DATE_TIME.fullmatch(lap.attrib["StartTime"])
        assert in_order(children(lap), LAP)
        assert set(children(lap)) >= LAP_NEEDS
    for point in activity.iter(f"{TCX}Trackpoint"):
        assert in_order(children(point), POINT)
        assert DATE_TIME.fullmatch(point.findtext(f"{TCX}Time") or "")
    for cadence in activity.iter(f"{TPX}RunCadence"):
        assert 0 <= int(cadence.text or "") <= 254


def test_points_have_distance_speed_and_strides_a_minute(tmp_path: Path) -> None:
    points = list(root(exported(tmp_path, steady(700))).iter(f"{TCX}Trackpoint"))
    assert len(points) == 701
    assert points[0].findtext(f"{TCX}Time") == "2026-03-01T18:05:04Z"
    for second, point in enumerate(points):
        assert float(point.findtext(f"{TCX}DistanceMeters") or "") == pytest.approx(
            BELT_MPS * second, abs=0.005
        )
    told = points[100].find(f"{TCX}Extensions/{TPX}TPX")
    assert told is not None
    assert float(told.findtext(f"{TPX}Speed") or "") == pytest.approx(BELT_MPS)
    assert told.findtext(f"{TPX}RunCadence") == f"{60 / STRIDE_S:.0f}"


def test_a_pause_begins_another_track(tmp_path: Path) -> None:
    (lap,) = root(exported(tmp_path, steady(60) + steady(60, first_s=120))).iter(f"{TCX}Lap")
    assert [len(track) for track in lap.iter(f"{TCX}Track")] == [62, 62]
    assert float(lap.findtext(f"{TCX}TotalTimeSeconds") or "") == 122


def test_without_the_belts_speed_the_points_have_none(tmp_path: Path) -> None:
    strides = [MadeStride(s.t_s, belt_mps=None) for s in steady(60)]
    database = root(exported(tmp_path, strides))
    assert not list(database.iter(f"{TPX}Speed"))
    assert {p.find(f"{TCX}DistanceMeters") for p in database.iter(f"{TCX}Trackpoint")} == {None}


def test_another_library_reads_it(tmp_path: Path) -> None:
    reader = pytest.importorskip("tcxreader.tcxreader", reason="tcxreader is not installed")
    read = reader.TCXReader().read(str(exported(tmp_path, steady(700))), only_gps=False)
    assert read.start_time.replace(tzinfo=UTC) == datetime(2026, 3, 1, 18, 5, 4, tzinfo=UTC)
    assert read.distance == pytest.approx(700 * BELT_MPS)
    assert len(read.laps) == 3
    assert read.duration == pytest.approx(700)
