"""Settings of a rendered runner: one TOML file, every key with a default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from hipdrive.config import Section, checked
from hipdrive.errors import ConfigError, SourceError
from hipdrive.small_file import read_small_file

if TYPE_CHECKING:
    from pathlib import Path

Colour = Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")]
"""Red, green and blue in hexadecimal, such as #2f6fb0."""
Number = Annotated[float, Field(allow_inf_nan=False)]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]


class RunnerSettings(Section):
    """Who runs, and how."""

    figure: Literal["capsules", "mesh"] = "capsules"
    """Capsules are drawn fast; the mesh looks like a person."""
    sex: Literal["male", "female"] = "male"
    """Of the mesh; the capsules have none."""
    height_m: float = Field(default=1.75, ge=1.3, le=2.1)
    build: float = Field(default=1.0, ge=0.75, le=1.4)
    """Girth: 1 is slim, 1.3 is heavy."""
    facing: Literal["left", "right"] = "right"
    """The side of the picture the runner faces; the leg of that name is the near one."""
    thigh_ext_deg: float = Field(default=21.0, ge=5, le=35)
    """Peak of thigh extension, on average over both legs."""
    drift: list[Pair] = Field(default_factory=list)
    """How that changes: pairs of second and degrees, straight lines between them."""
    stride_sd_deg: float = Field(default=1.0, ge=0, le=4)
    """How much the peak differs from stride to stride; 1.0 to 1.1 was measured of a runner."""
    asymmetry_deg: float = Field(default=0.0, ge=-15, le=15)
    """Peak of the near leg minus that of the far leg."""
    cadence_spm: float = Field(default=170.0, ge=130, le=220)
    overstride_m: float = Field(default=0.2, ge=0.05, le=0.35)
    """The ankle ahead of the hips at foot strike."""
    trunk_lean_deg: float = Field(default=6.0, ge=-10, le=30)
    knee_contact_deg: float = Field(default=18.0, ge=8, le=35)
    knee_stance_deg: float = Field(default=42.0, ge=25, le=60)
    """Most flexion while the foot is on the belt, in a stride with the usual peak."""
    knee_swing_deg: float = Field(default=100.0, ge=60, le=135)
    thigh_swing_deg: float = Field(default=36.0, ge=20, le=70)
    """Most thigh flexion, in the air."""
    pelvis_rotation_deg: float = Field(default=0.0, ge=0, le=12)
    """How far the pelvis turns about the vertical, each way; runners: 3 to 8."""
    pelvis_drop_deg: float = Field(default=0.0, ge=0, le=8)
    """How far the line of the hips drops to a side, each way; runners: 1.5 to 3.5."""
    shoulder_rotation_deg: float = Field(default=0.0, ge=0, le=20)
    """How far the shoulders turn against the legs, each way."""
    foot_inward_m: float = Field(default=0.0, ge=0, le=0.1)
    """How far each foot is nearer the middle than its hip; 0.06 is a step 5 cm wide."""
    away: list[Pair] = Field(default_factory=list)
    """From second to second off the treadmill, out of the picture."""

    @model_validator(mode="after")
    def _sexless(self) -> RunnerSettings:
        if self.sex != "male" and self.figure == "capsules":
            message = f'sex = "{self.sex}": capsules have none; set figure = "mesh"'
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _knees(self) -> RunnerSettings:
        if self.knee_stance_deg < self.knee_contact_deg + 5:  # a landing gives way
            message = "knee_stance_deg must be 5 or more above knee_contact_deg"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _in_order(self) -> RunnerSettings:
        times = [start for start, _ in self.drift]
        if times != sorted(set(times)):
            message = "drift: the seconds must rise"
            raise ValueError(message)
        ends = [second for interval in self.away for second in interval]
        if ends != sorted(ends):
            message = "away: the intervals must be in order and apart"
            raise ValueError(message)
        return self


class TreadmillSettings(Section):
    """The belt."""

    speed_mps: float = Field(default=3.0, ge=1.8, le=6.0)
    incline_percent: float = Field(default=0.0, ge=-5, le=15)
    """Rise over run."""


class ViewSettings(Section):
    """The camera."""

    width_px: int = Field(default=640, ge=160, le=1920)
    height_px: int = Field(default=480, ge=160, le=1920)
    fps: float = Field(default=30.0, ge=5, le=240)
    distance_m: float = Field(default=2.75, ge=1.5, le=8)
    """From the middle of the treadmill."""
    height_m: float = Field(default=0.95, ge=0.2, le=2.5)
    roll_deg: float = Field(default=0.0, ge=-20, le=20)
    """Positive: the camera is turned clockwise, the picture anticlockwise."""
    yaw_deg: float = Field(default=0.0, ge=-40, le=40)
    """Positive: seen more from the front."""
    lens_deg: float = Field(default=41.0, ge=20, le=90)
    """What it sees vertically; 41 is the Camera Module 3."""
    exposure_ms: float = Field(default=2.0, ge=0, le=30)
    lost: float = Field(default=0.0, ge=0, le=0.9)
    """Share of frames that never arrive."""
    jitter_ms: float = Field(default=0.0, ge=0, le=20)
    """Frames are early or late by this at most, and so are their times."""
    noise: float = Field(default=3.0, ge=0, le=40)
    """SD of the sensor's noise, of 255."""


class SceneSettings(Section):
    """Clothes, light and surroundings."""

    skin: Colour = "#c68863"
    hair: Colour = "#3a2a20"
    shirt: Colour = "#2f6fb0"
    shorts: Colour = "#26262e"
    shoes: Colour = "#d8d8d0"
    legwear: Literal["shorts", "tights"] = "shorts"
    """In the colour of the shorts; tights are the mesh's."""
    background: Literal["gym", "plain", "window", "machines", "mirror"] = "gym"
    """What is behind: shapes on a wall, nothing, a window, more treadmills, a mirror."""
    light: float = Field(default=1.0, ge=0.15, le=1.6)
    handrail: bool = False
    """The treadmill has a rail before the runner's hips, on the camera's side."""
    second_person: bool = False
    """A person walks to and fro behind the treadmill."""


class RenderedSettings(Section):
    """All of it."""

    seconds: float = Field(default=60.0, ge=1, le=7200)
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    """The same seed gives the same pictures."""
    runner: RunnerSettings = RunnerSettings()
    treadmill: TreadmillSettings = TreadmillSettings()
    camera: ViewSettings = ViewSettings()
    scene: SceneSettings = SceneSettings()

    @model_validator(mode="after")
    def _drawn(self) -> RenderedSettings:
        if self.runner.figure == "capsules":
            for key, value in (("legwear", "tights"), ("background", "mirror")):
                if getattr(self.scene, key) == value:
                    message = f'scene.{key} = "{value}": needs runner.figure = "mesh"'
                    raise ValueError(message)
        return self


def read(path: Path | None) -> RenderedSettings:
    """The settings in a file; the default runner without one.

    Raises:
        SourceError: the file cannot be read or is wrong; one line a problem.
    """
    if path is None:
        return RenderedSettings()
    try:
        return checked(RenderedSettings, read_small_file(path).decode("utf-8-sig"), str(path))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: is not UTF-8 text; a rendered runner is a TOML file") from error
    except ConfigError as error:
        raise SourceError(str(error)) from error
