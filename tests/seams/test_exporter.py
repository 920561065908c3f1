"""An export format from outside: one class, one line of registration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import hipdrive
from hipdrive.cli import main
from support.runner_file import key_points_of

if TYPE_CHECKING:
    from pathlib import Path


class PeaksOnly:
    """A line a stride: when the near thigh was furthest back."""

    name = "peaks"

    def write(self, session: hipdrive.Session, path: Path) -> None:
        peaks = [f"{stride.t_s:.2f}\n" for stride in session.strides if stride.near]
        path.write_text("".join(peaks))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    hipdrive.analyze(key_points_of(tmp_path), session_dir=tmp_path / "session")
    return tmp_path / "session"


@pytest.mark.long
@pytest.mark.parametrize("by_name", [True, False])
def test_a_format_from_outside_writes_a_session(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, by_name: bool
) -> None:
    session = hipdrive.Session.open(folder)
    expected = [f"{stride.t_s:.2f}" for stride in session.strides if stride.near]
    assert len(expected) > 10
    if by_name:
        monkeypatch.setitem(hipdrive.EXPORTERS, "peaks", PeaksOnly())
        assert main(["export", str(folder), "--to", "peaks", "--out", str(tmp_path / "p")]) == 0
    else:
        hipdrive.export(session, PeaksOnly(), tmp_path / "p")
    assert (tmp_path / "p").read_text().splitlines() == expected
