"""FIT files read back by two other libraries: Garmin's own and fitdecode."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hipdrive.cli import main
from hipdrive.exporters.fit_activity import APPLICATION, FIELD_NAME
from support.stored_session import (
    BELT_MPS,
    BOUNCE_M,
    CONTACT_S,
    STRIDE_M,
    STRIDE_S,
    MadeStride,
    steady,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

pytest.importorskip("fit_tool", reason="the extra export is not installed")
sdk = pytest.importorskip("garmin_fit_sdk", reason="garmin-fit-sdk is not installed")
fitdecode = pytest.importorskip("fitdecode", reason="fitdecode is not installed")

FIRST_SECOND = datetime(2026, 3, 1, 18, 5, 4, tzinfo=UTC)
RPM = 60 / STRIDE_S


def exported(tmp_path: Path, strides: Iterable[MadeStride]) -> Path:
    folder, out = stored(tmp_path / "20260301T180504Z-5f3a9c", strides), tmp_path / "run.fit"
    assert main(["export", str(folder), "--to", "fit", "--out", str(out)]) == 0
    return out


def read(path: Path) -> dict[str, list[dict[Any, Any]]]:
    """All messages as Garmin's SDK reads them, by their kind."""
    assert sdk.Decoder(sdk.Stream.from_file(str(path))).check_integrity()
    messages, errors = sdk.Decoder(sdk.Stream.from_file(str(path))).read()
    assert errors == []
    return dict(messages)


def order(path: Path) -> list[str]:
    """The kinds of messages in the order of the file."""
    with fitdecode.FitReader(path, check_crc=fitdecode.CrcCheck.RAISE) as reader:
        return [frame.name for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]


@pytest.fixture
def messages(tmp_path: Path) -> dict[str, list[dict[Any, Any]]]:
    """Of ten minutes: 20° in the first five, 22° then."""
    strides = [MadeStride(s.t_s, thigh_ext_deg=20 if s.t_s <= 300 else 22) for s in steady(600)]
    return read(exported(tmp_path, strides))


def test_a_record_a_second_has_what_the_strides_have(
    messages: dict[str, list[dict[Any, Any]]],
) -> None:
    records = messages["record_mesgs"]
    assert [r["timestamp"] for r in records] == [
        FIRST_SECOND + timedelta(seconds=second) for second in range(602)
    ]
    for second, record in enumerate(records):
        assert record["distance"] == pytest.approx(BELT_MPS * second, abs=0.005)
        assert record["enhanced_speed"] == pytest.approx(BELT_MPS, abs=0.0005)
    for record in records[1:-1]:
        # Steps would be twice as many: FIT counts strides of runners.
        assert record["cadence"] + record["fractional_cadence"] == pytest.approx(RPM, abs=1 / 128)
        assert record["stance_time"] == pytest.approx(CONTACT_S * 1000)
        assert record["vertical_oscillation"] == pytest.approx(BOUNCE_M * 1000)
        assert record["step_length"] == pytest.approx(STRIDE_M / 2 * 1000)


def test_cadence_has_a_fraction(tmp_path: Path) -> None:
    """0.7 s a stride are 85.714 a minute; FIT has 85, and 91 of 128 parts."""
    strides = [MadeStride(0.7 * n, stride_s=0.7) for n in range(1, 40)]
    for record in read(exported(tmp_path, strides))["record_mesgs"][1:-1]:
        assert (record["cadence"], record["fractional_cadence"]) == (85, 91 / 128)


def test_thigh_extension_is_a_developer_field(messages: dict[str, list[dict[Any, Any]]]) -> None:
    (told,) = messages["field_description_mesgs"]
    assert (told["field_name"], told["units"]) == (FIELD_NAME, "deg")
    (developer,) = messages["developer_data_id_mesgs"]
    assert bytes(developer["application_id"]) == APPLICATION.bytes
    records = messages["record_mesgs"]
    assert records[100]["developer_fields"] == {0: 20.0}
    assert records[500]["developer_fields"] == {0: 22.0}
    assert messages["session_mesgs"][0]["developer_fields"][0] == pytest.approx(21.0)


def test_laps_and_session_have_totals_and_means(messages: dict[str, list[dict[Any, Any]]]) -> None:
    first, second = messages["lap_mesgs"]
    assert (first["total_timer_time"], first["lap_trigger"]) == (313, "distance")
    assert first["total_distance"] == pytest.approx(313 * BELT_MPS)
    assert (second["start_time"], second["lap_trigger"]) == (first["timestamp"], "session_end")
    (session,) = messages["session_mesgs"]
    assert (session["sport"], session["sub_sport"]) == ("running", "treadmill")
    assert (session["num_laps"], session["first_lap_index"]) == (2, 0)
    for each, seconds in ((first, 313), (second, 288), (session, 601)):
        cadence = each["avg_cadence"] + each["avg_fractional_cadence"]
        assert cadence == pytest.approx(RPM, abs=1 / 128)
        assert each["total_elapsed_time"] == seconds
        assert each["total_cycles"] == pytest.approx(seconds / STRIDE_S, abs=0.5)
        assert each["enhanced_avg_speed"] == pytest.approx(BELT_MPS, abs=0.0005)
        assert each["avg_stance_time"] == pytest.approx(CONTACT_S * 1000)
        assert each["avg_step_length"] == pytest.approx(STRIDE_M / 2 * 1000)
        assert each["avg_vertical_oscillation"] == pytest.approx(BOUNCE_M * 1000)


def test_messages_come_in_the_order_of_the_protocol(tmp_path: Path) -> None:
    """A pause in the second lap: stopped and started between two records."""
    kinds = order(exported(tmp_path, steady(400) + steady(60, first_s=500)))
    assert kinds[:4] == ["file_id", "developer_data_id", "field_description", "device_info"]
    assert [kind for kind in kinds[4:] if kind != "record"] == [
        *("event", "lap", "event", "event", "event", "lap", "session", "activity")
    ]
    assert kinds[5] == "record"


def test_the_timer_stands_still_in_a_pause(tmp_path: Path) -> None:
    found = read(exported(tmp_path, steady(60) + steady(60, first_s=120)))
    events = [(e["event_type"], e["timestamp"] - FIRST_SECOND) for e in found["event_mesgs"]]
    assert events == [
        ("start", timedelta(seconds=0)),
        ("stop_all", timedelta(seconds=61)),
        ("start", timedelta(seconds=120)),
        ("stop_all", timedelta(seconds=181)),
    ]
    (session,) = found["session_mesgs"]
    assert (session["total_elapsed_time"], session["total_timer_time"]) == (181, 122)
    seconds = {
        round((r["timestamp"] - FIRST_SECOND).total_seconds()) for r in found["record_mesgs"]
    }
    assert seconds == {*range(62), *range(120, 182)}


def test_what_is_not_known_is_not_there(tmp_path: Path) -> None:
    found = read(exported(tmp_path, [MadeStride(s.t_s, belt_mps=None) for s in steady(60)]))
    for message in (*found["record_mesgs"], *found["lap_mesgs"], *found["session_mesgs"]):
        assert not {"distance", "total_distance", "enhanced_speed", "step_length"} & set(message)


def test_of_one_stride_there_is_a_file(tmp_path: Path) -> None:
    found = read(exported(tmp_path, steady(STRIDE_S)))
    assert len(found["record_mesgs"]) == 2
    assert len(found["lap_mesgs"]) == len(found["session_mesgs"]) == 1


def test_without_the_package_it_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "fit_tool.fit_file_builder", None)
    folder, out = stored(tmp_path / "s", steady(30)), tmp_path / "run.fit"
    assert main(["export", str(folder), "--to", "fit", "--out", str(out)]) == 1
    assert "pip install 'hipdrive[export]'" in capsys.readouterr().err
    assert not out.exists()
