"""A rendered runner's file is checked as a whole, and its faults are told one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hipdrive.errors import SourceError
from hipdrive.rendered.settings import RenderedSettings, read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "runner.toml"


def problems(file: Path, text: str) -> list[str]:
    """What is wrong with such a file, without the head line."""
    file.write_text(text)
    with pytest.raises(SourceError) as caught:
        read(file)
    head, *lines = str(caught.value).splitlines()
    assert head.startswith(f"{file}: {len(lines)} problem")
    return [line.strip() for line in lines]


def problem(file: Path, text: str) -> str:
    (line,) = problems(file, text)
    return line


def refusal(file: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(file)
    assert str(file) in str(caught.value)
    return str(caught.value)


def test_without_a_file_the_usual_runner_runs() -> None:
    assert read(None) == RenderedSettings()


def test_an_empty_file_is_the_usual_runner(file: Path) -> None:
    file.write_text("")
    assert read(file) == RenderedSettings()


def test_every_table_is_read(file: Path) -> None:
    file.write_text(
        "\ufeffseconds = 12\nseed = 5\n"
        "[runner]\nfacing = 'left'\ndrift = [[0, 0], [8, -3.5]]\naway = [[3, 9]]\n"
        "[treadmill]\nspeed_mps = 3.5\n"
        "[camera]\nfps = 60\nlost = 0.1\n"
        "[scene]\nshirt = '#ABCDEF'\nsecond_person = true\n",
        encoding="utf-8",
    )
    settings = read(file)
    assert (settings.seconds, settings.seed) == (12, 5)
    assert settings.runner.facing == "left"
    assert settings.runner.drift == [[0, 0], [8, -3.5]]
    assert settings.runner.away == [[3, 9]]
    assert settings.treadmill.speed_mps == 3.5
    assert (settings.camera.fps, settings.camera.lost) == (60, 0.1)
    assert (settings.scene.shirt, settings.scene.second_person) == ("#ABCDEF", True)


def test_a_missing_file_is_named(file: Path) -> None:
    assert "No such file" in refusal(file)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)


def test_a_file_that_is_no_text_is_told_so(file: Path) -> None:
    file.write_bytes(b"\x89PNG\xff\xfe")
    assert "TOML" in refusal(file)


@pytest.mark.parametrize("text", ["seconds =\n", "[runner\n", "seconds = 1\nseconds = 2\n", "{}"])
def test_wrong_toml_is_told_with_its_place(file: Path, text: str) -> None:
    file.write_text(text)
    assert "is not valid TOML" in refusal(file)
    assert "line" in refusal(file)


@pytest.mark.parametrize(
    ("text", "key", "meant"),
    [
        ("second = 3", "second", "seconds"),
        ("[runner]\nheight = 1.8", "runner.height", "height_m"),
        ("[runner]\nspeed_mps = 3.0", "runner.speed_mps", "treadmill.speed_mps"),
        ("[camera]\nexposure = 3.0", "camera.exposure", "exposure_ms"),
        ("[scenes]\nlight = 1.0", "scenes", "scene"),
    ],
)
def test_an_unknown_key_is_told_with_what_was_meant(
    file: Path, text: str, key: str, meant: str
) -> None:
    assert problem(file, text) == f"{key}: unknown key; did you mean {meant}?"


@pytest.mark.parametrize(
    ("table", "key", "value", "least", "most"),
    [
        ("runner", "height_m", 2.5, "1.3", "2.1"),
        ("runner", "thigh_ext_deg", 3, "5", "35"),
        ("treadmill", "speed_mps", 0.5, "1.8", "6.0"),
        ("camera", "width_px", 4000, "160", "1920"),
        ("camera", "lost", 1.0, "0", "0.9"),
        ("scene", "light", 0.0, "0.15", "1.6"),
    ],
)
def test_a_value_out_of_range_is_told_with_the_range(
    file: Path, table: str, key: str, value: float, least: str, most: str
) -> None:
    line = problem(file, f"[{table}]\n{key} = {value}")
    assert line.startswith(f"{table}.{key} = {value}: ")
    assert f"from {least} to {most}" in line


@pytest.mark.parametrize(
    "line",
    ["height_m = nan", "cadence_spm = inf", "facing = 'up'", "height_m = '1.8'", "build = true"],
)
def test_what_is_no_such_value_is_told_with_its_key(file: Path, line: str) -> None:
    key = line.split(" ", 1)[0]
    assert problem(file, f"[runner]\n{line}").startswith(f"runner.{key} = ")


@pytest.mark.parametrize("colour", ["blue", "#12345", "#12345g", "2f6fb0"])
def test_a_colour_is_six_hexadecimal_digits(file: Path, colour: str) -> None:
    assert problem(file, f"[scene]\nshirt = '{colour}'").startswith("scene.shirt")


@pytest.mark.parametrize("key", ["drift", "away"])
@pytest.mark.parametrize("value", ["5", "[5]", "[[5]]", "[[1, 2, 3]]", "[['a', 'b']]", "[{}]"])
def test_a_list_of_the_wrong_shape_is_told_with_its_key(file: Path, key: str, value: str) -> None:
    lines = problems(file, f"[runner]\n{key} = {value}")
    assert all(line.startswith(f"runner.{key}") for line in lines)


@pytest.mark.parametrize("value", ["[[5, 1], [3, 2]]", "[[5, 1], [5, 2]]"])
def test_drift_goes_forwards_in_time(file: Path, value: str) -> None:
    assert problem(file, f"[runner]\ndrift = {value}").endswith("drift: the seconds must rise")


@pytest.mark.parametrize("value", ["[[9, 3]]", "[[1, 5], [4, 8]]", "[[6, 8], [1, 3]]"])
def test_absences_are_in_order_and_apart(file: Path, value: str) -> None:
    assert "away" in problem(file, f"[runner]\naway = {value}")


@pytest.mark.parametrize("line", ["drift = [[0, nan]]", "drift = [[nan, 1]]", "away = [[nan, 2]]"])
def test_what_is_no_number_is_in_no_list(file: Path, line: str) -> None:
    assert all(found.startswith("runner") for found in problems(file, f"[runner]\n{line}"))


def test_a_landing_gives_way(file: Path) -> None:
    line = problem(file, "[runner]\nknee_contact_deg = 30\nknee_stance_deg = 33")
    assert "knee_stance_deg must be 5 or more above knee_contact_deg" in line


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[runner]\nsex = 'female'", "sex"),
        ("[scene]\nlegwear = 'tights'", "scene.legwear"),
        ("[scene]\nbackground = 'mirror'", "scene.background"),
    ],
)
def test_what_only_the_mesh_can_is_refused_of_capsules(file: Path, text: str, key: str) -> None:
    line = problem(file, text)
    assert f"{key} = " in line
    assert 'figure = "mesh"' in line
    runner = text if text.startswith("[runner]") else f"[runner]\n{text}"
    head, _, rest = runner.partition("\n")
    file.write_text(f"{head}\nfigure = 'mesh'\n{rest}")
    assert read(file).runner.figure == "mesh"


@pytest.mark.parametrize("key", ["figure", "sex"])
def test_a_figure_or_sex_that_is_not_there_is_told(file: Path, key: str) -> None:
    assert problem(file, f"[runner]\n{key} = 'robot'").startswith(f"runner.{key} = 'robot'")


@pytest.mark.parametrize(
    ("key", "value", "most"),
    [
        ("pelvis_rotation_deg", 20, "12"),
        ("pelvis_drop_deg", 9, "8"),
        ("shoulder_rotation_deg", 30, "20"),
        ("foot_inward_m", 0.2, "0.1"),
    ],
)
def test_a_pelvis_does_not_turn_further_than_a_body_can(
    file: Path, key: str, value: float, most: str
) -> None:
    line = problem(file, f"[runner]\n{key} = {value}")
    assert line.startswith(f"runner.{key} = {value}: ")
    assert f"from 0 to {most}" in line


def test_every_problem_is_told_at_once(file: Path) -> None:
    text = "seconds = 0\n[runner]\nbuild = 9\n[camera]\nfsp = 3\n"
    assert [line.split()[0].rstrip(":") for line in problems(file, text)] == [
        "seconds",
        "runner.build",
        "camera.fsp",
    ]
