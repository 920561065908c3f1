"""Every key of the configuration with its meaning, unit, default and allowed values.

`config/hipdrive.toml` is the annotated example. Secrets are never values of the file: it names the
file that holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from hipdrive.config.camera import CameraConfig
from hipdrive.config.panel import CuesConfig
from hipdrive.config.section import PathText, PublicKey, Section, TopicLevel, TopicPrefix
from hipdrive.errors import ConfigError
from hipdrive.gait.events.foot_contact import KneeTiming
from hipdrive.texts.catalogue import Language
from hipdrive.types.time import NS_PER_MS

MOST_RAISE_DEG = 3
"""The most that may be asked for beyond the runner's own mean."""
CommandName = Literal["mute", "target_offset", "session", "runner", "privacy"]


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

    moved_keys: ClassVar[Mapping[str, str]] = {
        "belt_mps": "treadmill.belt_mps",
        "incline_percent": "treadmill.incline_percent",
        "height_m": "runner.height_m",
    }

    facing: Literal["auto", "left", "right"] = "auto"
    """Which way the runner faces in the picture; auto: determined in the first seconds."""
    filter_hz: Literal["auto", 6, 8] = "auto"
    """Cut-off of the Butterworth filter in Hz: 6 suits cameras of about 30 frames a second, 8 those
    of 60; auto: 8 where 45 frames a second or more are measured, else 6."""
    toe_off_ms: int = Field(default=19, ge=0, le=60)
    """The foot leaves the belt this long before the knee is straightest. Measured of one runner at
    4.55 m/s; it changes with speed and style, so contact times are estimates."""
    foot_strike_ms: int = Field(default=15, ge=0, le=60)
    """The foot lands this long after the knee is straightest; of the same runner."""

    @property
    def knee_timing(self) -> KneeTiming:
        """Where foot strike and toe-off lie, as the gait engine takes it."""
        return KneeTiming(NS_PER_MS * self.toe_off_ms, NS_PER_MS * self.foot_strike_ms)


class TreadmillConfig(Section):
    """The belt."""

    belt_mps: float = Field(default=0.0, ge=0, le=10)
    """Speed of the belt; 0: not known, and then strides have no stride length, step length and
    vertical ratio. A speed that the camera finds from the runner's height is reported with the
    session and goes into no metric: it is as good as the runner's proportions are average."""
    incline_percent: float = Field(default=0.0, ge=-15, le=40)
    """Rise of the belt over its run; calibrating takes it off, since roll tilts the picture too."""


class RunnerConfig(Section):
    """Who runs."""

    height_m: float = Field(default=0.0, ge=0, le=2.5)
    """The runner's height, from which the scale (pixels per metre) follows; 0: not known."""


class CoachConfig(Section):
    """The coach."""

    moved_keys: ClassVar[Mapping[str, str]] = {"guard_deg": "coach.band_above_target_deg"}

    baseline_strides: int = Field(default=30, ge=5, le=200)
    """Near-leg strides of the silent baseline. Below 30 the baseline is rough: for trials only."""
    raise_deg: float = Field(default=2.0, ge=0, le=MOST_RAISE_DEG)
    """How far above the runner's own mean the target lies."""
    band_above_target_deg: float = Field(default=5.0, ge=2, le=10)
    """How far above the target the band ends: more is not better."""
    buzz_gap_strides: int = Field(default=8, ge=8, le=60)
    """Strides of silence after a buzz, at least."""
    runner_mode: Literal["programme", "free"] = "programme"
    """How a runner is coached whose name is new: by the programme of eight sessions whose feedback
    fades, or with feedback all the time. `hipdrive runner set` changes it for one of them."""
    guest_mode: Literal["free", "programme"] = "free"
    """The same of somebody who has given no name; of a programme it is always the first session."""
    offset_deg: float = Field(default=1.0, ge=0, le=3)
    """How far a command over MQTT may move the target, up or down; never further above the runner's
    own mean than `raise_deg` may lie."""

    @property
    def offset_range_deg(self) -> tuple[float, float]:
        """Least and most that a command may move the target by, in degrees."""
        # Rounded: 3 - 2.7 would leave no room for the 0.3 that there is.
        most = round(MOST_RAISE_DEG - self.raise_deg, 6)
        return -self.offset_deg, min(self.offset_deg, most)


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
    discovery_prefix: TopicPrefix = "homeassistant"
    """Where Home Assistant looks for devices; empty: no discovery messages."""
    commands: list[CommandName] = Field(
        default=["mute", "target_offset", "session", "runner", "privacy"]
    )
    """Commands that the device accepts over MQTT; empty: none."""

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


class SessionConfig(Section):
    """When sessions begin and end."""

    auto: bool = False
    """True: a runner who is there for 20 s begins one, a belt that is empty for a minute ends it;
    False: one begins with the program, and commands or the button end and begin others."""


class KeepConfig(Section):
    """How long sessions are kept; the newest always is. 0: without this limit."""

    days: int = Field(default=730, ge=0, le=36_500)
    """Sessions that are older are removed."""
    key_point_days: int = Field(default=90, ge=0, le=36_500)
    """Of those that are older only summary, strides and cues are kept."""
    megabytes: int = Field(default=8000, ge=0, le=100_000_000)
    """All sessions together; the oldest go first."""
    free_megabytes: int = Field(default=500, ge=0, le=100_000_000)
    """Left free on the disk; the oldest go first."""


class ListenConfig(Section):
    """Where a page is served."""

    host: str = Field(default="127.0.0.1", min_length=1, max_length=253)
    """Address to serve on: 127.0.0.1 is this machine alone, 0.0.0.0 the network."""
    port: int = Field(default=8710, ge=0, le=65535)
    """0: any that is free."""
    names: list[str] = Field(default=[])
    """Host names under which the page may be asked for, beside addresses and the machine's own."""
    cert_file: PathText = ""
    """Certificate for https; empty: http."""
    key_file: PathText = ""
    """The key of that certificate."""

    @model_validator(mode="after")
    def _certificate_has_key(self) -> Self:
        if bool(self.cert_file) != bool(self.key_file):
            message = "cert_file and key_file belong together: set both or none"
            raise ValueError(message)
        return self


class WebConfig(ListenConfig):
    """The page that the device serves; needs the packages of `hipdrive[web]`.

    On the network a token is asked for, which stands in the link that is printed.
    """

    enabled: bool = False
    """True: `run` serves it; `--web` does for one time."""


class ReportConfig(Section):
    """The report of a session, one HTML file; needs the packages of `hipdrive[report]`."""

    each_session: bool = True
    """Made when a session ends; else only by `hipdrive report`."""


class UpdateConfig(Section):
    """Other releases of hipdrive (`hipdrive update`)."""

    keys: list[PublicKey] = Field(default=[])
    """Who may sign them: public keys as OpenSSH writes them; none: no release is taken."""
    source: str = ""
    """Address or folder where archives and `hipdrive-latest.json` lie; empty: an update names its
    archive. Nothing is asked there but by `hipdrive update`."""
    watch_s: int = Field(default=120, ge=10, le=3600)
    """So long a new release must stay well, or the device goes back to the one before."""


class Config(Section):
    """The whole file. Every key may be left out."""

    data_dir: PathText = ""
    """Where sessions and models are kept; empty: systemd's state directory, else
    `~/.local/share/hipdrive`."""
    language: Language = "en"
    """Of what is said to the runner: advice after a run, and what goes before one."""
    camera: CameraConfig = CameraConfig()
    pose: PoseConfig = PoseConfig()
    gait: GaitConfig = GaitConfig()
    treadmill: TreadmillConfig = TreadmillConfig()
    runner: RunnerConfig = RunnerConfig()
    coach: CoachConfig = CoachConfig()
    cues: CuesConfig = CuesConfig()
    hub: HubConfig = HubConfig()
    session: SessionConfig = SessionConfig()
    keep: KeepConfig = KeepConfig()
    report: ReportConfig = ReportConfig()
    web: WebConfig = WebConfig()
    update: UpdateConfig = UpdateConfig()

    def data_path(self, environ: Mapping[str, str]) -> Path:
        """The folder for sessions and models.

        Raises:
            ConfigError: there is no home folder, and nothing else says where.
        """
        if self.data_dir:
            return Path(self.data_dir).expanduser()
        if state := environ.get("STATE_DIRECTORY"):
            return Path(state)
        home = environ.get("XDG_DATA_HOME") or "~/.local/share"
        try:
            return Path(home).expanduser() / "hipdrive"
        except RuntimeError as error:
            raise ConfigError(
                "there is no home folder to keep sessions and models in; set HOME, or data_dir in "
                "the configuration"
            ) from error
