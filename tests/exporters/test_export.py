from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import hipdrive
from hipdrive.cli import main
from hipdrive.errors import ExportError


def exported(folder: Path, format_: str, tmp_path: Path) -> Path:
    out = tmp_path / f"strides.{format_}"
    assert main(["export", str(folder), "--to", format_, "--out", str(out)]) == 0
    return out


def test_csv_has_a_row_a_stride_and_a_column_a_metric(folder: Path, tmp_path: Path) -> None:
    with exported(folder, "csv", tmp_path).open(newline="") as file:
        rows = list(csv.DictReader(file))
    strides = hipdrive.Session.open(folder).strides
    assert [float(row["thigh_ext_deg"]) for row in rows] == [s.thigh_ext_deg for s in strides]
    assert set(strides[0].metrics) < set(rows[0])
    # No belt's speed is known.
    assert {row["stride_length_m"] for row in rows} == {""}


def test_json_has_the_session_and_null_for_the_unknown(folder: Path, tmp_path: Path) -> None:
    values = json.loads(exported(folder, "json", tmp_path).read_text())
    session = hipdrive.Session.open(folder)
    assert session.summary is not None
    assert values["schema"] == "hipdrive/strides/1"
    assert values["session"] == session.summary.id
    assert [s["t_s"] for s in values["strides"]] == [s.t_s for s in session.strides]
    assert {s["stride_length_m"] for s in values["strides"]} == {None}


def test_an_unknown_format_is_refused_with_those_there_are(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["export", str(folder), "--to", "gpx", "--out", str(out)]) == 1
    assert "'gpx'; there are csv, json, parquet, mot, trc, c3d, fit, tcx" in capsys.readouterr().err
    assert not out.exists()


def test_the_document_has_every_format() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text()
    assert [name for name in hipdrive.EXPORTERS if f"| `{name}` |" not in text] == []


class Fails:
    name = "fails"

    def write(self, _session: hipdrive.Session, path: Path) -> None:
        path.write_text("half")
        raise ExportError("there is no more")


def test_a_file_that_was_there_stays_when_an_export_fails(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("before")
    with pytest.raises(ExportError):
        hipdrive.export(hipdrive.Session.open(folder), Fails(), out)
    assert out.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"out", "session"}
