from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from hipdrive.config import SYSTEM_FILES, Config, load
from hipdrive.errors import ConfigError
from hipdrive.rendered.settings import RenderedSettings, read
from hipdrive.rendered.truth import Truth

EXAMPLES = Path(__file__).parents[2] / "config"
OF_DEVICES = sorted({*EXAMPLES.glob("*.toml")} - {EXAMPLES / "gym-server.toml"})
"""That of a server is another file: tests/gym/test_settings.py."""


def test_what_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes(b'data_dir = "/home/j\xfcrgen"')
    with pytest.raises(ConfigError, match=r"latin\.toml: is not UTF-8 text; a configuration is"):
        load(file)


def test_a_file_that_is_not_there_is_refused_with_its_name(tmp_path: Path) -> None:
    for path in (tmp_path / "no.toml", tmp_path):
        with pytest.raises(ConfigError) as caught:
            load(path)
        assert str(caught.value).startswith(f"{path}: cannot be read (")
        assert "--config" in str(caught.value)


@pytest.mark.parametrize("example", OF_DEVICES, ids=lambda path: path.name)
def test_the_examples_load(example: Path) -> None:
    load(example)


def test_the_main_example_states_every_key_with_its_default() -> None:
    stated = tomllib.loads((EXAMPLES / "hipdrive.toml").read_text(encoding="utf-8"))
    assert stated == Config().model_dump()


def test_the_example_of_a_rendered_runner_states_every_key_with_its_default() -> None:
    text = (EXAMPLES / "rendered" / "runner.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text) == RenderedSettings().model_dump()


@pytest.mark.parametrize(
    "example", sorted((EXAMPLES / "rendered").glob("*.toml")), ids=lambda path: path.name
)
def test_the_rendered_examples_can_run(example: Path) -> None:
    assert Truth(read(example)).strides()


def test_the_file_that_the_environment_names_is_read(tmp_path: Path) -> None:
    named, given_file = tmp_path / "named.toml", tmp_path / "given.toml"
    named.write_text("[camera]\nfps = 30", encoding="utf-8")
    given_file.write_text("[camera]\nfps = 50", encoding="utf-8")
    environ = {"HIPDRIVE_CONFIG": str(named)}
    assert load(None, environ).camera.fps == 30
    assert load(given_file, environ).camera.fps == 50


def test_the_runners_own_file_goes_before_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SYSTEM_FILES == ("~/.config/hipdrive/hipdrive.toml", "/etc/hipdrive/hipdrive.toml")
    own, system = tmp_path / "own.toml", tmp_path / "system.toml"
    monkeypatch.setattr("hipdrive.config.reading.SYSTEM_FILES", (str(own), str(system)))
    assert load(None, {}) == Config()
    system.write_text("[camera]\nfps = 30", encoding="utf-8")
    assert load(None, {}).camera.fps == 30
    own.write_text("[camera]\nfps = 50", encoding="utf-8")
    assert load(None, {}).camera.fps == 50


def test_data_goes_where_the_file_says_then_systemd_then_the_desktop_then_home(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/runner")
    everywhere = {"STATE_DIRECTORY": "/var/lib/hipdrive", "XDG_DATA_HOME": "/data"}
    assert Config(data_dir="/mnt/usb").data_path(everywhere) == Path("/mnt/usb")
    assert Config(data_dir="~/usb").data_path(everywhere) == Path("/home/runner/usb")
    assert Config().data_path(everywhere) == Path("/var/lib/hipdrive")
    assert Config().data_path({"XDG_DATA_HOME": "/data"}) == Path("/data/hipdrive")
    assert Config().data_path({}) == Path("/home/runner/.local/share/hipdrive")
