"""`hipdrive compare-models`, with the model that comes with hipdrive."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from hipdrive.cli import main

if TYPE_CHECKING:
    from pathlib import Path

STAND_IN = "stand-in-rendered-int8"
BOTH = ["--models", STAND_IN, STAND_IN]


@pytest.fixture
def source(tmp_path: Path) -> str:
    (tmp_path / "runner.toml").write_text("seconds = 8\n[camera]\nfps = 30\n", encoding="utf-8")
    return f"rendered:{tmp_path / 'runner.toml'}"


@pytest.mark.usefixtures("data_dir")
def test_a_model_agrees_with_itself(source: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["compare-models", source, *BOTH]) == 0
    said = capfd.readouterr().out
    for row in ("thigh angle", "peaks"):
        [line] = [line for line in said.splitlines() if row in line and "SD" not in line]
        assert "+0.0\N{DEGREE SIGN}" in line
        assert "none" not in line


@pytest.mark.usefixtures("data_dir")
def test_times_are_those_that_the_options_say(
    source: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # Twice as fast, 340 steps a minute, is nobody's run.
    assert main(["compare-models", source, *BOTH, "--slow-motion", "2"]) == 3
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "1.png").touch()
    assert main(["compare-models", str(tmp_path / "frames"), *BOTH]) == 1
    assert "--fps" in capfd.readouterr().err


@pytest.mark.usefixtures("data_dir")
def test_a_plot_without_matplotlib_says_what_to_install(
    source: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert main(["compare-models", source, *BOTH, "--plot", "plot.png"]) == 1
    said = capfd.readouterr()
    assert "hipdrive[report]" in said.err
    assert not said.out, "it is said before the work"


@pytest.mark.usefixtures("data_dir")
def test_a_plot_is_written(source: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plot = tmp_path / "plot.svg"
    assert main(["compare-models", source, *BOTH, "--plot", str(plot)]) == 0
    assert plot.read_text(encoding="utf-8").count("<use ") > 100, "a dot for each pair"


@pytest.mark.usefixtures("data_dir")
def test_key_points_have_no_pictures(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["compare-models", "keypoints:", *BOTH]) == 1
    said = capfd.readouterr().err
    assert "no pictures" in said
    assert said.count("\n") == 1


@pytest.mark.usefixtures("data_dir")
def test_a_model_that_nobody_knows_is_refused_before_the_first_picture(
    source: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare-models", source, "--models", STAND_IN, "hourglass"]) == 1
    assert "'hourglass'; known: movenet" in capfd.readouterr().err
