"""The strides as Parquet, read back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.cli import main
from support.stored_session import MadeStride, steady, stored

if TYPE_CHECKING:
    from pathlib import Path

parquet = pytest.importorskip("pyarrow.parquet", reason="the extra export is not installed")


def test_every_cell_comes_back(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "strides.parquet"
    assert main(["export", str(folder), "--to", "parquet", "--out", str(out)]) == 0
    table = parquet.read_table(out)
    session = hipdrive.Session.open(folder)
    assert session.summary is not None
    for stride, row in zip(session.strides, table.to_pylist(), strict=True):
        for name in ("t_s", "leg", "near", "thigh_ext_deg", "accepted", "foot_strike_s"):
            assert row[name] == getattr(stride, name)
        for name, value in stride.metrics.items():
            assert row[name] == value
    assert table.schema.metadata[b"session"] == session.summary.id.encode()


def test_columns_have_units_and_definitions(tmp_path: Path) -> None:
    out = tmp_path / "strides.parquet"
    folder = stored(tmp_path / "s", steady(30))
    assert main(["export", str(folder), "--to", "parquet", "--out", str(out)]) == 0
    schema = parquet.read_table(out).schema
    told = {field.name: field.metadata or {} for field in schema}
    assert told["thigh_ext_deg"] == {b"unit": "°".encode(), b"definition": b"thigh_ext/1"}
    assert told["contact_time_s"][b"unit"] == b"s"
    assert told["step_length_m"][b"unit"] == b"m"


@pytest.mark.parametrize("strides", [[], [MadeStride(1.0, reason="gap")]])
def test_without_figures_the_columns_have_types_all_the_same(
    tmp_path: Path, strides: list[MadeStride]
) -> None:
    out = tmp_path / "strides.parquet"
    folder = stored(tmp_path / "s", strides)
    assert main(["export", str(folder), "--to", "parquet", "--out", str(out)]) == 0
    table = parquet.read_table(out)
    assert table.num_rows == len(strides)
    assert str(table.schema.field("contact_time_s").type) == "double"
    assert str(table.schema.field("leg").type) == "string"


def test_without_the_package_it_says_which(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    out = tmp_path / "strides.parquet"
    assert main(["export", str(folder), "--to", "parquet", "--out", str(out)]) == 1
    assert "pip install 'hipdrive[export]'" in capsys.readouterr().err
    assert not out.exists()
