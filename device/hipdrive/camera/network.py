"""Cameras on the network: RTSP through FFmpeg, MJPEG over HTTP."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from hipdrive import secret_file
from hipdrive.camera.stream.address import StreamAddress
from hipdrive.camera.stream.camera import StreamCamera
from hipdrive.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hipdrive.camera.stream.connection import StreamConnection
    from hipdrive.config import CameraConfig

RTSP_OPTIONS = {
    # Over UDP a lost packet smears pictures until the next one that stands alone.
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "protocol_whitelist": "rtsp,rtp,tcp",
    # us; what a stream says of itself is enough, and what is looked at for longer is kept waiting.
    "analyzeduration": "500000",
}
REMEDY = "check its power, the network, and [camera] in the configuration"


def network_camera(config: CameraConfig, stopped: Callable[[], bool]) -> StreamCamera:
    """Connect to the camera at `config.url`.

    Raises:
        ConfigError: the password cannot be read.
        CameraError: it cannot be reached, refuses, or sends nothing that is a picture.
    """
    address = login(config, os.environ)
    return StreamCamera(config, stopped, str(address), REMEDY, partial(connected, address))


def login(config: CameraConfig, environ: Mapping[str, str]) -> StreamAddress:
    """The address with who logs in.

    Raises:
        ConfigError: the password cannot be read, is there twice, or is nobody's.
    """
    address = StreamAddress.parse(config.url)
    key, password = "camera.password_file", address.password
    if config.password_file:
        if password:
            raise ConfigError(f"{key}: camera.url has a password too; take it out there")
        file = secret_file.resolve(key, config.password_file, environ)
        password = secret_file.read_password(key, file, environ)
    username = config.username or address.username
    if password and not username:
        raise ConfigError(f"{key} is set, but camera.username is empty: set both or none")
    return address.by(username, password)


def connected(address: StreamAddress) -> StreamConnection:
    """An open stream.

    Raises:
        StreamError: there is none to be had.
    """
    if address.scheme == "rtsp":
        from hipdrive.camera.stream.packet_stream import PacketStream

        return PacketStream(address.full_url, "rtsp", RTSP_OPTIONS)
    from hipdrive.camera.stream.http_stream import HttpStream

    return HttpStream(address)
