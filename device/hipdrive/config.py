"""The configuration: one TOML file, checked as a whole before anything starts.

Every field has its meaning, unit and allowed values here; `config/` holds annotated examples.
Secrets are never values of the file: it names the file that holds them.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hipdrive.errors import ConfigError
from hipdrive.gait.events.foot_contact import KneeTiming
from hipdrive.types.time import NS_PER_MS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

Pin = Annotated[int, Field(ge=2, le=27)]
"""A GPIO number (BCM), as printed on pinout cards; 0 and 1 belong to the HAT's EEPROM."""

MOST_RAISE_DEG = 3
"""The most that may be asked for beyond the runner's own mean."""
CommandName = Literal["mute", "target_offset", "session", "runner"]


def _topic_level(value: str) -> str:
    if value.strip("abcdefghijklmnopqrstuvwxyz0123456789-_") or not value:
        message = f"{value!r} cannot be in a topic; allowed: lower-case letters, digits, - and _"
        raise ValueError(message)
    return value


def _path(value: str) -> str:
    if "\0" in value:
        message = f"{value!r} cannot be a path; it has a NUL in it"
        raise ValueError(message)
    try:
        Path(value).expanduser()
    except RuntimeError as error:
        message = f"{value!r} cannot be a path; {error}"
        raise ValueError(message) from error
    return value


def _prefix(value: str) -> str:
    return value and _topic_level(value)


AnySection = TypeVar("AnySection", bound="Section")
TopicLevel = Annotated[str, AfterValidator(_topic_level)]
PathText = Annotated[str, AfterValidator(_path)]


class Section(BaseModel):
    """A table of the file: frozen, and nothing in it that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CameraConfig(Section):
    """The Pi's camera."""

    width_px: int = Field(default=640, ge=192, le=1920, multiple_of=2)
    """Width of the picture the model sees; even, because the camera delivers YUV 4:2:0."""
    height_px: int = Field(default=480, ge=192, le=1920, multiple_of=2)
    fps: int = Field(default=60, ge=15, le=120)
    """Frames a second to ask the sensor for. No metric uses it: frames carry their own times."""
    stall_s: float = Field(default=3.0, ge=0.5, le=60)
    """No frame for this long and the camera is given up with an error."""


class PoseConfig(Section):
    """The pose model."""

    model: str = "movenet-lightning-int8"
    """A name from `models/manifest.toml`."""
    runtime: Literal["ai-edge-litert", "tflite-runtime"] = "ai-edge-litert"
    threads: int = Field(default=0, ge=0, le=16)
    """Threads of the interpreter; 0: one fewer than the cores, four at most."""
    decode: Literal["stock", "heatmap"] = "heatmap"
    """How key points are read: as the model gives them, on a grid of 0.8 px, or finer, from its
    heat maps. A model that has none is read as it is."""


class GaitConfig(Section):
    """The gait engine."""

    facing: Literal["auto", "left", "right"] = "auto"
    """Which way the runner faces in the picture; auto: found out in the first seconds."""
    filter_hz: Literal[6, 8] = 6
    """Cut-off of the Butterworth filter: 6 for cameras of about 30 frames a second, 8 for 60."""
    incline_percent: float = Field(default=0.0, ge=-15, le=40)
    """Rise of the belt over its run; calibrating takes it off, since roll tilts the picture too."""
    height_m: float = Field(default=0.0, ge=0, le=2.5)
    """The runner's height, from which pixels become metres; 0: not known."""
    belt_mps: float = Field(default=0.0, ge=0, le=10)
    """Speed of the belt; 0: not known, found from the runner's height."""
    toe_off_ms: int = Field(default=19, ge=0, le=60)
    """The foot leaves the belt this long before the knee is straightest. Measured of one runner at
    4.55 m/s; it changes with speed and style, so contact times are estimates."""
    foot_strike_ms: int = Field(default=15, ge=0, le=60)
    """The foot lands this long after the knee is straightest; of the same runner."""

    @property
    def knee_timing(self) -> KneeTiming:
        """Where foot strike and toe-off lie, as the gait engine takes it."""
        return KneeTiming(NS_PER_MS * self.toe_off_ms, NS_PER_MS * self.foot_strike_ms)


class CoachConfig(Section):
    """The coach."""

    baseline_strides: int = Field(default=30, ge=5, le=200)
    """Near-leg strides of the silent baseline. Below 30 the baseline is rough: for trials only."""
    raise_deg: float = Field(default=2.0, ge=0, le=MOST_RAISE_DEG)
    """How far above the runner's own mean the target lies."""
    guard_deg: float = Field(default=5.0, ge=2, le=10)
    """How far above the target the band ends: more is not better."""
    buzz_gap_strides: int = Field(default=8, ge=8, le=60)
    """Strides of silence after a buzz, at least."""
    offset_deg: float = Field(default=1.0, ge=0, le=3)
    """How far a command over MQTT may move the target, up or down; never further above the runner's
    own mean than `raise_deg` may lie."""

    @property
    def offset_range_deg(self) -> tuple[float, float]:
        """Least and most that a command may move the target by, in degrees."""
        # Rounded: 3 - 2.7 would leave no room for the 0.3 that there is.
        most = round(MOST_RAISE_DEG - self.raise_deg, 6)
        return -self.offset_deg, min(self.offset_deg, most)


class LedConfig(Section):
    """Three LEDs, or one RGB LED; `gpio` numbers."""

    kind: Literal["three", "rgb"] = "three"
    green: Pin = 17
    amber: Pin = 27
    blue: Pin = 22
    """For `rgb`, `amber` is the pin of the red anode."""


class BuzzerConfig(Section):
    """The buzzer."""

    kind: Literal["active", "passive"] = "active"
    """Active: sounds by itself when powered. Passive: a bare piezo, driven with a tone."""
    pin: Pin = 18
    buzz_ms: int = Field(default=80, ge=60, le=100)


class CuesConfig(Section):
    """LEDs and buzzer."""

    leds: LedConfig = LedConfig()
    buzzer: BuzzerConfig = BuzzerConfig()

    @model_validator(mode="after")
    def _pins_differ(self) -> CuesConfig:
        pins = (self.leds.green, self.leds.amber, self.leds.blue, self.buzzer.pin)
        if len(set(pins)) != len(pins):
            message = f"the four pins must differ (they are {', '.join(map(str, pins))})"
            raise ValueError(message)
        return self


class HubConfig(Section):
    """The home hub's MQTT broker."""

    host: str = ""
    """Name or address of the broker; empty: nothing is published."""
    port: int = Field(default=1883, ge=1, le=65535)
    site: TopicLevel = "home"
    """First level of the topics below `hipdrive/`."""
    device: TopicLevel = "treadmill"
    """Second level, and the client id: one for each device of a site."""
    username: str = ""
    password_file: PathText = ""
    """File whose first line is the password; empty: none is sent. Files may lie in
    `$CREDENTIALS_DIRECTORY/`, where systemd puts a service's credentials."""
    tls: bool = False
    """True: the connection is encrypted, and the broker proves that it is `host`."""
    ca_file: PathText = ""
    """Certificate of the CA that signed the broker's; empty: those that the system trusts."""
    cert_file: PathText = ""
    """The device's own certificate, for brokers that want one."""
    key_file: PathText = ""
    """The key of that certificate."""
    discovery_prefix: Annotated[str, AfterValidator(_prefix)] = "homeassistant"
    """Where Home Assistant looks for devices; empty: it is told nothing."""
    commands: list[CommandName] = ["mute", "target_offset", "session", "runner"]
    """What may be asked of the device over MQTT; empty: nothing."""

    @model_validator(mode="after")
    def _tls_is_meant(self) -> HubConfig:
        files = {name: getattr(self, name) for name in ("ca_file", "cert_file", "key_file")}
        named = [name for name, value in files.items() if value]
        if named and not self.tls:
            message = f"{' and '.join(named)} set, but nothing is encrypted: set tls = true"
            raise ValueError(message)
        if bool(self.cert_file) != bool(self.key_file):
            message = "cert_file and key_file belong together: set both or none"
            raise ValueError(message)
        return self


class Config(Section):
    """All of it. Every key may be left out."""

    data_dir: PathText = ""
    """Where sessions and models are kept; empty: systemd's state directory, else
    `~/.local/share/hipdrive`."""
    camera: CameraConfig = CameraConfig()
    pose: PoseConfig = PoseConfig()
    gait: GaitConfig = GaitConfig()
    coach: CoachConfig = CoachConfig()
    cues: CuesConfig = CuesConfig()
    hub: HubConfig = HubConfig()

    def data_path(self, environ: Mapping[str, str]) -> Path:
        """The folder for sessions and models."""
        if self.data_dir:
            return Path(self.data_dir).expanduser()
        if state := environ.get("STATE_DIRECTORY"):
            return Path(state)
        home = environ.get("XDG_DATA_HOME") or "~/.local/share"
        return Path(home).expanduser() / "hipdrive"


SYSTEM_FILES = ("~/.config/hipdrive/hipdrive.toml", "/etc/hipdrive/hipdrive.toml")
"""Looked for in this order when no file is named."""

_KINDS: dict[object, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
}


def load(path: Path | None, environ: Mapping[str, str] = os.environ) -> Config:
    """Read and check the configuration.

    Args:
        path: the file; None: `$HIPDRIVE_CONFIG`, then the first of `SYSTEM_FILES` that exists,
            then the defaults.
        environ: the environment.

    Raises:
        ConfigError: the file cannot be read or is wrong; the message has one line a problem.
    """
    named = path or _standing_file(environ)
    if named is None:
        return Config()
    try:
        return parse(named.read_text(encoding="utf-8-sig"), str(named))
    except OSError as error:
        message = f"{named}: cannot be read ({error.strerror}); name a file with --config"
        raise ConfigError(message) from error
    except UnicodeDecodeError as error:
        message = f"{named}: is not UTF-8 text; a configuration is a TOML file"
        raise ConfigError(message) from error


def _standing_file(environ: Mapping[str, str]) -> Path | None:
    if variable := environ.get("HIPDRIVE_CONFIG"):
        return Path(variable)
    candidates = (Path(name).expanduser() for name in SYSTEM_FILES)
    return next((file for file in candidates if file.is_file()), None)


def parse(text: str, origin: str) -> Config:
    """Check a configuration given as TOML text: `checked` for `Config`."""
    return checked(Config, text, origin)


def checked(kind: type[AnySection], text: str, origin: str) -> AnySection:
    """Read a section with its tables from TOML text and check all of it.

    Args:
        kind: what it is.
        text: TOML.
        origin: what to call it in messages.

    Raises:
        ConfigError: as in `load`.
    """
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # numbers of thousands of digits, deep nesting
        message = f"{origin}: is not valid TOML: {error}"
        raise ConfigError(message) from error
    return validated(kind, values, origin)


def validated(kind: type[AnySection], values: dict[str, Any], origin: str) -> AnySection:
    """Check a section given by its values.

    Raises:
        ConfigError: as in `load`.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        problems = [_describe(kind, detail) for detail in error.errors(include_url=False)]
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        message = "\n".join([f"{origin}: {count}", *(f"  {p}" for p in problems)])
        raise ConfigError(message) from error


def _describe(root: type[Section], detail: ErrorDetails) -> str:
    """One line for one problem: key, what is wrong, what is allowed."""
    location = detail["loc"]
    key = ".".join(map(str, location)) or "(file)"
    value = detail["input"]
    if detail["type"] == "extra_forbidden":
        return f"{key}: unknown key{_suggestion(root, location)}"
    if detail["type"] == "value_error":
        return f"{key}: {detail['ctx']['error']}"
    if detail["type"] in {"model_type", "model_attributes_type"}:
        return f"{key} = {value!r}: must be a table, [{key}]"
    return f"{key} = {_toml(value)}: {_allowed(root, location, detail)}"


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _allowed(root: type[Section], location: tuple[int | str, ...], detail: ErrorDetails) -> str:
    """What may stand there, from the declaration of the field."""
    if detail["type"] == "literal_error":
        return f"allowed: {detail['ctx']['expected']}"
    field = _section(root, location[:-1]).model_fields.get(str(location[-1]))
    if field is None or field.annotation not in _KINDS:  # an item of a list
        return detail["msg"]
    limits: dict[str, Any] = {}
    for rule in field.metadata:
        for name in ("ge", "le", "multiple_of"):
            if (limit := getattr(rule, name, None)) is not None:
                limits[name] = limit
    words = f"must be {_KINDS[field.annotation]}"
    if "ge" in limits and "le" in limits:
        words += f" from {limits['ge']} to {limits['le']}"
    if "multiple_of" in limits:
        words += f", a multiple of {limits['multiple_of']}"
    return words


def _section(root: type[Section], location: tuple[int | str, ...]) -> type[Section]:
    """The section that a location's keys lead to."""
    section = root
    for key in location:
        kind = section.model_fields[str(key)].annotation
        if not (isinstance(kind, type) and issubclass(kind, Section)):
            break
        section = kind
    return section


def _suggestion(root: type[Section], location: tuple[int | str, ...]) -> str:
    """The nearest known key, looked for in the same table first, then in all of them."""
    wrong = str(location[-1])
    known = list(_section(root, location[:-1]).model_fields)
    if near := difflib.get_close_matches(wrong, known, n=1):
        return f"; did you mean {near[0]}?"
    places = {name: section for section, names in _all_keys(root).items() for name in names}
    if near := difflib.get_close_matches(wrong, list(places), n=1, cutoff=0.8):
        return f"; did you mean {'.'.join(filter(None, (places[near[0]], near[0])))}?"
    return f"; known here: {', '.join(known)}"


def _all_keys(section: type[Section], prefix: str = "") -> dict[str, list[str]]:
    """Every table of the file with its keys."""
    keys = {prefix: list(section.model_fields)}
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            keys |= _all_keys(kind, f"{prefix}.{name}" if prefix else name)
    return keys
