"""Every format with sessions that are none, or not whole: a file, or one line that says why not."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest.importorskip("fit_tool", reason="the extra export is not installed")
pytest.importorskip("pyarrow", reason="the extra export is not installed")
pytest.importorskip("ezc3d", reason="the extra export is not installed")

NO_RUN = "has no stride of a run, so there is no activity"
NO_SCALE = "has no scale"


def changed(folder: Path, **values: object) -> None:
    path = folder / "session.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def half_written(folder: Path) -> None:
    (folder / "session.json").unlink()
    strides = (folder / "strides.csv").read_bytes()
    (folder / "strides.csv").write_bytes(strides[: len(strides) // 2] + bytes(50))


def damaged(folder: Path) -> None:
    (folder / "session.json").write_bytes(b"\0" * 400)
    (folder / "poses.npz").write_bytes(b"PK")


def older(folder: Path) -> None:
    """Without the metrics, and without what the summary has since learnt to say."""
    lines = (folder / "strides.csv").read_text().split("\n")
    fewer = [",".join(line.split(",")[:10]) for line in lines]
    (folder / "strides.csv").write_text("\n".join(fewer))
    values = json.loads((folder / "session.json").read_text())
    for key in ("band", "runner", "verdict", "statement"):
        del values[key]
    (folder / "session.json").write_text(json.dumps(values))


def newer(folder: Path) -> None:
    """With another schema, and a metric more."""
    changed(folder, schema="hipdrive/session/2")
    head, *lines = (folder / "strides.csv").read_text().split("\n")
    more = [f"{line},1.5" if line else "" for line in lines]
    (folder / "strides.csv").write_text("\n".join([f"{head},pelvis_something_m", *more]))


def without_strides(folder: Path) -> None:
    (folder / "strides.csv").write_text((folder / "strides.csv").read_text().split("\n")[0] + "\n")


def of_one_stride(folder: Path) -> None:
    head, *lines = (folder / "strides.csv").read_text().split("\n")
    near = next(line for line in lines if line.split(",")[2] == "1" and line.split(",")[6] == "1")
    (folder / "strides.csv").write_text(f"{head}\n{near}\n")


DAMAGES: dict[Callable[[Path], None], dict[str, str]] = {
    half_written: dict.fromkeys(("trc", "c3d"), NO_SCALE),
    damaged: dict.fromkeys(("trc", "c3d"), NO_SCALE) | {"mot": "is not a recording of key points"},
    older: {},
    newer: dict.fromkeys(("trc", "c3d"), NO_SCALE),
    without_strides: dict.fromkeys(("fit", "tcx"), NO_RUN),
    of_one_stride: {},
}
"""What happens to a session, and which formats refuse it with which words."""


@pytest.mark.parametrize("format_", hipdrive.EXPORTERS)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_it_is_a_file_or_a_line(
    folder: Path,
    format_: str,
    damage: Callable[[Path], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    named = folder.with_name("20260301T180504Z-5f3a9c")
    shutil.move(folder, named)
    damage(named)
    out = named.parent / "out"
    code = main(["export", str(named), "--to", format_, "--out", str(out)])
    complaints = capsys.readouterr().err.strip().split("\n")
    refusal = DAMAGES[damage].get(format_)
    if refusal is None:
        assert code == 0, complaints
        assert out.stat().st_size > 0
        assert all("warning" in line for line in complaints if line)
    else:
        assert code == 1
        assert refusal in complaints[-1]
        assert not out.exists()


def test_a_damaged_row_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    half_written(folder)
    out = folder.parent / "out.csv"
    assert main(["export", str(folder), "--to", "csv", "--out", str(out)]) == 0
    assert re.search(r"strides.csv is damaged after \d+ rows", capsys.readouterr().err)


@pytest.mark.parametrize("format_", hipdrive.EXPORTERS)
def test_names_with_markup_stay_names(folder: Path, format_: str) -> None:
    """A runner's name and a source's are in no export; the folder's is text."""
    hostile = "<script>&amp;\x1b[31m"
    changed(folder, runner=hostile, source=hostile)
    named = folder.with_name("<b>x&\t\n")
    shutil.move(folder, named)
    out = folder.parent / "out"
    assert main(["export", str(named), "--to", format_, "--out", str(out)]) == 0
    assert b"<script>" not in out.read_bytes()


@pytest.mark.parametrize("format_", hipdrive.EXPORTERS)
def test_what_is_no_session_is_refused(
    tmp_path: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["export", str(tmp_path), "--to", format_, "--out", str(out)]) == 1
    assert "is no session folder" in capsys.readouterr().err
