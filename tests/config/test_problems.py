from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipdrive.config import Config, parse
from hipdrive.cues.patterns import PanelEvent
from hipdrive.errors import ConfigError

INTEGERS = {
    "keep.days": (0, 36_500),
    "keep.key_point_days": (0, 36_500),
    "keep.megabytes": (0, 100_000_000),
    "keep.free_megabytes": (0, 100_000_000),
    "camera.fps": (15, 120),
    "camera.exposure_us": (0, 66_000),
    "web.port": (0, 65_535),
    "update.watch_s": (10, 3600),
    "pose.threads": (0, 16),
    "gait.toe_off_ms": (0, 60),
    "gait.foot_strike_ms": (0, 60),
    "coach.baseline_strides": (5, 200),
    "coach.buzz_gap_strides": (8, 60),
    "cues.leds.green": (2, 27),
    "cues.leds.amber": (2, 27),
    "cues.leds.blue": (2, 27),
    "cues.buzzer.pin": (2, 27),
    "cues.buzzer.buzz_ms": (60, 100),
    "cues.buzzer.tone_hz": (220, 3520),
    "cues.leds.brightness_percent": (5, 100),
    "cues.button.pin": (2, 27),
    "cues.button.hold_ms": (500, 5000),
    "cues.button.bounce_ms": (5, 200),
    "cues.button.privacy_ms": (6000, 60_000),
    "hub.port": (1, 65535),
}
EVEN_INTEGERS = {"camera.width_px": (192, 1920), "camera.height_px": (192, 1920)}
NUMBERS = {
    "camera.stall_s": (0.5, 60.0),
    "camera.gain": (0.0, 1000.0),
    "coach.raise_deg": (0.0, 3.0),
    "coach.offset_deg": (0.0, 3.0),
    "coach.band_above_target_deg": (2.0, 10.0),
    "treadmill.incline_percent": (-15.0, 40.0),
    "runner.height_m": (0.0, 2.5),
    "treadmill.belt_mps": (0.0, 10.0),
}
PINS = {17, 27, 22, 18}
CHOICES: dict[str, tuple[Any, ...]] = {
    "camera.rotation_deg": (0, 90, 180, 270),
    "pose.runtime": ("ai-edge-litert", "tflite-runtime"),
    "pose.decode": ("stock", "heatmap"),
    "language": ("en", "de"),
    "gait.facing": ("auto", "left", "right"),
    "gait.filter_hz": ("auto", 6, 8),
    "coach.runner_mode": ("programme", "free"),
    "coach.guest_mode": ("free", "programme"),
    "cues.leds.kind": ("three", "rgb", "strip"),
    "cues.button.kind": ("none", "push"),
    "cues.speech.program": ("none", "espeak-ng", "piper"),
    "cues.buzzer.kind": ("active", "passive"),
}


def toml(key: str, value: object) -> str:
    table, _, name = key.rpartition(".")
    text = f"'{value}'" if isinstance(value, str) else repr(value)
    return f"[{table}]\n{name} = {text}\n" if table else f"{name} = {text}\n"


def value_of(config: Config, key: str) -> object:
    value: object = config
    for name in key.split("."):
        value = getattr(value, name)
    return value


def problems(text: str) -> list[str]:
    """The message of the error, one line a problem; without the head line."""
    with pytest.raises(ConfigError) as caught:
        parse(text, "my.toml")
    head, *lines = str(caught.value).splitlines()
    assert head.startswith("my.toml: ")
    count = "1 problem" if len(lines) == 1 else f"{len(lines)} problems"
    assert head.endswith(count)
    return [line.strip() for line in lines]


def problem(text: str) -> str:
    (line,) = problems(text)
    return line


@st.composite
def inside(draw: st.DrawFn) -> tuple[str, Any]:
    """A key with a value that is allowed."""
    whole = {**INTEGERS, **EVEN_INTEGERS}
    key = draw(st.sampled_from([*whole, *NUMBERS, *CHOICES]))
    if key in CHOICES:
        return key, draw(st.sampled_from(CHOICES[key]))
    if key in NUMBERS:
        return key, draw(st.floats(*NUMBERS[key]))
    step = 2 if key in EVEN_INTEGERS else 1
    taken = PINS - {value_of(Config(), key)} if key.startswith("cues.") else ()
    numbers = st.integers(whole[key][0] // step, whole[key][1] // step)
    return key, draw(numbers.map(lambda n: n * step).filter(lambda n: n not in taken))


@given(inside())
def test_every_value_within_its_bounds_is_taken(pair: tuple[str, Any]) -> None:
    key, value = pair
    assert value_of(parse(toml(key, value), "my.toml"), key) == value


@given(st.sampled_from([*INTEGERS, *EVEN_INTEGERS]), st.integers(-(2**63), 2**63 - 1))
def test_every_whole_number_outside_is_refused_with_its_bounds(key: str, value: int) -> None:
    low, high = {**INTEGERS, **EVEN_INTEGERS}[key]
    if low <= value <= high:
        value = high + 1 + value
    line = problem(toml(key, value))
    assert line.startswith(f"{key} = {value}: must be a whole number from {low} to {high}")


@pytest.mark.parametrize(("key", "bounds"), list({**INTEGERS, **EVEN_INTEGERS}.items()))
def test_the_numbers_next_to_the_bounds_are_refused(key: str, bounds: tuple[int, int]) -> None:
    low, high = bounds
    for value in (low - 1, high + 1):
        assert f"from {low} to {high}" in problem(toml(key, value))


@pytest.mark.parametrize(("key", "bounds"), list(NUMBERS.items()))
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-15.001", "1000.001"])
def test_numbers_outside_are_refused_with_their_bounds(
    key: str, bounds: tuple[float, float], value: str
) -> None:
    table, name = key.split(".")
    low, high = bounds
    line = problem(f"[{table}]\n{name} = {value}")
    assert line == f"{key} = {value}: must be a number from {low:g} to {high:g}"


@pytest.mark.parametrize("key", list(NUMBERS))
def test_a_number_may_be_written_without_a_point(key: str) -> None:
    assert value_of(parse(toml(key, 2), "my.toml"), key) == 2


@pytest.mark.parametrize("key", list(EVEN_INTEGERS))
def test_an_odd_picture_size_is_refused(key: str) -> None:
    line = f"{key} = 641: must be a whole number from 192 to 1920, a multiple of 2"
    assert problem(toml(key, 641)) == line


@pytest.mark.parametrize(("key", "values"), list(CHOICES.items()))
def test_a_word_that_is_no_choice_is_refused_with_the_choices(
    key: str, values: tuple[Any, ...]
) -> None:
    line = problem(toml(key, "sideways"))
    assert line.startswith(f"{key} = 'sideways': allowed: ")
    assert all(repr(value) in line for value in values)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[camera]\nfps = '60'", "camera.fps = '60': must be a whole number from 15 to 120"),
        ("[camera]\nfps = 60.0", "camera.fps = 60.0: must be a whole number from 15 to 120"),
        ("[camera]\nfps = true", "camera.fps = true: must be a whole number from 15 to 120"),
        ("[coach]\nraise_deg = '2'", "coach.raise_deg = '2': must be a number from 0 to 3"),
        ("[hub]\nhost = 17", "hub.host = 17: must be text"),
        ("data_dir = 3", "data_dir = 3: must be text"),
        ("camera = 60", "camera = 60: must be a table, [camera]"),
        ("[cues]\nleds = 'three'", "cues.leds = 'three': must be a table, [cues.leds]"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_with_the_right_one(text: str, line: str) -> None:
    assert problem(text) == line


def test_five_mistakes_are_named_at_once() -> None:
    text = """
        [camera]
        fps = 10
        [gait]
        facing = "up"
        [coach]
        raise_degrees = 2.0
        [cues.buzzer]
        buzz_ms = "80"
        [hub]
        site = "Zu Hause"
    """
    assert problems(text) == [
        "camera.fps = 10: must be a whole number from 15 to 120",
        "gait.facing = 'up': allowed: 'auto', 'left' or 'right'",
        "coach.raise_degrees: unknown key; did you mean raise_deg?",
        "cues.buzzer.buzz_ms = '80': must be a whole number from 60 to 100",
        "hub.site: 'Zu Hause' cannot be in a topic; allowed: lower-case letters, digits, - and _",
    ]


def test_three_mistakes_of_one_table_are_named_at_once() -> None:
    named = problems("[hub]\nport = 0\nsite = 'a/b'\ndevice = '+'")
    assert [re.split("[ :]", line)[0] for line in named] == ["hub.port", "hub.site", "hub.device"]


@pytest.mark.parametrize("key", ["hub.site", "hub.device"])
@pytest.mark.parametrize(
    "level", ["", "a/b", "+", "#", "Home", "zu hause", "köln", "a\u00a0b", "$x"]
)
def test_a_name_that_cannot_be_in_a_topic_is_refused(key: str, level: str) -> None:
    allowed = "allowed: lower-case letters, digits, - and _"
    assert problem(toml(key, level)) == f"{key}: {level!r} cannot be in a topic; {allowed}"


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=1))
def test_a_name_that_can_be_in_a_topic_is_taken(level: str) -> None:
    assert parse(toml("hub.device", level), "my.toml").hub.device == level


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[camera]\nfsp = 30", "camera.fsp: unknown key; did you mean fps?"),
        ("[cues.leds]\ngren = 5", "cues.leds.gren: unknown key; did you mean green?"),
        ("[kamera]\nfps = 30", "kamera: unknown key; did you mean camera?"),
        ("fps = 30", "fps: unknown key; did you mean camera.fps?"),
        ("[camera]\nfacing = 'left'", "camera.facing: unknown key; did you mean gait.facing?"),
        ("[camera]\nbuz_ms = 80", "camera.buz_ms: unknown key; did you mean cues.buzzer.buzz_ms?"),
        ("[leds]\ngreen = 5", "leds: unknown key; did you mean cues.leds?"),
        ("[camera]\nxyzzy = 1", "camera.xyzzy: unknown key; known here: kind, width_px,"),
    ],
)
def test_an_unknown_key_is_named_with_what_was_probably_meant(text: str, line: str) -> None:
    assert problem(text).startswith(line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gait.belt_mps", "treadmill.belt_mps"),
        ("gait.incline_percent", "treadmill.incline_percent"),
        ("gait.height_m", "runner.height_m"),
        ("coach.guard_deg", "coach.band_above_target_deg"),
    ],
)
def test_a_key_that_has_moved_is_refused_with_its_new_name(old: str, new: str) -> None:
    assert problem(toml(old, 3)) == f"{old} is now {new}"
    parse(toml(new, 2), "my.toml")


def test_a_password_in_the_file_is_refused_and_not_repeated() -> None:
    line = problem("[hub]\npassword = 'hunter2'")
    assert line == "hub.password: unknown key; did you mean password_file?"


def test_encryption_is_a_switch() -> None:
    assert problem("[hub]\ntls = 1") == "hub.tls = 1: must be true or false"
    assert parse("[hub]\ntls = true", "my.toml").hub.tls is True


@pytest.mark.parametrize("key", ["ca_file", "cert_file", "key_file"])
def test_a_certificate_without_encryption_is_refused(key: str) -> None:
    line = problem(f"[hub]\n{key} = '/etc/hipdrive/file'")
    assert line == f"hub: {key} set, but nothing is encrypted: set tls = true"


@pytest.mark.parametrize("key", ["cert_file", "key_file"])
def test_a_certificate_and_its_key_belong_together(key: str) -> None:
    line = problem(f"[hub]\ntls = true\n{key} = '/etc/hipdrive/file'")
    assert line == "hub: cert_file and key_file belong together: set both or none"


def test_two_parts_on_one_pin_are_refused() -> None:
    line = problem("[cues.leds]\ngreen = 18")
    assert line == "cues: pins are used twice: 18 (buzzer.pin, leds.green)"
    swapped = parse("[cues.leds]\ngreen = 18\n[cues.buzzer]\npin = 17", "my.toml")
    assert (swapped.cues.leds.green, swapped.cues.buzzer.pin) == (18, 17)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[cues.button]\nkind = 'push'\npin = 27",
            "cues: pins are used twice: 27 (leds.amber, button.pin)",
        ),
        (
            "[cues.leds]\nkind = 'strip'\n[cues.buzzer]\npin = 10",
            "cues: pins are used twice: 10 (buzzer.pin, the strip's SPI bus)",
        ),
        ("[cues.lights]\nbelow = 'red'", "cues: lights: below: no light is red"),
        (
            "[cues.lights]\nlost = 'blue 300, dark 300'",
            "cues: lights: lost: the light changes more than 2 times in a second",
        ),
        ("[cues.lights]\nabove = 'amber'", "cues: lights: above and below look the same"),
        ("[cues.leds]\nkind = 'strip'\ngreen = 18", None),
        ("[cues.button]\npin = 27", None),
    ],
)
def test_what_breaks_a_limit_of_the_panel_is_refused_with_its_reason(
    text: str, said: str | None
) -> None:
    if said is None:  # pins that are not used clash with nothing
        parse(text, "my.toml")
    else:
        assert problem(text).startswith(said)


def test_what_is_not_toml_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigError, match=r"my\.toml: is not valid TOML: .*line 2") as caught:
        parse("[camera]\nfps 60\n", "my.toml")
    assert "\n" not in str(caught.value)


def test_every_key_with_bounds_is_in_the_tables_of_this_test() -> None:
    switches = {
        "hub.tls",
        "cues.button.chooses_runner",
        "report.each_session",
        "session.auto",
        "web.enabled",
    }
    listed = {*switches, *INTEGERS, *EVEN_INTEGERS, *NUMBERS, *CHOICES}
    free = {"data_dir", "camera.kind", "pose.model", "hub.host", "hub.site", "hub.device"}
    free |= {"hub.username", "hub.password_file", "hub.ca_file", "hub.cert_file", "hub.key_file"}
    free |= {f"cues.lights.{event}" for event in PanelEvent}
    free |= {key for key in leaves(Config().model_dump()) if key.startswith("cues.speech.")}
    free |= {"hub.username", "hub.password_file", "hub.discovery_prefix", "hub.commands"}
    free |= {"camera.device", "camera.url", "camera.username", "camera.password_file"}
    free |= {"update.keys", "update.source"}
    free |= {"web.host", "web.names", "web.cert_file", "web.key_file"}
    assert listed | free == set(leaves(Config().model_dump()))


def leaves(table: dict[str, Any], prefix: str = "") -> list[str]:
    found: list[str] = []
    for key, value in table.items():
        found += leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]
    return found
