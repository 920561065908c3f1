"""The keys of `[camera]`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from hipdrive.camera.stream.address import StreamAddress
from hipdrive.config.section import PathText, Section


def _stream_url(value: str) -> str:
    if value:
        StreamAddress.parse(value)
    return value


StreamUrl = Annotated[str, AfterValidator(_stream_url), Field(repr=False)]
"""An address of a camera on the network; it may have a password in it, so it is never shown."""


class CameraConfig(Section):
    """The camera beside the treadmill."""

    kind: str = "pi"
    """A key of `camera.kinds.CAMERAS`; pi: the Raspberry Pi's own; usb: one that Linux has as
    `/dev/video`; url: one on the network."""
    width_px: int = Field(default=640, ge=192, le=1920, multiple_of=2)
    """Width of the picture the model sees; even, because the camera delivers YUV 4:2:0."""
    height_px: int = Field(default=480, ge=192, le=1920, multiple_of=2)
    fps: int = Field(default=60, ge=15, le=120)
    """Frames a second to ask the sensor for. No metric uses it: frames carry their own times."""
    stall_s: float = Field(default=2.5, ge=0.5, le=60)
    """No frame for this long and the camera is given up with an error."""
    rotation_deg: Literal[0, 90, 180, 270] = 0
    """How far the picture is to be turned clockwise; `width_px` and `height_px` are those after."""
    exposure_us: int = Field(default=0, ge=0, le=66_000)
    """Exposure in us; 0: the camera's own, and at most 1/500 s where there is light. One on the
    network is set on its own page."""
    gain: float = Field(default=0, ge=0, le=1000)
    """Gain, 0: the camera's own; pi: the factor of the sensor; usb: in the camera's own unit."""
    device: PathText = "/dev/video0"
    """Of `usb`: its device file, or the number in the name of one."""
    url: StreamUrl = ""
    """Of `url`: RTSP (`rtsp://`) or MJPEG over HTTP (`http://`, `https://`)."""
    username: str = ""
    """Of `url`: who logs in; empty: nobody, or who stands in the address."""
    password_file: PathText = ""
    """Of `url`: file whose first line is the password; as `hub.password_file`."""

    @model_validator(mode="after")
    def _has_an_address(self) -> CameraConfig:
        if (self.kind == "url") != bool(self.url):
            message = 'kind = "url" and url belong together: set both or none'
            raise ValueError(message)
        if (self.username or self.password_file) and not self.url:
            message = "username and password_file are of a camera on the network: set url"
            raise ValueError(message)
        if self.kind == "url" and (self.exposure_us or self.gain):
            message = "exposure_us and gain of a camera on the network are set on its own page"
            raise ValueError(message)
        return self
